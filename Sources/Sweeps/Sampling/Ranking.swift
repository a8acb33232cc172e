extension Sequence<Observation> {
  /// Those with a rank, best first: complete ones by value, then those at the deepest rungs by value, then
  /// the diverged; equals by number.
  package func ranked() -> [Observation] {
    let observations = Array(self)
    return observations.enumerated()
      .compactMap { index, observation in observation.rank.map { (rank: $0, index: index) } }
      .sorted { $0.rank < $1.rank }
      .map { observations[$0.index] }
  }
}

extension Observation {
  /// What orders observations, the smallest first; `nil` for one that has no result to rank.
  fileprivate var rank: Rank? {
    switch result {
    case .running, .failed: nil
    case .value(let value, let rung, let isComplete) where value.isFinite:
      Rank(kind: isComplete ? 0 : 1, depth: isComplete ? 0 : rung, value: value, point: point)
    // An objective that is not finite has diverged, whoever stored it as a value.
    case .value, .diverged: Rank(kind: 2, depth: 0, value: 0, point: point)
    }
  }
}

private struct Rank: Comparable {
  var kind: Int
  var depth: Int
  var value: Double
  var point: Int

  static func < (one: Rank, other: Rank) -> Bool {
    // The deepest first.
    (one.kind, other.depth, one.value, one.point) < (
      other.kind, one.depth, other.value, other.point
    )
  }
}
