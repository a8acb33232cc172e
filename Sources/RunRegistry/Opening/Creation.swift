import Files
import GRDB
import Migrations
import RunModel

/// How a registry comes into being and up to date.
enum Creation {
  /// Makes a registry at `path` where there is none; the caller holds the lock.
  ///
  /// It is built whole beside its name and then linked into place: nobody ever sees half of one.
  static func create(at path: String, now: Timestamp, _ ledger: [Migration]) throws {
    let draft = Draft(of: path)
    defer { draft.remove() }
    let queue = try DatabaseQueue(
      path: draft.path, configuration: Connection.configuration(readonly: false))
    try queue.writeWithoutTransaction { database in
      // Nobody sees the draft before the last line has synced it as a whole: syncs on the way would have a
      // first call wait for the disk a dozen times.
      try Connection.leaveUnsynced(database)
      try Connection.setUpFile(database)
      try database.inTransaction(.immediate) {
        try database.execute(sql: "PRAGMA application_id = \(RegistryFile.applicationID)")
        return .commit
      }
      try migrate(database, from: 0, ledger)
      try database.execute(
        sql: "INSERT INTO registry(id, created_at, seal) VALUES(1, ?, zeroblob(32))",
        arguments: [now.microseconds])
      // Closing would leave the WAL behind, and say nothing, where the disk turns it away.
      try Connection.moveWAL(database)
    }
    try queue.close()
    Milestone.registryDrafted.reached(draft.path)
    try draft.fillTarget()
    Milestone.registryPlaced.reached(path)
  }

  /// Brings a registry from its version to the ledger's, each step in a transaction of its own.
  static func migrate(_ database: Database, from version: Int, _ ledger: [Migration]) throws {
    for number in version..<ledger.count {
      try database.inTransaction(.immediate) {
        try database.execute(sql: ledger[number].sql)
        try database.execute(sql: "PRAGMA user_version = \(number + 1)")
        Milestone.migrating.reached()
        return .commit
      }
    }
  }
}
