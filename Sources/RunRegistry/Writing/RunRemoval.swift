import GRDB
import RunModel

/// Removes a deleted run whose grace period is over, some of its rows in each transaction, so that
/// others can write meanwhile.
///
/// The first transaction has the run show nothing any more, as a start from nothing shadows what came
/// before, and from then on no `restore` takes it back. A removal that stops between two transactions
/// leaves a registry that is whole, in which the next collection goes on.
struct RunRemoval {
  let connection: WriterConnection
  let run: RunRow
  /// Rows that one transaction removes at most.
  var slice = 20_000
  /// What one transaction removes at most of rows that hold or name much.
  var largeSlice = 16
  /// Called between two transactions, for what must not wait until the end.
  let between: () -> Void

  /// Removes the run with all its rows.
  ///
  /// - Returns: how many checkpoints went; `nil` where another process restored or removed the run.
  func remove() throws -> Int? {
    guard try change({ try $0.hideRows(of: run.key) }) != nil else { return nil }
    // Points go before the steps that tell of their time.
    for table in [SealedTable.point, .step, .line, .picture] {
      let limit = table == .picture ? largeSlice : slice
      try removeAll(limit) { try $0.removeRows(of: run.key, in: table, atMost: limit) }
    }
    let checkpoints = try removeAll(largeSlice) {
      try $0.removeCheckpoints(of: run.key, atMost: largeSlice)
    }
    try change { transaction in
      try transaction.removeSeal(of: run.key)
      try transaction.execute("DELETE FROM run WHERE id = ?", [run.key])
    }
    return checkpoints
  }

  /// Removes rows a slice at a time.
  ///
  /// - Parameter removeSlice: removes at most `limit` rows, and tells how many went.
  @discardableResult
  private func removeAll(
    _ limit: Int, _ removeSlice: (Transaction) throws -> Int
  ) throws -> Int {
    var total = 0
    while let count = try change(removeSlice) {
      Milestone.runRowsDropped.reached()
      total += count
      if count < limit { break }
    }
    return total
  }

  /// Changes the run in a transaction, where it is still there and deleted: its key may be another's by now.
  @discardableResult
  private func change<Result>(_ body: (Transaction) throws -> Result) throws -> Result? {
    between()
    return try connection.transaction { transaction in
      let row = try Row.fetchOne(
        transaction.database,
        sql: "SELECT 1 FROM run WHERE id = ? AND run_id = ? AND deleted_at IS NOT NULL",
        arguments: [run.key, run.id])
      return try row.map { _ in try body(transaction) }
    }
  }
}

extension Transaction {
  /// Shadows all points and checkpoints of a run: a removal has begun.
  fileprivate func hideRows(of run: Int64) throws {
    for attempt in try AttemptRow.fetchAll(database, run: run) {
      try update(attempt) { row in
        row.visibleTo = AttemptRow.nothingVisible
        if row.status == .running { (row.status, row.endedAt) = (.crashed, row.heartbeatAt) }
      }
    }
    // Of which nothing is visible there is no summary; the points need not be read for that.
    try execute(
      """
      UPDATE series SET count = 0, last = NULL, last_step = NULL, min = NULL, min_step = NULL,
        max = NULL, max_step = NULL, nan_count = 0, first_nan_step = NULL WHERE run = ?
      """, [run])
    try execute("UPDATE run SET checkpoints = 0 WHERE id = ?", [run])
    sealProgress(of: run)
  }

  /// Removes rows of a run in the order of their keys, and takes them out of its seal.
  ///
  /// - Returns: how many went; fewer than `limit` where none is left.
  fileprivate func removeRows(
    of run: Int64, in table: SealedTable, atMost limit: Int
  ) throws -> Int {
    var count = 0
    try table.forEachRow(of: run, atMost: limit, database) { row in
      unseal(row, of: run)
      count += 1
    }
    try execute(table.removal, [run, limit])
    return count
  }

  fileprivate func removeCheckpoints(of run: Int64, atMost limit: Int) throws -> Int {
    let rows = try CheckpointRow.all(database, run: run).prefix(limit)
    for row in rows { try delete(row) }
    return rows.count
  }
}
