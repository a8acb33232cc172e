package import Configuration
package import RunModel

extension SweepFile {
  /// The whole configuration of one run of a point: base, values, ties, seed and epochs.
  ///
  /// - Throws: `ConfigurationError` where the values do not go together.
  package func configuration(
    of assignment: Assignment, seed: Int, epochs: Int
  ) throws(ConfigurationError) -> RunConfiguration {
    do { return try build(assignment, seed: seed, epochs: epochs) } catch {
      throw refusal(of: active(assignment), error)
    }
  }

  /// The configuration, whose refusals stand where the settings were written.
  func build(
    _ assignment: Assignment, seed: Int, epochs: Int
  ) throws(ConfigurationError) -> RunConfiguration {
    let values = active(assignment)
    let whole = Place(source: source, line: nil)
    var changes: [BaseConfiguration.Change] = values.map { key, value in
      (key, tree(of: value, at: places[key] ?? whole))
    }
    for tie in ties {
      let value = try tie.value { key in values.first { $0.key == key }?.value }
      if let value { changes.append((tie.key, tree(of: value, at: tie.place))) }
    }
    if !measured.isEmpty {
      let metrics = measured.map { tree(of: .text($0.rawValue), at: whole) }
      changes.append(("evaluate.metrics", .list(metrics, whole)))
    }
    changes.append(("seed", tree(of: .integer(Int64(seed)), at: whole)))
    changes.append(("epochs", tree(of: .integer(Int64(epochs)), at: whole)))
    return try base.configuration(with: changes)
  }

  /// The values that take part, in the order of the file.
  private func active(_ assignment: Assignment) -> [(key: String, value: ParameterValue)] {
    zip(space.parameters, assignment.values).compactMap { parameter, value in
      value.map { (parameter.key, $0) }
    }
  }

  /// A value as it would stand in a configuration.
  private func tree(of value: ParameterValue, at place: Place) -> Tree {
    switch value {
    case .text(let text):
      // A text that looks like a number stays text.
      structures[text] ?? .scalar(Scalar(text: text, isQuoted: true), place)
    case .boolean, .integer, .number:
      // A whole number of a range is one for settings that take no others.
      .scalar(Scalar(text: value.description, isQuoted: false), place)
    }
  }

  /// A refusal of a point's configuration that stands elsewhere is about its values.
  private func refusal(
    of values: [(key: String, value: ParameterValue)], _ error: ConfigurationError
  ) -> ConfigurationError {
    guard error.place?.source != source || error.place?.line == nil else { return error }
    let shownValues = values.prefix(8).map { "\($0.key) \(shown($0.value.description))" }
    let more = values.count > 8 ? ", …" : ""
    return ConfigurationError(
      "with \(shownValues.joined(separator: ", "))\(more): \(error.message)",
      at: Place(source: source, line: nil))
  }

  // MARK: Stored points

  /// A point as a registry keeps it.
  package func trial(number: Int, assignment: Assignment) -> Trial {
    Trial(
      number: number,
      parameters: active(assignment).map { Trial.Parameter(key: $0.key, value: $0.value) })
  }

  /// The values of a stored point.
  ///
  /// - Throws: `ConfigurationError` where this file could not have made it.
  package func assignment(of trial: Trial) throws(ConfigurationError) -> Assignment {
    func refused(_ problem: String) -> ConfigurationError {
      ConfigurationError(
        "point \(trial.number) of sweep \(name) \(problem), which its file does not allow; another "
          + "program changed the registry: restore a backup, or sweep anew under another name")
    }
    var stored = trial.parameters[...]
    var assignment = Assignment(Array(repeating: nil, count: space.parameters.count))
    for (index, parameter) in space.parameters.enumerated() {
      guard space.isActive(index, in: assignment) else { continue }
      guard let first = stored.popFirst(), first.key == parameter.key else {
        throw refused("has no \(parameter.key)")
      }
      guard parameter.domain.holds(first.value) else {
        throw refused("has \(parameter.key) \(shown(first.value.description))")
      }
      assignment.values[index] = first.value
    }
    if let rest = stored.first { throw refused("has \(shown(rest.key))") }
    return assignment
  }
}

extension Domain {
  /// Whether a value is one of it, to within rounding.
  fileprivate func holds(_ value: ParameterValue) -> Bool {
    switch (self, value) {
    case (.choice(let values), _): return values.contains(value)
    case (.range(let low, let high, let step), .number(let number)):
      let slack = (high - low) * 1e-9
      guard number >= low - slack, number <= high + slack else { return false }
      guard let step else { return true }
      let steps = (number - low) / step
      return (steps - steps.rounded()).magnitude <= 1e-6
    case (.log(let low, let high), .number(let number)):
      return number >= low * (1 - 1e-9) && number <= high * (1 + 1e-9)
    case (.int(let low, let high, isLog: _), .integer(let number)):
      return number >= low && number <= high
    default: return false
    }
  }
}
