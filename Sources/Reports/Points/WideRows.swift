package import RunModel

/// Metric points in the wide layout: one line a step, one column a metric.
package enum WideRows {
  /// The wide layout's header for some metrics.
  package static func csvHeader(_ metrics: [String]) -> String {
    csvLine(["run_id", "run_name", "step", "epoch", "images"] + metrics)
  }

  /// Appends a step as a line of CSV; a metric without a point is an empty field.
  package static func appendCSV(_ step: MeasuredStep, of run: Run, to text: inout ByteText) {
    let comma = UInt8(ascii: ",")
    text.append(String(csvLine([run.id.rawValue, run.name]).dropLast()))
    text.append(byte: comma)
    text.append(step.step)
    text.append(byte: comma)
    text.append(step.epoch)
    text.append(byte: comma)
    text.append(step.images)
    for value in step.values {
      text.append(byte: comma)
      if let value { text.append(value) }
    }
    text.append(byte: UInt8(ascii: "\n"))
  }

  /// A step as a JSON object; a metric without a point is left out.
  ///
  /// - Parameter metrics: the names of the values, in their order.
  package static func json(_ step: MeasuredStep, of run: Run, metrics: [String]) -> JSONValue {
    .object([
      ("run_id", .string(run.id.rawValue)),
      ("run_name", .string(run.name)),
      ("step", .integer(step.step)),
      ("epoch", .integer(step.epoch)),
      ("images", .integer(step.images)),
      (
        "metrics",
        .object(
          zip(metrics, step.values).compactMap { name, value in
            value.map { (name, .number($0)) }
          })
      ),
    ])
  }
}
