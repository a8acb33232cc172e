package import RunModel

/// One metric of one run, thinned for a picture or a program that wants no more points.
package struct MetricCurve: Sendable {
  package var metric: String
  /// By step; all of them, or what thinning left.
  package var points: [SeriesPoint]
  /// How many points there are.
  package var total: Int

  /// A curve of all of a metric's points.
  ///
  /// - Parameter limit: how many finite values it keeps at most, 4 or more; all of them without one.
  package init(metric: String, points all: [SeriesPoint], limit: Int?) {
    self.metric = metric
    points = limit.map { thinned(all, to: $0) { $0.value } } ?? all
    total = all.count
  }

  /// The curve as a chart draws it.
  package func curve(
    named name: String, along axis: CurveAxis, attempts: [Attempt], isFaint: Bool = false
  ) -> Chart.Curve {
    Chart.Curve(
      name: name, places: axis.places(of: points, attempts: attempts), total: total,
      isFaint: isFaint)
  }

  /// The object of docs/json.md: how many points of how many, and the points.
  package var json: JSONValue {
    .object([
      ("shown", .integer(points.count)), ("of", .integer(total)),
      (
        "points",
        .array(
          points.map { point in
            .object([
              ("step", .integer(point.step)), ("epoch", .integer(point.epoch)),
              ("images", .integer(point.images)), ("value", .number(point.value)),
              ("time", .time(point.time)),
            ])
          })
      ),
    ])
  }
}
