import RunModel

/// Which runs came to the best value of a metric.
struct Winner: Sendable {
  var direction: Retention.Best.Direction
  /// Places of the runs with the best last value; several where it is the same value.
  var last: Set<Int>
  /// Places of the runs that reached the best value at any step.
  var best: Set<Int>

  /// The winners among runs, `nil` for a metric without a direction and where there is nothing to win:
  /// fewer than two runs have a value, or all have the same.
  init?(of metric: String, among runs: [Run]) {
    guard let direction = Self.direction(of: metric, in: runs) else { return nil }
    self.direction = direction
    let summaries = runs.map { $0.metrics[metric] }
    last = Self.best(summaries.map { $0?.last }, direction)
    best = Self.best(summaries.map { direction == .min ? $0?.min : $0?.max }, direction)
    if last.isEmpty && best.isEmpty { return nil }
  }

  /// A metric's own direction, else the one by which the runs choose their best checkpoint.
  private static func direction(of metric: String, in runs: [Run]) -> Retention.Best.Direction? {
    if let direction = Retention.Best.Direction(ofMetric: metric) { return direction }
    let chosen = Set(
      runs.compactMap { run -> Retention.Best.Direction? in
        guard run.parameters["checkpoint.best.metric"] == .text(metric),
          case .text(let word)? = run.parameters["checkpoint.best.direction"]
        else { return nil }
        return Retention.Best.Direction(rawValue: word)
      })
    return chosen.count == 1 ? chosen.first : nil
  }

  private static func best(_ values: [Double?], _ direction: Retention.Best.Direction) -> Set<Int> {
    let known = values.enumerated().compactMap { place, value in value.map { (place, $0) } }
    guard let first = known.first else { return [] }
    let best = known.dropFirst().reduce(first.1) { direction.prefers($1.1, to: $0) ? $1.1 : $0 }
    let winners = known.filter { $0.1 == best }.map(\.0)
    return winners.count < known.count ? Set(winners) : []
  }

  /// The object of docs/json.md.
  func json(_ runs: [Run]) -> JSONValue {
    func ids(_ places: Set<Int>) -> JSONValue {
      .array(places.sorted().map { .string(runs[$0].id.rawValue) })
    }
    return .object([
      ("direction", .string(direction.rawValue)), ("last", ids(last)), ("best", ids(best)),
    ])
  }
}
