import Configuration
import RunModel

/// A setting that is computed from searched parameters, and not searched itself.
struct Tie: Sendable {
  /// Its dotted configuration key.
  let key: String
  let place: Place
  private let formula: Formula

  /// A tie from one entry of `tie`.
  ///
  /// - Parameter keys: those of the searched parameters.
  init(_ entry: Tree.Entry, over keys: [String]) throws(ConfigurationError) {
    key = entry.key
    place = entry.place
    let subject = "tie.\(shown(entry.key))"
    guard case .scalar(let scalar, let place) = entry.value, !scalar.text.isEmpty else {
      throw ConfigurationError(
        "\(subject) must be computed from parameters, as generator.optimizer.lr / 4, not "
          + entry.value.kindOfNode, at: entry.value.place)
    }
    formula = try Formula(scalar.text, of: subject, at: place)
    if let function = formula.function {
      throw ConfigurationError(
        "\(subject) calls \(shown(function)); a tie has + - * / and brackets alone", at: place)
    }
    for name in formula.names where !keys.contains(name) {
      throw ConfigurationError(
        "\(subject) reads '\(shown(name))', which is no parameter of this sweep"
          + suggestion(for: name, among: keys), at: place)
    }
    guard !formula.names.isEmpty else {
      throw ConfigurationError("\(subject) reads no parameter; set it in base.set", at: place)
    }
  }

  /// What it comes to; `nil` where a parameter that it reads takes no part.
  ///
  /// A parameter alone is copied, whatever its type. Of whole numbers a whole number is made, where the
  /// result is one.
  func value(
    _ parameter: (String) -> ParameterValue?
  ) throws(ConfigurationError) -> ParameterValue? {
    for name in formula.names where parameter(name) == nil { return nil }
    if case .name(let name) = formula { return parameter(name) }
    var isWhole = true
    let result = try number(formula, parameter, &isWhole)
    guard result.isFinite else {
      throw ConfigurationError("tie.\(shown(key)) comes to no finite number", at: place)
    }
    return isWhole
      ? Int64(exactly: result).map { .integer($0) } ?? .number(result) : .number(result)
  }

  private func number(
    _ formula: Formula, _ parameter: (String) -> ParameterValue?, _ isWhole: inout Bool
  ) throws(ConfigurationError) -> Double {
    switch formula {
    case .number(let number, let isWholeNumber):
      isWhole = isWhole && isWholeNumber
      return number
    case .name(let name), .call(_, of: let name, count: _):
      guard let value = parameter(name), let number = value.doubleValue else {
        throw ConfigurationError(
          "tie.\(shown(key)) computes with \(shown(name)), which is no number; copy it alone",
          at: place)
      }
      if case .number = value { isWhole = false }
      return number
    case .sum(let first, let second):
      return try number(first, parameter, &isWhole) + number(second, parameter, &isWhole)
    case .difference(let first, let second):
      return try number(first, parameter, &isWhole) - number(second, parameter, &isWhole)
    case .product(let first, let second):
      return try number(first, parameter, &isWhole) * number(second, parameter, &isWhole)
    case .quotient(let first, let second):
      return try number(first, parameter, &isWhole) / number(second, parameter, &isWhole)
    }
  }
}

extension Formula {
  /// The first function that it calls.
  fileprivate var function: String? {
    switch self {
    case .number, .name: nil
    case .call(let function, of: _, count: _): function
    case .sum(let first, let second), .difference(let first, let second),
      .product(let first, let second), .quotient(let first, let second):
      first.function ?? second.function
    }
  }
}
