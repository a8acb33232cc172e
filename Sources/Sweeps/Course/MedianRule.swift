import RunModel

/// When a job stops early under the median rule: fixed when it begins, from trials that were complete then.
package struct MedianRule: Sendable {
  private let objective: Objective
  private let warmup: Int
  /// The median of the complete trials by epoch; the smaller the better.
  private let medians: [Int: Double]

  /// - Parameters:
  ///   - points: of each complete trial, with the same seed, the metrics of the objective by name.
  ///   - startup: how many of them must have a value at an epoch.
  package init(
    _ objective: Objective, warmup: Int, startup: Int,
    points: [[String: [(epoch: Int, value: Double)]]]
  ) {
    self.objective = objective
    self.warmup = warmup
    var values: [Int: [Double]] = [:]
    for trial in points {
      for epoch in Self.epochs(of: trial) {
        if let value = Self.rank(objective, trial, through: epoch) {
          values[epoch, default: []].append(value)
        }
      }
    }
    medians = values.filter { $0.value.count >= max(startup, 1) }.mapValues { values in
      let sorted = values.sorted()
      let middle = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
  }

  /// The first epoch after which a job stops: there its best value so far is worse than the median.
  ///
  /// - Parameter points: its own metrics by name, up to now.
  package func stop(of points: [String: [(epoch: Int, value: Double)]]) -> Int? {
    var best = Double.infinity
    for epoch in Self.epochs(of: points) {
      guard let value = Self.rank(objective, points, through: epoch) else { continue }
      best = min(best, value)
      if epoch >= warmup, let median = medians[epoch], best > median { return epoch }
    }
    return nil
  }

  private static func epochs(of points: [String: [(epoch: Int, value: Double)]]) -> [Int] {
    Set(points.values.joined().map(\.epoch)).sorted()
  }

  private static func rank(
    _ objective: Objective, _ points: [String: [(epoch: Int, value: Double)]], through epoch: Int
  ) -> Double? {
    objective.value(of: points, through: epoch)
      .map { objective.direction == .min ? $0 : -$0 }
  }
}
