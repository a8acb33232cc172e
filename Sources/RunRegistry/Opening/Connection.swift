import CSQLite
import GRDB

/// How a connection to a registry is set up.
enum Connection {
  /// Bytes of a page: SQLite's best for large blobs; 64 KiB would inflate each small commit.
  static let pageSize = 16_384

  /// Settings that GRDB applies before anything is read; they write nothing.
  ///
  /// - Parameter ownsIndex: whether a WAL is read by an index in memory of the process's own, where the
  ///   shared one can't be made.
  static func configuration(readonly: Bool, ownsIndex: Bool = false) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readonly
    configuration.label = readonly ? "gan-runs reader" : "gan-runs writer"
    // GRDB's own WAL set-up writes when it opens; ours runs under the lock.
    configuration.journalMode = .default
    // The WAL may be locked for the moment in which a process opens or closes it.
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      // GRDB is told by it of every column that a statement names, for observers, which a reader has none of:
      // that takes longer than all else of preparing one.
      if readonly { sqlite3_set_authorizer(database.sqliteConnection, nil, nil) }
      if ownsIndex { try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
      guard gr_sqlite_defend(database.sqliteConnection) == SQLITE_OK else {
        throw DatabaseError(resultCode: .SQLITE_MISUSE)
      }
      try set(database, "trusted_schema", to: 0)
      try set(database, "cell_size_check", to: 1)
      try set(database, "mmap_size", to: 0)
      try set(database, "temp_store", to: 2)
      // KiB. A writer sits beside a training, and needs a transaction's pages until it commits.
      try set(
        database, "cache_size",
        to: readonly ? -32_768 : -(CheckpointWriting.transactionSize / 1024 * 3 / 2))
      if !readonly {
        // A close that comes of itself, after an error or without the lock, leaves the WAL as a crash does.
        try setMovesAtClose(database, false)
        // Debian's SQLite overwrites what it deletes; that doubles the writes of a collection.
        try database.execute(sql: "PRAGMA secure_delete = FAST")
        try expect(database, "secure_delete", is: 2)
        try set(database, "wal_autocheckpoint", to: 0)
        // A save finds the room of the one before, with the transaction that passed the limit.
        try set(
          database, "journal_size_limit", to: WALBound.most + CheckpointWriting.transactionSize)
        try expect(database, "foreign_keys", is: 1)
      }
    }
    return configuration
  }

  /// Makes an empty file a registry's: page size and vacuum mode first, they are ignored later.
  static func setUpFile(_ database: Database) throws {
    try set(database, "page_size", to: pageSize)
    try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
    try expect(database, "auto_vacuum", is: 2)
    try setUpWAL(database)
  }

  /// Whether closing moves the WAL into the file and removes it.
  static func setMovesAtClose(_ database: Database, _ moves: Bool) throws {
    guard gr_sqlite_move_at_close(database.sqliteConnection, moves ? 1 : 0) == SQLITE_OK else {
      throw DatabaseError(resultCode: .SQLITE_MISUSE)
    }
  }

  /// Moves all of the WAL into the file, and has the close that follows remove it.
  ///
  /// Another process's open read may keep some of it.
  static func moveWAL(_ database: Database) throws {
    _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    try setMovesAtClose(database, true)
  }

  /// Makes the WAL durable, whatever a sync of it that failed has left undone.
  ///
  /// After a failed sync the system calls the bytes written, and the next sync succeeds without them
  /// (Rebello et al., "Can Applications Recover from fsync Failures?", 2020): a WAL that moves into the
  /// file then, and is lost half-way, leaves a file of two moments. Written once more, they are synced.
  static func renewWAL(_ database: Database, of path: String) throws {
    // The lock of a writer keeps other programs from adding to it meanwhile.
    try database.inTransaction(.immediate) {
      let code = gr_sqlite_rewrite(path + "-wal")
      guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
      return .rollback
    }
  }

  /// Turns the WAL on; the pragma answers with the old mode, and no error, where it can't.
  static func setUpWAL(_ database: Database) throws {
    // To its end: the pragma commits only there, and a commit may fail.
    let mode = try String.fetchAll(database, sql: "PRAGMA journal_mode = WAL").first
    guard mode == "wal" else { throw notTaken("journal_mode", mode) }
    try setSynchronous(database, full: false)
  }

  /// NORMAL may lose the last commits when the power fails; FULL may not.
  static func setSynchronous(_ database: Database, full: Bool) throws {
    try set(database, "synchronous", to: full ? 2 : 1)
  }

  /// Leaves it to a later sync that what is written reaches the disk; `setUpWAL` ends this.
  static func leaveUnsynced(_ database: Database) throws { try set(database, "synchronous", to: 0) }

  private static func set(_ database: Database, _ pragma: String, to value: Int) throws {
    try database.execute(sql: "PRAGMA \(pragma) = \(value)")
    // mmap_size answers nothing where SQLite was built without memory maps.
    if pragma == "mmap_size" { return }
    try expect(database, pragma, is: value)
  }

  private static func expect(_ database: Database, _ pragma: String, is value: Int) throws {
    let found = try Int.fetchOne(database, sql: "PRAGMA \(pragma)")
    guard found == value else {
      throw notTaken(pragma, found.map(String.init))
    }
  }

  private static func notTaken(_ pragma: String, _ found: String?) -> RegistryError {
    RegistryError(
      .invalid,
      "SQLite does not take the setting \(pragma) (it answers \(found ?? "nothing")): the linked "
        + "library, or this file, is not one that gan-runs can use.")
  }
}
