import GRDB
import Glibc
import Migrations
import RunModel

/// How a registry comes into being and up to date.
enum Creation {
  /// Makes a registry at `path` where there is none; the caller holds the lock.
  ///
  /// It is built whole beside its name and then linked into place: nobody ever sees half of one.
  static func create(at path: String, now: Timestamp, _ ledger: [Migration]) throws {
    let draft = "\(path).new-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    defer {
      for end in ["", "-wal", "-shm"] { unlink(draft + end) }
    }
    let queue = try DatabaseQueue(
      path: draft, configuration: Connection.configuration(readonly: false))
    try queue.writeWithoutTransaction { database in
      try Connection.setUpFile(database)
      try Connection.setSynchronous(database, full: true)
      try database.inTransaction(.immediate) {
        try database.execute(sql: "PRAGMA application_id = \(RegistryFile.applicationID)")
        return .commit
      }
      try migrate(database, from: 0, ledger)
      try database.execute(
        sql: "INSERT INTO registry(id, created_at, seal) VALUES(1, ?, zeroblob(32))",
        arguments: [now.microseconds])
    }
    try queue.close()
    Milestone.registryDrafted.reached(draft)
    // An empty file in the way, such as mktemp(1) makes, holds nothing to lose.
    if RegistryFile.state(of: path)?.size == 0 {
      guard rename(draft, path) == 0 else { throw notPlaced(path) }
    } else if link(draft, path) != 0, errno != EEXIST {
      // File systems without hard links; the lock keeps other writers of ours away.
      guard rename(draft, path) == 0 else { throw notPlaced(path) }
    }
    // A checkpoint is durable only under a name that is.
    let folder = open(String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]), O_RDONLY)
    if folder >= 0 {
      fsync(folder)
      Glibc.close(folder)
    }
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

  private static func notPlaced(_ path: String) -> RegistryError {
    RegistryError(.disk, "\(path) can't be made: \(systemMessage()).")
  }
}
