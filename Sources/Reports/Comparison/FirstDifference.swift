package import RunModel

/// The first step at which a run parts from the one it is compared with.
package struct FirstDifference: Sendable, Hashable {
  /// The run that parts.
  package var runID: RunID
  package var metric: String
  package var step: Int
  /// The compared run's value there, then this run's.
  package var values: [Double]

  var json: JSONValue {
    .object([
      ("run_id", .string(runID.rawValue)),
      ("metric", .string(metric)),
      ("step", .integer(step)),
      ("values", .array(values.map(JSONValue.number))),
    ])
  }
}
