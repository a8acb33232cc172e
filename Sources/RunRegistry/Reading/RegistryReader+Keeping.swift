import GRDB
public import RunModel

/// What a rule does, or would do, to a run's checkpoints.
public struct Pruning: Sendable {
  let run: RunID
  let rule: Retention
  /// The newest that was found whole; `nil` where the run has none.
  let needed: CheckpointRow?
  /// Those that stay, oldest first.
  public var kept: [Checkpoint]
  /// Those that go, oldest first.
  public var dropped: [Checkpoint]
  /// How many go besides that a later attempt shadows, so that no reference can name them.
  public var shadowed: Int
  /// Those newer than the newest whole one, oldest first: bytes of them are not what was stored.
  public var damaged: [Checkpoint]
  /// About how many bytes of the file go with them.
  public var bytes: Int
}

extension RegistryReader {
  /// What a rule would do to a run's checkpoints; the newest one that is whole stays in any case.
  ///
  /// - Throws: `RegistryError`: `.invalid` where the run has checkpoints and none of them is whole,
  ///   `.missing` for a run that is not there.
  public func pruning(of id: RunID, by rule: Retention) throws -> Pruning {
    let (needed, damaged) = try newestWhole(of: id)
    return try read { database in
      let plan = try RetentionPlan(
        database, run: key(of: id, database), rule, needed: needed)
      let rows = plan.dropped + plan.shadowed
      let bytes =
        try Self.garbage(database, without: rows.map(\.key)).bytesFreed
        - Self.garbage(database, without: []).bytesFreed
      func checkpoints(_ rows: [CheckpointRow]) throws -> [Checkpoint] {
        try rows.map { try Checkpoint($0, of: id, database) }
      }
      return Pruning(
        run: id, rule: rule, needed: needed, kept: try checkpoints(plan.kept),
        dropped: try checkpoints(plan.dropped),
        shadowed: plan.shadowed.count, damaged: try checkpoints(damaged), bytes: bytes)
    }
  }

  /// A run's newest checkpoint whose every byte is what was stored, and the visible ones after it.
  ///
  /// Where a training drops what is being read, it has stored newer ones, which are read instead.
  func newestWhole(of id: RunID) throws -> (whole: CheckpointRow?, damaged: [CheckpointRow]) {
    func visible() throws -> [CheckpointRow] {
      try read { try CheckpointRow.visible($0, run: key(of: id, $0)) }
    }
    var rows = try visible()
    while true {
      let place = try rows.lastIndex { try isWhole($0, of: id) }
      let now = try visible()
      if let place, now.contains(where: { $0.key == rows[place].key }) {
        return (rows[place], Array(rows[(place + 1)...]))
      }
      if now.last?.key == rows.last?.key { break }
      rows = now
    }
    guard rows.isEmpty else {
      throw RegistryError(
        .invalid,
        "None of the checkpoints of run \(id) is what was stored, so none may go. Look at the file "
          + "with 'gan-runs verify'.")
    }
    return (nil, [])
  }

  /// Whether every byte of a checkpoint is what was stored; not where it is gone.
  private func isWhole(_ row: CheckpointRow, of id: RunID) throws -> Bool {
    do {
      // How many checkpoints the run's row counts is no fault of this one.
      return try verifyCheckpoints("\(id)@step:\(row.step)", data: .all).findings
        .allSatisfy { $0.kind == .derived }
    } catch let error as RegistryError where error.kind == .missing {
      return false
    }
  }

  /// What a collection would remove.
  ///
  /// - Parameter grace: how long ago a run was deleted at least, to be removed.
  public func garbage(grace: Duration) throws -> Garbage {
    try read { database in
      let due = clock().microseconds - grace.microseconds
      let runs = try Int64.fetchAll(
        database, sql: "SELECT id FROM run WHERE deleted_at <= ?", arguments: [due])
      return try Self.garbage(database, withoutRuns: runs)
    }
  }

  /// What a collection would remove once runs are deleted, beyond what it would remove now.
  public func garbage(deleting ids: [RunID]) throws -> Garbage {
    try read { database in
      let keys = try ids.map { try key(of: $0, database) }
      var garbage = try Self.garbage(database, withoutRuns: keys)
      let present = try Self.garbage(database, withoutRuns: [])
      garbage.contents -= present.contents
      garbage.chunks -= present.chunks
      garbage.bytesFreed -= present.bytesFreed
      return garbage
    }
  }

  private static func garbage(_ database: Database, withoutRuns runs: [Int64]) throws -> Garbage {
    let checkpoints = try runs.flatMap { try CheckpointRow.all(database, run: $0) }.map(\.key)
    var garbage = try garbage(database, without: checkpoints)
    garbage.runs = runs.count
    return garbage
  }

  /// What nothing would name without some checkpoints, and the pages that are free already.
  static func garbage(_ database: Database, without checkpoints: [Int64]) throws -> Garbage {
    let list: StatementArguments = ["[" + checkpoints.map(String.init).joined(separator: ",") + "]"]
    let others = "tensor.checkpoint NOT IN (SELECT value FROM json_each(?))"
    var garbage = Garbage()
    garbage.checkpoints = checkpoints.count
    garbage.contents =
      try Int.fetchOne(
        database,
        sql: """
          SELECT count(*) FROM content WHERE NOT EXISTS(
            SELECT 1 FROM tensor WHERE tensor.content = content.id AND \(others))
          """, arguments: list) ?? 0
    let chunks = try Row.fetchOne(
      database,
      sql: """
        SELECT count(*), coalesce(sum(length(data)), 0) FROM chunk WHERE NOT EXISTS(
          SELECT 1 FROM content_chunk JOIN tensor ON tensor.content = content_chunk.content
          WHERE content_chunk.chunk = chunk.id AND \(others))
        """, arguments: list)
    let pageSize = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0
    let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
    garbage.chunks = try Int(chunks?.integer(0) ?? 0)
    garbage.bytesFreed = try Int(chunks?.integer(1) ?? 0) + free * pageSize
    garbage.fileBytes = (try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0) * pageSize
    return garbage
  }
}
