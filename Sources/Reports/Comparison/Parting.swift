package import RunModel

/// Whether a run parts from the one it is compared with.
package enum Parting: Sendable, Hashable {
  /// No metric was recorded by both at one step, so nothing could be compared.
  case noCommonStep
  /// At every step that both recorded, every metric is equal.
  case none
  /// They part here first.
  case at(FirstDifference)

  /// Compares two runs at the steps that both recorded; metrics that measure time are left out, and at
  /// one step the name decides.
  ///
  /// NaN is equal to NaN: two runs that diverge alike do not part.
  ///
  /// - Parameter points: a run's visible points of a metric, by step.
  package static func of(
    _ run: Run, from base: Run, points: (Run, String) throws -> [MetricPoint]
  ) rethrows -> Parting {
    var parting = Parting.noCommonStep
    for metric in base.metrics.keys.sorted() where run.metrics[metric] != nil {
      if measuresTime(metric: metric) { continue }
      for (one, other) in common(try points(base, metric), try points(run, metric)) {
        if parting == .noCommonStep { parting = .none }
        let equal = one.value == other.value || (one.value.isNaN && other.value.isNaN)
        guard !equal else { continue }
        if one.step < parting.difference?.step ?? .max {
          parting = .at(
            FirstDifference(
              runID: run.id, metric: metric, step: one.step, values: [one.value, other.value]))
        }
        break
      }
    }
    return parting
  }

  /// Where they part, `nil` where they do not.
  package var difference: FirstDifference? {
    if case .at(let difference) = self { difference } else { nil }
  }

  /// The points of two series that stand at the same step.
  private static func common(
    _ base: [MetricPoint], _ other: [MetricPoint]
  ) -> [(MetricPoint, MetricPoint)] {
    var place = 0
    return base.compactMap { point in
      while place < other.count, other[place].step < point.step { place += 1 }
      guard place < other.count, other[place].step == point.step else { return nil }
      return (point, other[place])
    }
  }
}
