import GRDB
import RunModel

/// Which of a run's checkpoints a rule keeps: a function of what is stored, the same for a training run
/// and for `checkpoints prune`.
struct RetentionPlan {
  /// Those that stay, oldest first: the newest, the ends of every so many epochs, the best, the pinned.
  let kept: [CheckpointRow]
  /// Those that can be named and go, oldest first.
  let dropped: [CheckpointRow]
  /// Those that a later attempt shadows: nothing can name them any more.
  let shadowed: [CheckpointRow]

  /// - Parameter needed: a checkpoint that stays whatever the rule says.
  init(_ database: Database, run: Int64, _ rule: Retention, needed: CheckpointRow? = nil) throws {
    let visible = try CheckpointRow.visible(database, run: run)
    var keys = Set((rule.keepLast > 0 ? visible.suffix(rule.keepLast) : visible[...]).map(\.key))
    if let needed { keys.insert(needed.key) }
    if let best = rule.best {
      keys.formUnion(
        try CheckpointRanking(database, run: run, by: best).rows.prefix(best.keep).map(\.key))
    }
    let isKept = { (row: CheckpointRow) in
      try keys.contains(row.key)
        || rule.keepEvery > 0 && row.isEpochEnd && row.epoch.isMultiple(of: rule.keepEvery)
        || !row.pins(database).isEmpty
    }
    kept = try visible.filter(isKept)
    dropped = try visible.filter { try !isKept($0) }
    let seen = Set(visible.map(\.key))
    shadowed = try CheckpointRow.all(database, run: run).filter { row in
      try !seen.contains(row.key) && row.pins(database).isEmpty
    }
  }
}
