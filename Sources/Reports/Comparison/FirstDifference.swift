package import RunModel

/// The first step at which a run parts from the one it is compared with.
package struct FirstDifference: Sendable, Hashable {
  /// The run that parts.
  package var runID: RunID
  package var metric: String
  package var step: Int
  /// The compared run's value there, then this run's.
  package var values: [Double]

  /// The first step that both runs recorded and where a metric differs; metrics that measure time
  /// are left out, and at one step the name decides.
  ///
  /// NaN is equal to NaN: two runs that diverge alike do not part.
  ///
  /// - Parameter points: a run's visible points of a metric, by step.
  package static func of(
    _ run: Run, from base: Run, points: (Run, String) throws -> [MetricPoint]
  ) rethrows -> FirstDifference? {
    var first: FirstDifference?
    for metric in base.metrics.keys.sorted() where run.metrics[metric] != nil {
      if measuresTime(metric: metric) { continue }
      let found = firstDifference(try points(base, metric), try points(run, metric))
      guard let found, found.step < first?.step ?? .max else { continue }
      first = FirstDifference(
        runID: run.id, metric: metric, step: found.step, values: [found.base, found.other])
    }
    return first
  }

  private static func firstDifference(_ base: [MetricPoint], _ other: [MetricPoint])
    -> (step: Int, base: Double, other: Double)?
  {
    var place = 0
    for point in base {
      while place < other.count, other[place].step < point.step { place += 1 }
      guard place < other.count else { return nil }
      let partner = other[place]
      guard partner.step == point.step else { continue }
      let equal = point.value == partner.value || (point.value.isNaN && partner.value.isNaN)
      if !equal { return (point.step, point.value, partner.value) }
    }
    return nil
  }

  var json: JSONValue {
    .object([
      ("run_id", .string(runID.rawValue)),
      ("metric", .string(metric)),
      ("step", .integer(step)),
      ("values", .array(values.map(JSONValue.number))),
    ])
  }
}
