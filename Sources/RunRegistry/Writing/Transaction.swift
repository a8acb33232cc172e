import Foundation
import GRDB
import RunModel

/// One writing transaction: the open database and what it changes of each run's seal.
final class Transaction {
  let database: Database
  /// When it began, by the writer's clock.
  let now: Timestamp
  private var changes: [Int64: Seal] = [:]

  init(_ database: Database, now: Timestamp) {
    self.database = database
    self.now = now
  }

  /// Takes an inserted row into a run's seal.
  func seal(_ row: SealedRow, of run: Int64) { changes[run, default: Seal()] += row.seal }

  /// Takes a deleted row out of a run's seal.
  func unseal(_ row: SealedRow, of run: Int64) { changes[run, default: Seal()] -= row.seal }

  /// Runs a statement that is prepared once a connection.
  func execute(_ sql: String, _ arguments: StatementArguments) throws {
    try database.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// Carries the seals of the changed runs and of the registry forward.
  func carrySeals() throws {
    guard !changes.isEmpty else { return }
    var sum = Seal()
    for (run, change) in changes {
      sum += change
      try carry(
        change, "SELECT seal FROM run WHERE id = ?", "UPDATE run SET seal = ? WHERE id = ?", run)
    }
    try carry(
      sum, "SELECT seal FROM registry WHERE id = ?", "UPDATE registry SET seal = ? WHERE id = ?", 1)
  }

  private func carry(_ change: Seal, _ read: String, _ write: String, _ key: Int64) throws {
    let statement = try database.cachedStatement(sql: read)
    guard let stored = try Row.fetchOne(statement, arguments: [key]),
      var seal = try Seal(bytes: stored.decodeBytes(0))
    else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
    seal += change
    try execute(write, [Data(seal.bytes), key])
  }
}
