import CSQLite
import GRDB
import Glibc
import Migrations
import RunModel

/// The one connection of a process that writes: every commit under the lock, seals carried forward.
// Unchecked: used by the writer thread alone, once it runs.
final class WriterConnection: @unchecked Sendable {
  let path: String
  let clock: @Sendable () -> Timestamp
  let liveness: Liveness
  let lock: FileLock
  private(set) var queue: DatabaseQueue
  /// For the thread that prepares what this one writes.
  let chunkIndex: ChunkIndex

  private var walBound = WALBound()
  /// Bytes of the WAL past which its content moves into the file: `saving` lets it grow.
  private var walLimit = WALBound.usual
  /// Pages of the WAL that are in use; its file keeps its size when it begins anew.
  private let walPages = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  /// How many transactions were committed.
  private(set) var commits = 0
  /// Called when the file was read anew after an error.
  var hasReopened: () -> Void = {}
  /// Whether the disk or a lock reported an error and the file was not read anew since.
  private var isInDoubt = false

  /// Opens a registry to write, making it or bringing it up to date where needed.
  init(
    path given: String, clock: @escaping @Sendable () -> Timestamp, patience: Duration,
    liveness: Liveness, ledger: [Migration] = migrations
  ) throws {
    guard !given.isEmpty else {
      throw RegistryError(.usage, "A registry needs a file name. Give one with --db.")
    }
    try RegistryFile.checkLink(given, isMade: true)
    let path = RegistryFile.absolute(given)
    self.path = path
    self.clock = clock
    self.liveness = liveness
    let state = RegistryFile.state(of: path)
    if state != nil && (state?.size ?? 0) > 0 || state?.isDirectory == true {
      // Another program's file is refused before a lock file is laid beside it.
      try RegistryFile.checkPresence(of: path)
      try RegistryFile.probe(path, known: ledger.count)
    }
    try RegistryFile.checkWAL(of: path)
    try RegistryFile.checkFileSystem(path)
    let lock = try FileLock(for: path, patience: patience)
    self.lock = lock
    chunkIndex = ChunkIndex(path: path)
    walPages.initialize(to: 0)
    let walPages = walPages
    queue = try RegistryError.mapping(path) {
      try lock.withLock {
        if (RegistryFile.state(of: path)?.size ?? 0) == 0 && RegistryFile.isQuiet(path) {
          try Creation.create(at: path, now: clock(), ledger)
        }
        return try Self.open(path, counting: walPages) { database in
          let version = try RegistryFile.checkIdentity(database, path: path, known: ledger.count)
          try Connection.setUpWAL(database)
          try Creation.migrate(database, from: version, ledger)
        }
      }
    }
  }

  deinit { walPages.deallocate() }

  private static func open(
    _ path: String, counting walPages: UnsafeMutablePointer<Int32>,
    _ setUp: (Database) throws -> Void
  ) throws -> DatabaseQueue {
    let queue = try DatabaseQueue(
      path: path, configuration: Connection.configuration(readonly: false))
    try queue.writeWithoutTransaction { database in
      try setUp(database)
      sqlite3_wal_hook(
        database.sqliteConnection,
        { pages, _, _, count in
          pages?.storeBytes(of: count, as: Int32.self)
          return SQLITE_OK
        }, walPages)
    }
    return queue
  }

