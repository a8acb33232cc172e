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
  let known: Int
  let choice: RunChoice

  /// An open connection; `stamp` is the moment of files that are read as they stand.
  private struct Access {
    var queue: DatabaseQueue
    var stamp: RegistryFile.Moment?
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
    let given = path
    let path = RegistryFile.absolute(given)
    self.path = path
    self.clock = clock
    self.liveness = liveness
    let known = migrations.count
    self.known = known
    self.choice = choice
    try RegistryFile.checkWAL(of: path)
    try RegistryFile.checkLink(given)
    try RegistryFile.checkPresence(of: path)
    access = Mutex(
      try RegistryError.mapping(path) {
        if let access = try Self.asItStands(path, known, choice) { return access }
        try RegistryFile.probe(path, known: known)
        return try Self.common(path, known, choice)
      })
  }

  /// Reads; what `body` returns must not depend on the database staying open, and `body` may be called
  /// again from its start.
  ///
  /// - Parameter inTransaction: whether all that `body` reads is of one moment; a copy of the whole file,
  ///   which is one statement, must not be within one.
  func read<Result>(
    inTransaction: Bool = true, _ body: (Database) throws -> Result
  ) throws -> Result {
    try RegistryError.mapping(path) {
      // A folder that can't be written here may be written elsewhere, commit after commit.
      for _ in 1...Self.attempts {
        let (queue, stamp) = access.withLock { ($0.queue, $0.stamp) }
        guard let stamp else {
          return try inTransaction ? queue.read(body) : queue.unsafeRead(body)
        }
        let result = Swift.Result { try queue.unsafeRead(body) }
        // The main file changes only when a WAL moves into it; first its frames are in the WAL.
        if RegistryFile.moment(of: path) == stamp { return try result.get() }
        let common = try Self.common(path, known, choice)
        access.withLock { $0 = common }
      }
      throw busy
    }
  }

  /// Reads piece by piece what is handed on before all is read.
  ///
  /// Where the file is read as it stands and another process writes it meanwhile, `check` throws; `body` is
  /// then called again with another connection, and goes on from where `check` passed last. Otherwise all is
  /// of one moment.
  func stream(_ body: (Database, _ check: () throws -> Void) throws -> Void) throws {
    try RegistryError.mapping(path) {
      for _ in 1...Self.attempts {
        let (queue, stamp) = access.withLock { ($0.queue, $0.stamp) }
        guard let stamp else { return try queue.read { try body($0) {} } }
        func isUnchanged() -> Bool { RegistryFile.moment(of: path) == stamp }
        do {
          return try queue.unsafeRead { database in
            try body(database) { if !isUnchanged() { throw ChangedMeanwhile() } }
          }
        } catch  where !isUnchanged() {
          let common = try Self.common(path, known, choice)
          access.withLock { $0 = common }
        }
      }
      throw busy
    }
  }

  private struct ChangedMeanwhile: Error {}

  private var busy: RegistryError {
    RegistryError(
      .busy,
      "\(path) is written by another process while it is read, and this folder can't be written. Try "
        + "again in a moment.")
  }

  private static let attempts = 20

  /// Opens a file without a WAL as it stands, `nil` where one waits, and where another process wrote
  /// meanwhile what now looks torn.
  private static func asItStands(
    _ path: String, _ known: Int, _ choice: RunChoice
  ) throws -> Access? {
    let stamp = RegistryFile.moment(of: path)
    guard stamp.file != nil, stamp.wal == nil else { return nil }
    do {
      return try open(
        RegistryFile.address(path, "immutable=1"), path, known, choice, stamp,
        Connection.configuration(readonly: true))
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_CORRUPT && RegistryFile.moment(of: path) != stamp
    {
      return nil
    }
  }

  private static func common(
    _ path: String, _ known: Int, _ choice: RunChoice
  ) throws -> Access {
    try RegistryFile.checkFileSystem(path)
    let stamp = RegistryFile.moment(of: path)
    do {
      return try open(path, path, known, choice, nil, Connection.configuration(readonly: true))
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_READONLY
    {
      // SQLite needs shared memory beside a WAL, and can't make it (sqlite.org/wal.html, "Read-Only
      // Databases"). Who can't write here holds no lock that another would see.
      return try open(
        RegistryFile.address(path, "vfs=unix-none"), path, known, choice, stamp,
        Connection.configuration(readonly: true, ownsIndex: true))
    }
  }

  private static func open(
    _ address: String, _ path: String, _ known: Int, _ choice: RunChoice,
    _ stamp: RegistryFile.Moment?, _ configuration: Configuration
  ) throws -> Access {
    let queue = try DatabaseQueue(path: address, configuration: configuration)
    try queue.unsafeRead { database in
      let version = try RegistryFile.checkIdentity(database, path: path, known: known)
      try choice.apply(to: database, version: version)
    }
    return Access(queue: queue, stamp: stamp)
  }
}
