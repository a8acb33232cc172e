package import RunModel

/// Several runs side by side: what differs between them, and what they came to.
package struct Comparison: Sendable {
  /// In the order they were named; the first is the one the others are compared with.
  package var runs: [Run]
  package var parameters: [Difference]
  /// Facts about where they ran, those about the code apart.
  package var environment: [Difference]
  /// The program's version, its git commit, and whether its files were changed.
  package var code: [Difference]
  /// Metric names, sorted.
  package var metrics: [String]
  /// For each run but the first, whether and where it parts from the first.
  package var partings: [Parting]

  /// A comparison of runs.
  ///
  /// - Parameters:
  ///   - environments: of each run, in the same order.
  ///   - all: whether equal settings and facts are wanted too.
  ///   - metrics: the metrics wanted, `nil` for all of them.
  ///   - points: a run's visible points of a metric, by step.
  package init(
    _ runs: [Run], environments: [RunEnvironment], all: Bool, metrics: [String]?,
    points: (Run, String) throws -> [MetricPoint]
  ) rethrows {
    self.runs = runs
    parameters = .between(runs.map(\.parameters), all: all)
    let facts = environments.map { $0.facts.mapValues(ParameterValue.text) }
    code = .between(facts.map { $0.filter { isCode($0.key) } }, all: all)
    environment = .between(facts.map { $0.filter { !isCode($0.key) } }, all: all)
    let recorded = Set(runs.flatMap { $0.metrics.keys })
    self.metrics = metrics.map { $0.filter(recorded.contains) } ?? recorded.sorted()
    partings = try runs.dropFirst().map { run in
      try Parting.of(run, from: runs[0], points: points)
    }
  }

  /// The earliest of the first differences; at one step the run named first.
  package var firstDifference: FirstDifference? {
    partings.compactMap(\.difference).enumerated()
      .min { ($0.element.step, $0.offset) < ($1.element.step, $1.offset) }?.element
  }

  /// The comparison as one JSON object.
  package var json: JSONValue {
    .object([
      ("runs", .array(runs.map(runJSON))),
      ("params", .object(parameters.map { ($0.key, $0.json(runs)) })),
      ("environment", .object(environment.map { ($0.key, $0.json(runs)) })),
      ("code", .object(code.map { ($0.key, $0.json(runs)) })),
      ("metrics", .object(metrics.map { ($0, metricJSON($0)) })),
      ("first_difference", firstDifference?.json ?? .null),
    ])
  }

  private func metricJSON(_ name: String) -> JSONValue {
    .object(
      runs.compactMap { run in
        run.metrics[name].map { summary in
          (
            run.id.rawValue,
            .object([
              ("last", .number(summary.last)), ("min", .number(summary.min)),
              ("max", .number(summary.max)),
            ])
          )
        }
      })
  }
}

extension [Difference] {
  fileprivate static func between(_ dictionaries: [[String: ParameterValue]], all: Bool)
    -> [Difference]
  {
    Difference.between(dictionaries, all: all)
  }
}

/// Whether a fact about a run's surroundings is one about the code that ran.
private func isCode(_ fact: String) -> Bool { fact == "version" || fact.hasPrefix("git_") }
