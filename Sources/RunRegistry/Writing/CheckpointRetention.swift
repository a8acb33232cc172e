import GRDB
import RunModel

/// Drops the checkpoints of one run that its rule no longer keeps, then the bytes that nothing names.
struct CheckpointRetention {
  private let connection: WriterConnection
  private let run: Int64
  private let rule: Retention
  private let between: () -> Void

  init(
    _ connection: WriterConnection, _ run: Int64, _ rule: Retention,
    _ between: @escaping () -> Void = {}
  ) {
    self.connection = connection
    self.run = run
    self.rule = rule
    self.between = between
  }

  /// Applies the rule; run only after a newer checkpoint was published.
  func apply() throws {
    guard rule.keepLast > 0 else { return }
    try drop { try RetentionPlan($0, run: run, rule).dropped }
    try connection.shrink(between: between)
  }

  /// Applies the rule to a run that need not be in training, and drops what no reference can name; the
  /// file gives back all that is free.
  ///
  /// - Parameter needed: the newest checkpoint that was found whole; it stays.
  func prune(needed: CheckpointRow?) throws {
    try drop { database in
      let plan = try RetentionPlan(database, run: run, rule, needed: needed)
      return plan.dropped + plan.shadowed
    }
    try connection.shrink(completely: true, between: between)
  }

  private func drop(_ choose: (Database) throws -> [CheckpointRow]) throws {
    // Only contents of the rows deleted here are looked at: others may belong to a checkpoint that
    // another process is about to publish.
    let orphans = try connection.transaction { transaction in
      let rows = try choose(transaction.database)
      let contents = try contents(of: rows, transaction.database)
      for row in rows { try transaction.delete(row) }
      return contents
    }
    guard !orphans.isEmpty else { return }
    Milestone.checkpointsDropped.reached()
    let removal = ContentRemoval(connection: connection, between: between)
    try removal.remove(chunks: removal.remove(contents: orphans).chunks)
  }

  private func contents(of rows: [CheckpointRow], _ database: Database) throws -> [Int64] {
    let statement = try database.cachedStatement(
      sql: "SELECT DISTINCT content FROM tensor WHERE checkpoint = ?")
    return try Array(Set(rows.flatMap { try Int64.fetchAll(statement, arguments: [$0.key]) }))
      .sorted()
  }
}