  /// Closes, opens anew and reads the file's structure, after an error of the disk.
  ///
  /// A connection that saw a commit or an fsync fail holds pages of which nobody can tell what reached
  /// the disk; a new one reads what is there. The WAL is made durable before any of it moves.
  ///
  /// - Throws: `RegistryError`; every transaction then tries again before it begins.
  func reopen() throws {
    isInDoubt = true
    try RegistryError.mapping(path) {
      try? chunkIndex.close()
      try lock.withLock {
        try? queue.close()
        walPages.pointee = 0
        queue = try Self.open(path, counting: walPages) { database in
          try Connection.setUpWAL(database)
          try Connection.renewWAL(database, of: path)
          guard try String.fetchOne(database, sql: "PRAGMA quick_check(1)") == "ok" else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT)
          }
        }
      }
    }
    isInDoubt = false
    hasReopened()
  }

  /// Runs one transaction under the lock.
  ///
  /// - Parameter isDurable: whether it survives a loss of power from the moment this returns.
  func transaction<Result>(
    isDurable: Bool = false, _ body: (Transaction) throws -> Result
  ) throws -> Result {
    if isInDoubt { try reopen() }
    return try RegistryError.mapping(path) {
      try lock.withLock {
        try write { database in
          if isDurable { try Connection.setSynchronous(database, full: true) }
          defer { if isDurable { try? Connection.setSynchronous(database, full: false) } }
          var result: Result?
          try database.inTransaction(.immediate) {
            let transaction = Transaction(database, now: clock())
            result = try body(transaction)
            try transaction.carrySeals()
            Milestone.committing.reached()
            return .commit
          }
          commits += 1
          Milestone.committed.reached()
          try moveWAL(database)
          guard let result else { throw DatabaseError(resultCode: .SQLITE_INTERNAL) }
          return result
        }
      }
    }
  }

  /// Runs `body`, in whose transactions the WAL may grow, until `settle`.
  ///
  /// What is durable in the WAL need not be in the file: a save ends sooner where it need not wait for that.
  ///
  /// - Parameter bytes: how far; as far as the disk's speed allows, unless told.
  func saving<Result>(
    upTo bytes: Int? = nil, _ body: () throws -> Result
  ) rethrows -> Result {
    walLimit = bytes ?? walBound.saving
    defer { walLimit = WALBound.usual }
    return try body()
  }

  /// Moves a WAL into the file that `saving` let grow.
  func settle() throws {
    guard isMoveDue, !isInDoubt else { return }
    try RegistryError.mapping(path) {
      try lock.withLock { try write(moveWAL) }
    }
  }

  /// Writes; after an error of the disk or of a lock the next transaction begins with a connection of its
  /// own: a lock of this process that it could not give back is gone with the old one.
  private func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    do { return try queue.writeWithoutTransaction(body) } catch let error as DatabaseError
      where error.resultCode == .SQLITE_IOERR || error.resultCode == .SQLITE_PROTOCOL
    {
      isInDoubt = true
      throw error
    }
  }

  /// Reads, without the lock.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try RegistryError.mapping(path) { try queue.unsafeRead(body) }
  }

  /// Gives free pages back to the file system, some at a time, so that the WAL stays short.
  ///
  /// - Parameters:
  ///   - completely: all of them; else only where a third of the file is free, and an eighth stays for
  ///     what comes next.
  ///   - between: called between two transactions, for what must not wait until the end.
  func shrink(completely: Bool = false, between: () -> Void) throws {
    let slice = 512
    var last = Int.max
    while true {
      let (pages, free) = try read { database in
        (
          try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0,
          try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
        )
      }
      // A file that gives nothing back, or fills up meanwhile, is left as it is.
      guard free < last, completely ? free > 0 : free > pages / 3 && free > 64 else { return }
      last = free
      var left = completely ? free : free - pages / 8
      while left > 0 {
        between()
        try RegistryError.mapping(path) {
          try lock.withLock {
            try write { database in
              // Steps to the statement's end: each step frees one page.
              try database.execute(sql: "PRAGMA incremental_vacuum(\(min(slice, left)))")
              Milestone.fileShrunk.reached()
              try moveWAL(database)
            }
          }
        }
        left -= slice
      }
    }
  }

  /// Bytes of the file, with what waits in the WAL.
  func byteCount() throws -> Int {
    try read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 } * Connection.pageSize
  }

  /// Bytes of the WAL that are in use.
  var walBytes: Int { Int(walPages.pointee) * Connection.pageSize }

  /// Moves everything into the one file and closes.
  ///
  /// Another process's open read may keep the WAL; it then belongs to the file until the last close.
  func close() throws {
    if isInDoubt { try? reopen() }
    do { try moveAndClose() } catch let error as RegistryError where error.kind == .disk {
      // Whoever opens the file next moves the WAL, and must find it durable.
      try? reopen()
      try? queue.close()
      throw error
    }
    Milestone.closed.reached()
  }

  private func moveAndClose() throws {
    try RegistryError.mapping(path) {
      try chunkIndex.close()
      try lock.withLock {
        try write { database in
          Milestone.closing.reached()
          do { try Connection.moveWAL(database) } catch let error as DatabaseError
            where error.resultCode == .SQLITE_FULL
          {
            // All is committed; what finds no room in the file stays in the WAL, as after a crash.
          }
        }
        try queue.close()
      }
    }
  }

  /// Keeps the WAL short; what a reader still needs of it stays.
  ///
  /// What was committed is whole whether or not this succeeds, and after an error of the disk the next
  /// transaction reads the file anew. A failed fsync is reported: what it was to make durable may be lost
  /// though a second one succeeds.
  private func moveWAL(_ database: Database) throws {
    guard isMoveDue else { return }
    Milestone.movingWAL.reached()
    let start = ContinuousClock.now
    do {
      _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(PASSIVE)")
      walBound.note(moved: walBytes, in: ContinuousClock.now - start)
    } catch {
      let code = error as? DatabaseError
      if code?.resultCode == .SQLITE_IOERR { isInDoubt = true }
      if code?.extendedResultCode == .SQLITE_IOERR_FSYNC { throw error }
    }
    Milestone.movedWAL.reached()
  }

  /// Whether the WAL is long, or so long beside what the disk has free that its room may soon be missed:
  /// a full disk would leave none to move it with.
  private var isMoveDue: Bool {
    guard walBytes <= walLimit else { return true }
    guard walBytes > WALBound.usual / 16 else { return false }
    return (RegistryFile.freeBytes(beside: path) ?? .max) < 4 * walBytes
  }
}
