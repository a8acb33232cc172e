import RunModel

extension Comparison {
  /// The comparison as one JSON object.
  package var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("runs", .array(runs.map(runJSON))),
      ("params", .object(parameters.map { ($0.key, $0.json(runs)) })),
      ("environment", .object(environment.map { ($0.key, $0.json(runs)) })),
      ("code", .object(code.map { ($0.key, $0.json(runs)) })),
      ("metrics", .object(metrics.map { ($0, aspectsJSON($0)) })),
      ("first_difference", firstDifference?.json ?? .null),
      (
        "winners",
        .object(
          metrics.compactMap { name in Winner(of: name, among: runs).map { (name, $0.json(runs)) } }
        )
      ),
    ]
    if choice.hasBaseline {
      members += [
        ("baseline", .string(runs[0].id.rawValue)),
        ("differences", .object(metrics.map { ($0, aspectsJSON($0, from: runs[0])) })),
      ]
    }
    if choice.curveLimit != nil {
      members.append(("curves", .object(metrics.map { ($0, curvesJSON($0)) })))
    }
    return .object(members)
  }

  /// Each run's last, smallest and largest value.
  ///
  /// - Parameter base: what lies beyond this run's is wanted, of the other runs.
  private func aspectsJSON(_ metric: String, from base: Run? = nil) -> JSONValue {
    .object(
      runs.filter { $0.id != base?.id && $0.metrics[metric] != nil }.map { run in
        (
          run.id.rawValue,
          .object(
            Self.aspects.map { name, value in
              let own = run.metrics[metric].flatMap(value)
              guard let base else { return (name, .number(own)) }
              return (name, .number(difference(own, base.metrics[metric].flatMap(value))))
            })
        )
      })
  }

  private func curvesJSON(_ metric: String) -> JSONValue {
    .object(
      zip(runs, curves[metric] ?? []).compactMap { run, curve in
        curve.map { (run.id.rawValue, $0.json) }
      })
  }
}

/// What a value has beyond that of the run it is compared with, `nil` where one of them is missing.
func difference(_ value: Double?, _ base: Double?) -> Double? {
  guard let value, let base else { return nil }
  return value == base ? 0 : value - base
}
