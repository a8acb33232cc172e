import Configuration
import RunModel

extension SweepFile {
  /// Configurations that are tried at most: each takes a millisecond or so.
  private static let mostTried = 200

  /// Refuses a space and a number of points that the sampler can't have.
  func checkPoints(_ file: FileMap) throws(ConfigurationError) {
    if sampler != .grid, points == nil {
      throw file.missing("points", "say how many points there are")
    }
    for parameter in space.parameters where sampler == .grid && !parameter.domain.hasEnd {
      throw ConfigurationError(
        "params.\(parameter.key) has no end of values, and a grid takes each; give its range a step, "
          + "or list its values", at: places[parameter.key])
    }
    _ = try makeSampler()
  }

  /// Refuses a budget that no training fits into.
  func checkBudget(_ file: FileMap) throws(ConfigurationError) {
    let first = (rules.ladder([epochs]).first ?? epochs) * seeds
    guard let budget = budget.epochs, budget < first else { return }
    throw ConfigurationError(
      "budget.epochs is \(budget), and the first point alone takes \(first); raise it",
      at: file["budget"]?.place)
  }

  /// Refuses an objective that is not there where results are compared.
  func checkStopping(_ file: FileMap) throws(ConfigurationError) {
    for term in objective.terms {
      guard case .at(let epoch) = term.aspect else { continue }
      let first =
        switch stopping {
        case .none, .median: epochs
        case .halving(_, let first), .sync(_, let first): first
        }
      guard epoch <= first else {
        throw ConfigurationError(
          "\(key(ofObjective: file)) reads \(shown(term.metric)) at epoch \(epoch), and "
            + (first == epochs ? "a full training" : "the first rung")
            + " ends at epoch \(first); take an earlier one", at: place(ofObjective: file))
      }
    }
  }

  private func key(ofObjective file: FileMap) -> String {
    file["minimize"] == nil ? "maximize" : "minimize"
  }

  private func place(ofObjective file: FileMap) -> Place? {
    file[key(ofObjective: file)]?.place
  }

  /// Refuses keys and values that a configuration does not have: the first point's, then each choice and each
  /// bound alone, among parameters that let it take part.
  mutating func checkConfigurations(_ file: FileMap) throws(ConfigurationError) {
    let start = complete(Assignment(Array(repeating: nil, count: space.parameters.count)), from: 0)
    let first: RunConfiguration
    do { first = try build(start, seed: 1, epochs: epochs) } catch {
      throw placed(error) {
        ("the first point can't be trained: ", file["base"]?.place ?? file.place)
      }
    }
    for metric in objective.metrics {
      if let objection = first.objection(toMetric: metric) {
        throw ConfigurationError(
          "\(key(ofObjective: file)) reads \(shown(metric)): \(objection)",
          at: place(ofObjective: file))
      }
    }
    try measure(first, file)
    var starts: [Assignment?] = []
    for (index, parameter) in space.parameters.enumerated() {
      let search = ActivatingSearch(of: index, in: space)
      guard search.assignment != nil || !search.isExhaustive else {
        throw ConfigurationError(
          "params.\(parameter.key) never takes part: no values of the parameters above make its "
            + "condition true", at: places[parameter.key])
      }
      starts.append(search.assignment)
    }
    // Each parameter's first value before any second one: so every key is looked up.
    var tried = 0
    for isFirst in [true, false] {
      for (index, parameter) in space.parameters.enumerated() {
        guard let start = starts[index] else { continue }
        let samples = parameter.domain.samples
        for value in isFirst ? samples.prefix(1) : samples.dropFirst() {
          tried += 1
          guard tried <= Self.mostTried else { return }
          var assignment = start
          assignment.values[index] = value
          try check(complete(assignment, from: index + 1), parameter, value)
        }
      }
    }
  }

  /// Notes which quality metrics training has to measure.
  private mutating func measure(
    _ first: RunConfiguration, _ file: FileMap
  ) throws(ConfigurationError) {
    let read = objective.metrics.compactMap { QualityMetric(rawValue: MetricName.bare($0)) }
    guard let one = read.first else { return }
    if case .median = stopping, first.evaluation.every == 0 {
      throw ConfigurationError(
        "stop median compares \(one.rawValue) epoch by epoch, and training measures it at the end alone; "
          + "set evaluate.every in base.set", at: file["stop"]?.place)
    }
    measured = first.evaluation.metrics
    for metric in read where !measured.contains(metric) { measured.append(metric) }
  }

  private func check(
    _ assignment: Assignment, _ parameter: Parameter, _ value: ParameterValue
  ) throws(ConfigurationError) {
    let blame = {
      ("with \(parameter.key) \(shown(value.description)): ", places[parameter.key])
    }
    let configuration: RunConfiguration
    do { configuration = try build(assignment, seed: 1, epochs: epochs) } catch {
      throw placed(error, blame)
    }
    for metric in objective.metrics {
      if let objection = configuration.objection(toMetric: metric) {
        throw placed(
          ConfigurationError("the objective reads \(shown(metric)): \(objection)"), blame)
      }
    }
  }

  /// An error that stands on a line of this file as it is, another with what led to it.
  private func placed(
    _ error: ConfigurationError, _ blame: () -> (String, Place?)
  ) -> ConfigurationError {
    if let place = error.place, place.source == source, place.line != nil { return error }
    let (words, place) = blame()
    return ConfigurationError(words + error.message, at: place)
  }

  /// An assignment with the first values of the parameters from one on.
  private func complete(_ assignment: Assignment, from start: Int) -> Assignment {
    var assignment = assignment
    for index in start..<space.parameters.count where space.isActive(index, in: assignment) {
      assignment.values[index] = space.parameters[index].domain.samples.first
    }
    return assignment
  }
}

extension Domain {
  /// Whether its values can be counted.
  fileprivate var hasEnd: Bool {
    switch self {
    case .choice, .int: true
    case .range(low: _, high: _, let step): step != nil
    case .log: false
    }
  }

  /// Each choice, or both bounds.
  var samples: [ParameterValue] {
    switch self {
    case .choice(let values): values
    case .range(let low, let high, step: _), .log(let low, let high): [.number(low), .number(high)]
    case .int(let low, let high, isLog: _): [.integer(low), .integer(high)]
    }
  }
}
