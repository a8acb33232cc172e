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
  /// - Parameters:
  ///   - run: the run that may part.
  ///   - points: its visible points by metric, each by step.
  ///   - base: the points of the run that it is compared with.
  package static func of(
    _ run: Run, _ points: [String: [SeriesPoint]], from base: [String: [SeriesPoint]]
  ) -> Parting {
    var parting = Parting.noCommonStep
    for metric in base.keys.sorted() where !measuresTime(metric: metric) {
      let common = CommonSteps(base[metric] ?? [], points[metric] ?? [])
      for (one, other) in common {
        if parting == .noCommonStep { parting = .none }
        let isEqual = one.value == other.value || (one.value.isNaN && other.value.isNaN)
        guard !isEqual else { continue }
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
}

/// The points of two series that stand at the same step, pair after pair.
private struct CommonSteps: Sequence, IteratorProtocol {
  private var base: ArraySlice<SeriesPoint>
  private var other: ArraySlice<SeriesPoint>

  init(_ base: [SeriesPoint], _ other: [SeriesPoint]) {
    self.base = base[...]
    self.other = other[...]
  }

  mutating func next() -> (SeriesPoint, SeriesPoint)? {
    while let one = base.first, let two = other.first {
      if one.step <= two.step { base.removeFirst() }
      if two.step <= one.step { other.removeFirst() }
      if one.step == two.step { return (one, two) }
    }
    return nil
  }
}
