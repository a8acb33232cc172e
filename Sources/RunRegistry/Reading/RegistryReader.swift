import GRDB
import Migrations
public import RunModel
import Synchronization

/// A registry opened to be read; nothing is ever made, changed or left beside it, where that can be
/// avoided.
///
/// While no WAL waits beside the file it is read as it stands (SQLite's `immutable`), and each answer is
/// checked: where another process wrote meanwhile, the file is opened the common way and asked again.
public final class RegistryReader: Sendable {
  /// The absolute path of the registry.
  public let path: String
  let clock: @Sendable () -> Timestamp
  let liveness: Liveness
  private let known: Int
  let choice: RunChoice

  /// An open connection; `stamp` is the state of a file that is read as it stands.
  private struct Access {
    var queue: DatabaseQueue
    var stamp: RegistryFile.State?
  }
  private let access: Mutex<Access>

  /// Opens a registry to read.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - clock: tells how old a heartbeat is.
  ///   - liveness: tells which runs still have a process.
  ///   - choice: which runs it knows of.
  /// - Throws: `RegistryError`: `.missing` for no file or an empty one, `.invalid` for another
  ///   program's, a damaged or a newer one.
  public init(
    path: String, clock: @escaping @Sendable () -> Timestamp = { .now() },
    liveness: Liveness = Liveness(), choice: RunChoice = .present
  ) throws {
    let path = RegistryFile.absolute(path)
    self.path = path
    self.clock = clock
    self.liveness = liveness
    let known = migrations.count
    self.known = known
    self.choice = choice
    try RegistryFile.checkPresence(of: path)
    try RegistryFile.probe(path, known: known)
    access = Mutex(
      try RegistryError.mapping(path) {
        if let access = try Self.asItStands(path, known, choice) { return access }
        return try Self.common(path, known, choice)
      })
  }

  /// Reads; what `body` returns must not depend on the database staying open.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try RegistryError.mapping(path) {
      let (queue, stamp) = access.withLock { ($0.queue, $0.stamp) }
      guard let stamp else { return try queue.read(body) }
      let result = Swift.Result { try queue.unsafeRead(body) }
      // The main file changes only when a WAL moves into it; first its frames are in the WAL.
      if RegistryFile.isQuiet(path), RegistryFile.state(of: path) == stamp {
        return try result.get()
      }
      let common = try Self.common(path, known, choice)
      access.withLock { $0 = common }
      return try common.queue.read(body)
    }
  }

  private static func asItStands(
    _ path: String, _ known: Int, _ choice: RunChoice
  ) throws -> Access? {
    guard let stamp = RegistryFile.state(of: path), RegistryFile.isQuiet(path) else { return nil }
    let queue = try DatabaseQueue(
      path: RegistryFile.immutableAddress(path),
      configuration: Connection.configuration(readonly: true))
    try queue.unsafeRead { database in
      let version = try RegistryFile.checkIdentity(database, path: path, known: known)
      try choice.apply(to: database, version: version)
    }
    return Access(queue: queue, stamp: stamp)
  }

  private static func common(
    _ path: String, _ known: Int, _ choice: RunChoice
  ) throws -> Access {
    try RegistryFile.checkFileSystem(path)
    do {
      let queue = try DatabaseQueue(
        path: path, configuration: Connection.configuration(readonly: true))
      try queue.unsafeRead { database in
        let version = try RegistryFile.checkIdentity(database, path: path, known: known)
        try choice.apply(to: database, version: version)
      }
      return Access(queue: queue, stamp: nil)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
      // SQLite needs shared memory beside a WAL, and can't make it (sqlite.org/wal.html, "Read-Only
      // Databases").
      throw RegistryError(
        .disk,
        "\(path) can't be read here: \(path)-wal holds commits, and this folder can't be written. "
          + "Copy both files to a folder that can.")
    }
  }
}
