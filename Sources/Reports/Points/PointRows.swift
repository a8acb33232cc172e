package import RunModel

/// Metric points in the long layout: one line a point.
package enum PointRows {
  /// The long layout's header.
  package static let csvHeader = csvLine(SeriesPoint.columns)

  /// What a line of CSV holds, as fields; what is not known is empty.
  static func fields(_ point: SeriesPoint, of metric: String, _ run: Run) -> [String] {
    [
      run.id.rawValue, run.name, metric, String(point.step),
      point.epoch.map(String.init) ?? "", point.images.map(String.init) ?? "",
      point.value.shortestText, point.time.rfc3339,
    ]
  }

  /// Appends points of one metric as lines of CSV; what is not known is an empty field.
  package static func appendCSV(
    _ points: [SeriesPoint], of metric: String, _ run: Run, to text: inout ByteText
  ) {
    let comma = UInt8(ascii: ",")
    var start = csvLine([run.id.rawValue, run.name, metric])
    start.withUTF8 { start in
      for point in points {
        text.append(UnsafeBufferPointer(rebasing: start.dropLast()))
        text.append(byte: comma)
        text.append(point.step)
        text.append(byte: comma)
        text.append(point.epoch)
        text.append(byte: comma)
        text.append(point.images)
        text.append(byte: comma)
        text.append(point.value)
        text.append(byte: comma)
        text.append(point.time)
        text.append(byte: UInt8(ascii: "\n"))
      }
    }
  }

  /// One point as a JSON object.
  package static func json(_ point: SeriesPoint, of metric: String, _ run: Run) -> JSONValue {
    .object([
      ("run_id", .string(run.id.rawValue)),
      ("run_name", .string(run.name)),
      ("metric", .string(metric)),
      ("step", .integer(point.step)),
      ("epoch", .integer(point.epoch)),
      ("images", .integer(point.images)),
      ("value", .number(point.value)),
      ("time", .time(point.time)),
      ("attempt", .integer(point.attempt)),
    ])
  }
}
