import CSQLite
import GRDB
import Glibc
package import RunModel

/// How a registry's file stands, without a look at its content.
package struct RegistryHealth: Sendable {
  /// Whether a process holds the lock file beside a registry.
  package enum Lock: String, Sendable {
    case missing
    case free
    case held
  }

  /// The schema's version, and the newest that this program knows.
  package var schemaVersion = 0
  package var knownVersion = 0
  package var pageSize = 0
  package var hasIncrementalVacuum = false
  /// Bytes of the file, those of its free pages, and those that wait in its WAL.
  package var bytes = 0
  package var freeBytes = 0
  package var walBytes = 0
  package var lock = Lock.missing
  /// As the kernel names it; empty where it can't be told.
  package var fileSystem = ""
  /// Whether this user may write the file and its folder.
  package var isWritable = false
  /// Bytes that the disk has left for this user.
  package var diskBytes = 0
  /// How many runs stand in each state, as they stand now.
  package var runs: [RunStatus: Int] = [:]
  /// Ids of the runs that crashed, the newest first.
  package var crashed: [RunID] = []
  /// How many deleted runs can still be restored.
  package var deleted = 0
  /// Bytes of chunks that no checkpoint names.
  package var looseBytes = 0
}

extension RegistryReader {
  /// How the registry's file stands.
  ///
  /// - Throws: `RegistryError` where it can't be read.
  package func health() throws -> RegistryHealth {
    let runs = try runs().runs
    var health = try read { database in
      func number(_ pragma: String) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA \(pragma)") ?? 0
      }
      var health = RegistryHealth()
      health.schemaVersion = try number("user_version")
      health.pageSize = try number("page_size")
      health.hasIncrementalVacuum = try number("auto_vacuum") == 2
      health.bytes = try number("page_count") * health.pageSize
      health.freeBytes = try number("freelist_count") * health.pageSize
      health.looseBytes =
        try Self.garbage(database, without: []).bytesFreed - health.freeBytes
      return health
    }
    health.knownVersion = known
    health.walBytes = Int(RegistryFile.moment(of: path).wal?.size ?? 0)
    health.lock = FileLock.state(beside: path)
    health.fileSystem = FileSystem(of: path).kind
    let folder = RegistryFile.folder(of: path)
    health.isWritable = access(path, W_OK) == 0 && access(folder, W_OK) == 0
    health.diskBytes = RegistryFile.freeBytes(beside: folder) ?? 0
    health.runs = Dictionary(grouping: runs, by: \.status).mapValues(\.count)
    health.deleted =
      try RegistryReader(path: path, clock: clock, liveness: liveness, choice: .deleted).runs()
      .total
    health.crashed = runs.filter { $0.status == .crashed }.map(\.id)
    return health
  }
}
