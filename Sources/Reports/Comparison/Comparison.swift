package import RunModel

/// Several runs side by side: what differs between them, and what they came to.
package struct Comparison: Sendable {
  /// What is compared of runs, and how much of it is kept.
  package struct Choice: Sendable {
    /// Whether equal settings and facts, and metrics that measure time, are wanted too.
    package var all = false
    /// The metrics wanted, `nil` for all of them.
    package var metrics: [String]?
    /// Whether the differences from the first run are wanted.
    package var hasBaseline = false
    /// How many finite values of a curve are kept, 4 or more; `nil` keeps no curves.
    package var curveLimit: Int?
    /// What the curves are drawn along.
    package var axis = CurveAxis.step

    /// Only what differs, without curves.
    package init() {}
  }

  /// In the order they were named; the first is the one the others are compared with.
  package var runs: [Run]
  /// Of each run.
  package var attempts: [[Attempt]]
  package var choice: Choice
  package var parameters: [Difference]
  /// Facts about where they ran, those about the code apart.
  package var environment: [Difference]
  /// The program's version, its git commit, and whether its files were changed.
  package var code: [Difference]
  /// Metric names, sorted, or in the order they were chosen.
  package var metrics: [String]
  /// For each run but the first, whether and where it parts from the first.
  package var partings: [Parting]
  /// By metric the curve of each run, `nil` where it has none.
  package var curves: [String: [MetricCurve?]]

  /// A comparison of runs.
  ///
  /// - Parameters:
  ///   - attempts: of each run, in the same order; a run's newest one says what it ran on.
  ///   - points: a run's visible points by metric, each by step; called once a run.
  package init(
    _ runs: [Run], attempts: [[Attempt]], _ choice: Choice,
    points: (Run) throws -> [String: [SeriesPoint]]
  ) rethrows {
    self.runs = runs
    self.attempts = attempts
    self.choice = choice
    parameters = .between(runs.map(\.parameters), all: choice.all)
    let facts = attempts.map { attempts in
      (attempts.last?.environment.facts ?? [:]).mapValues(ParameterValue.text)
    }
    code = .between(facts.map { $0.filter { isCode($0.key) } }, all: choice.all)
    environment = .between(facts.map { $0.filter { !isCode($0.key) } }, all: choice.all)
    let recorded = Set(runs.flatMap { $0.metrics.keys })
    metrics =
      choice.metrics.map { $0.filter(recorded.contains) }
      ?? recorded.filter { choice.all || !measuresTime(metric: $0) }.sorted()
    partings = []
    curves = Dictionary(uniqueKeysWithValues: Set(metrics).map { ($0, []) })
    var base: [String: [SeriesPoint]] = [:]
    // One run after the other: memory holds the points of two.
    for (place, run) in runs.enumerated() {
      let own = try points(run)
      if place == 0 { base = own } else { partings.append(.of(run, own, from: base)) }
      guard let limit = choice.curveLimit else { continue }
      for metric in curves.keys {
        curves[metric]?.append(
          own[metric].map { MetricCurve(metric: metric, points: $0, limit: limit) })
      }
    }
  }

  /// The earliest of the first differences; at one step the run named first.
  package var firstDifference: FirstDifference? {
    partings.compactMap(\.difference).enumerated()
      .min { ($0.element.step, $0.offset) < ($1.element.step, $1.offset) }?.element
  }

  /// Numbers of a metric's summary that are compared.
  static let aspects: [(name: String, value: @Sendable (MetricSummary) -> Double?)] = [
    ("last", { $0.last }), ("min", { $0.min }), ("max", { $0.max }),
  ]
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
