import Foundation
import GRDB
import RunModel

/// One writing transaction: the open database and what it changes of each run's seal.
final class Transaction {
  let database: Database
  /// When it began, by the writer's clock.
  let now: Timestamp
  private var changes: [Int64: Seal] = [:]
  private var removed = Seal()

  init(_ database: Database, now: Timestamp) {
    self.database = database
    self.now = now
  }

  /// Takes an inserted row into a run's seal.
  func seal(_ row: SealedRow, of run: Int64) { changes[run, default: Seal()] += row.seal }

  /// Takes a deleted row out of a run's seal.
  func unseal(_ row: SealedRow, of run: Int64) { changes[run, default: Seal()] -= row.seal }

  /// Takes a run's seal, as it is stored, out of the registry's: the run is removed in this transaction.
  func removeSeal(of run: Int64) throws {
    changes[run] = nil
    removed += try stored("SELECT seal FROM run WHERE id = ?", run)
  }

  /// Runs a statement that is prepared once a connection.
  func execute(_ sql: String, _ arguments: StatementArguments) throws {
    try database.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// Carries the seals of the changed runs and of the registry forward.
  func carrySeals() throws {
    guard !changes.isEmpty || removed != Seal() else { return }
    var sum = -removed
    for (run, change) in changes {
      sum += change
      try carry(
        change, "SELECT seal FROM run WHERE id = ?", "UPDATE run SET seal = ? WHERE id = ?", run)
    }
    try carry(
      sum, "SELECT seal FROM registry WHERE id = ?", "UPDATE registry SET seal = ? WHERE id = ?", 1)
  }

  private func carry(_ change: Seal, _ read: String, _ write: String, _ key: Int64) throws {
    var seal = try stored(read, key)
    seal += change
    try execute(write, [Data(seal.bytes), key])
  }

  private func stored(_ sql: String, _ key: Int64) throws -> Seal {
    let statement = try database.cachedStatement(sql: sql)
    guard let row = try Row.fetchOne(statement, arguments: [key]),
      let seal = try Seal(bytes: row.decodeBytes(0))
    else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
    return seal
  }
}
