package import RunModel

/// Metric points in the long layout: one line a point.
package enum PointRows {
  /// The long layout's header.
  package static let csvHeader = csvLine([
    "run_id", "run_name", "metric", "step", "epoch", "images", "value", "time",
  ])

  /// One point as a line of CSV; what is not known is an empty field.
  package static func csv(_ point: MetricPoint, of run: Run) -> String {
    csvLine(fields(point, of: run))
  }

  /// The fields of that line.
  static func fields(_ point: MetricPoint, of run: Run) -> [String] {
    [
      run.id.rawValue, run.name, point.metric, String(point.step),
      point.epoch.map(String.init) ?? "", point.images.map(String.init) ?? "",
      point.value.shortestText, point.time.rfc3339,
    ]
  }

  /// One point as a JSON object.
  package static func json(_ point: MetricPoint, of run: Run) -> JSONValue {
    .object([
      ("run_id", .string(run.id.rawValue)),
      ("run_name", .string(run.name)),
      ("metric", .string(point.metric)),
      ("step", .integer(point.step)),
      ("epoch", .integer(point.epoch)),
      ("images", .integer(point.images)),
      ("value", .number(point.value)),
      ("time", .time(point.time)),
      ("attempt", .integer(point.attempt)),
    ])
  }
}
