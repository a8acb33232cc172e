import Foundation
import GRDB
import RunModel

/// One writing transaction: the open database and what it changes of each run's seal.
final class Transaction {
  let database: Database
  /// When it began, by the writer's clock.
  let now: Timestamp
  /// What is added to each part of each run's seal.
  private var changes: [Int64: [String: Seal]] = [:]
  /// Parts that are one row, whatever it was before; `nil` where it is gone.
  private var single: [Int64: [String: SealedRow?]] = [:]
  /// Runs whose progress may have changed.
  private var progressed: Set<Int64> = []
  private var removed = Seal()
  /// What is added to each sweep's seal.
  private var sweepChanges: [Int64: Seal] = [:]

  init(_ database: Database, now: Timestamp) {
    self.database = database
    self.now = now
  }

  /// Takes an inserted row into a run's seal.
  func seal(_ row: SealedRow, of run: Int64) {
    changes[run, default: [:]][row.part, default: Seal()] += row.seal
  }

  /// Takes what rows add to a part of a run's seal, and what they take out of it.
  func add(_ change: Seal, toPart part: String, of run: Int64) {
    changes[run, default: [:]][part, default: Seal()] += change
  }

  /// Takes a deleted row out of a run's seal.
  func unseal(_ row: SealedRow, of run: Int64) {
    changes[run, default: [:]][row.part, default: Seal()] -= row.seal
  }

  /// Takes a row into a run's seal in the place of what its part held, or takes that out.
  func setSeal(_ part: String, to row: SealedRow?, of run: Int64) {
    single[run, default: [:]][part] = .some(row)
  }

  /// Takes how far a run has come into its seal, at the end of this transaction.
  func sealProgress(of run: Int64) { progressed.insert(run) }

  /// Takes a run's seal, as it is stored, out of the registry's: the run is removed in this transaction.
  func removeSeal(of run: Int64) throws {
    changes[run] = nil
    single[run] = nil
    progressed.remove(run)
    removed += try stored("SELECT seal FROM run WHERE id = ?", run)
  }

  /// Takes what rows add to a sweep's seal, and what they take out of it.
  func addSeal(_ change: Seal, ofSweep sweep: Int64) {
    sweepChanges[sweep, default: Seal()] += change
  }

  /// Runs a statement that is prepared once a connection.
  func execute(_ sql: String, _ arguments: StatementArguments) throws {
    try database.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// Carries the seals of the changed runs and sweeps and of the registry forward.
  func carrySeals() throws {
    for run in progressed {
      guard let row = try SealedRow.progress(of: run, database) else { continue }
      setSeal(row.part, to: row, of: run)
    }
    var sum = -removed
    for run in Set(changes.keys).union(single.keys) {
      var total = Seal()
      for (part, row) in single[run] ?? [:] {
        let now = row?.seal ?? Seal()
        changes[run, default: [:]][part] = try now - storedPart(part, of: run)
      }
      for (part, change) in changes[run] ?? [:] {
        try carry(change, toPart: part, of: run)
        total += change
      }
      try carry(
        total, "SELECT seal FROM run WHERE id = ?", "UPDATE run SET seal = ? WHERE id = ?", run)
      sum += total
    }
    for (sweep, change) in sweepChanges {
      try carry(
        change, "SELECT seal FROM sweep WHERE id = ?", "UPDATE sweep SET seal = ? WHERE id = ?",
        sweep)
      sum += change
    }
    try carry(
      sum, "SELECT seal FROM registry WHERE id = ?", "UPDATE registry SET seal = ? WHERE id = ?", 1)
  }

  /// A part over no rows is no row itself.
  private func carry(_ change: Seal, toPart part: String, of run: Int64) throws {
    guard change != Seal() else { return }
    var seal = try storedPart(part, of: run)
    seal += change
    guard seal != Seal() else {
      return try execute("DELETE FROM seal_part WHERE run = ? AND part = ?", [run, part])
    }
    try execute(
      """
      INSERT INTO seal_part(run, part, seal) VALUES(?, ?, ?)
      ON CONFLICT DO UPDATE SET seal = excluded.seal
      """, [run, part, Data(seal.bytes)])
  }

  private func storedPart(_ part: String, of run: Int64) throws -> Seal {
    let statement = try database.cachedStatement(
      sql: "SELECT seal FROM seal_part WHERE run = ? AND part = ?")
    return try Row.fetchOne(statement, arguments: [run, part])?.seal(0) ?? Seal()
  }

  private func carry(_ change: Seal, _ read: String, _ write: String, _ key: Int64) throws {
    guard change != Seal() else { return }
    var seal = try stored(read, key)
    seal += change
    try execute(write, [Data(seal.bytes), key])
  }

  private func stored(_ sql: String, _ key: Int64) throws -> Seal {
    let statement = try database.cachedStatement(sql: sql)
    guard let row = try Row.fetchOne(statement, arguments: [key]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT)
    }
    return try row.seal(0)
  }
}
