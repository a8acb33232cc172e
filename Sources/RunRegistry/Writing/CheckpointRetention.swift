import GRDB
import RunModel

/// Drops the checkpoints of one run that its rule no longer keeps, then the bytes that nothing names.
struct CheckpointRetention {
  /// Chunks that one transaction deletes at most.
  static let slice = 64

  private let connection: WriterConnection
  private let run: Int64
  private let rule: Retention
  private let between: () -> Void

  init(
    _ connection: WriterConnection, _ run: Int64, _ rule: Retention, _ between: @escaping () -> Void
  ) {
    self.connection = connection
    self.run = run
    self.rule = rule
    self.between = between
  }

  /// Applies the rule; run only after a newer checkpoint was published.
  func apply() throws {
    guard rule.keepLast > 0 else { return }
    // Only contents of the rows deleted here are looked at: others may belong to a checkpoint that
    // another process is about to publish.
    let orphans = try connection.transaction { transaction in
      let database = transaction.database
      let visible = try CheckpointRow.visible(database, run: run)
      var kept = Set(visible.suffix(rule.keepLast).map(\.key))
      if let best = rule.best {
        let ranked = try CheckpointRanking(database, run: run, by: best).rows
        kept.formUnion(ranked.prefix(best.keep).map(\.key))
      }
      let surplus = try visible.filter { row in
        try !kept.contains(row.key) && !keepsEpoch(of: row) && row.pins(database).isEmpty
      }
      let contents = try contents(of: surplus, database)
      for row in surplus { try transaction.delete(row, isVisible: true) }
      return contents
    }
    guard !orphans.isEmpty else { return }
    Milestone.checkpointsDropped.reached()
    try collect(orphans)
    try connection.shrink()
  }

  private func keepsEpoch(of row: CheckpointRow) -> Bool {
    rule.keepEvery > 0 && row.isEpochEnd && row.epoch.isMultiple(of: rule.keepEvery)
  }

  private func contents(of rows: [CheckpointRow], _ database: Database) throws -> [Int64] {
    let statement = try database.cachedStatement(
      sql: "SELECT DISTINCT content FROM tensor WHERE checkpoint = ?")
    return try Array(Set(rows.flatMap { try Int64.fetchAll(statement, arguments: [$0.key]) }))
      .sorted()
  }

  /// Deletes those contents, and their chunks, that nothing names any more.
  private func collect(_ contents: [Int64]) throws {
    var chunks: [Int64] = []
    try connection.transaction { transaction in
      let database = transaction.database
      let used = try database.cachedStatement(
        sql: "SELECT EXISTS(SELECT 1 FROM tensor WHERE content = ?)")
      let parts = try database.cachedStatement(
        sql: "SELECT DISTINCT chunk FROM content_chunk WHERE content = ?")
      for content in contents where try Int.fetchOne(used, arguments: [content]) == 0 {
        chunks += try Int64.fetchAll(parts, arguments: [content])
        try transaction.execute("DELETE FROM content WHERE id = ?", [content])
      }
    }
    for start in stride(from: 0, to: chunks.count, by: Self.slice) {
      between()
      try connection.transaction { transaction in
        for chunk in chunks[start..<min(start + Self.slice, chunks.count)] {
          try transaction.execute(
            """
            DELETE FROM chunk
            WHERE id = ? AND NOT EXISTS(SELECT 1 FROM content_chunk WHERE chunk = chunk.id)
            """, [chunk])
        }
      }
      Milestone.chunksDropped.reached()
    }
  }
}
