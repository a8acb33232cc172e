import Configuration
import RunModel

/// Reads the map `params`: what is searched, in the order of the file.
struct ParameterReading {
  /// Bytes of a value: each point keeps its own.
  private static let longestValue = 10_000

  private(set) var parameters: [Parameter] = []
  /// Where each parameter stands, by key.
  private(set) var places: [String: Place] = [:]
  /// Lists and maps among the values, by the text that stands for them.
  private(set) var structures: [String: Tree] = [:]

  init(_ tree: Tree) throws(ConfigurationError) {
    guard case .map(let entries, _) = tree, !entries.isEmpty else {
      throw ConfigurationError(
        "params must be a map of what is searched, as loss: [hinge, wasserstein], not "
          + tree.kindOfNode, at: tree.place)
    }
    guard entries.count <= 100 else {
      throw ConfigurationError(
        "params holds \(entries.count) parameters; at most 100 can be searched", at: tree.place)
    }
    for entry in entries { try read(entry) }
  }

  private mutating func read(_ entry: Tree.Entry) throws(ConfigurationError) {
    try SweepFile.checkVaried(entry.key, of: "params", at: entry.place)
    let path = "params.\(shown(entry.key))"
    var parameter: Parameter
    if case .list(let elements, let place) = entry.value {
      parameter = Parameter(
        key: entry.key, domain: try choice(elements, of: path, at: place))
    } else {
      let map = try FileMap(
        entry.value, key: path, names: ["choice", "range", "step", "log", "int", "when"])
      parameter = Parameter(key: entry.key, domain: try domain(map))
      if let when = try map.text("when", "a condition, as loss = 'hinge'"),
        let place = map["when"]?.place
      {
        parameter.condition = try condition(when, of: path, at: place)
      }
    }
    places[entry.key] = entry.place
    parameters.append(parameter)
  }

  // MARK: Domains

  private mutating func domain(_ map: FileMap) throws(ConfigurationError) -> Domain {
    func refused(_ problem: String, _ name: String) -> ConfigurationError {
      ConfigurationError("\(map.key)\(problem)", at: map[name]?.place ?? map.place)
    }
    let isLogOfInt = map["int"] != nil && map["log"] != nil
    let kinds = ["choice", "range", "log", "int"].filter {
      map[$0] != nil && !($0 == "log" && isLogOfInt)
    }
    guard kinds.count == 1 else {
      throw refused(
        kinds.isEmpty
          ? " says no values: one of choice, range, log, int must stand in it"
          : " has both \(kinds[0]) and \(kinds[1]); keep one", kinds.last ?? "when")
    }
    if map["step"] != nil, kinds[0] != "range" {
      throw refused(".step belongs to range; drop it", "step")
    }
    switch kinds[0] {
    case "choice":
      guard case .list(let elements, let place)? = map["choice"] else {
        throw map.mistyped("choice", "a list of values")
      }
      return try choice(elements, of: map.path("choice"), at: place)
    case "int":
      let isLog = isLogOfInt ? try Self.boolean(map, "log") : false
      let (low, high) = try Self.bounds(map, "int", as: "whole numbers") { value -> Int64? in
        guard case .integer(let number) = value, number.magnitude <= 1 << 53 else { return nil }
        return number
      }
      guard !isLog || low >= 1 else {
        throw refused(".int begins at \(low), which has no logarithm; begin at 1 or above", "int")
      }
      return .int(low: low, high: high, isLog: isLog)
    case "log":
      let (low, high) = try Self.bounds(map, "log", as: "numbers", Self.finite)
      guard low > 0 else {
        throw refused(
          ".log begins at \(low.shortestText), which has no logarithm; bounds are values above 0, "
            + "not exponents", "log")
      }
      return .log(low: low, high: high)
    default:
      let (low, high) = try Self.bounds(map, "range", as: "numbers", Self.finite)
      return .range(low: low, high: high, step: try Self.step(map, low, high))
    }
  }

  private static func finite(_ value: ParameterValue) -> Double? {
    // As far as any setting goes.
    value.doubleValue.flatMap { $0.magnitude <= 1e30 ? $0 : nil }
  }

  private static func boolean(_ map: FileMap, _ name: String) throws(ConfigurationError) -> Bool {
    guard case .scalar(let scalar, _)? = map[name], case .boolean(let value)? = scalar.value else {
      throw map.mistyped(name, "true or false")
    }
    return value
  }

  /// `[low, high]`, the first below the second.
  private static func bounds<Number: Comparable>(
    _ map: FileMap, _ name: String, as what: String, _ number: (ParameterValue) -> Number?
  ) throws(ConfigurationError) -> (Number, Number) {
    guard case .list(let elements, let place)? = map[name], elements.count == 2 else {
      throw map.mistyped(name, "[low, high] of two \(what)")
    }
    var numbers: [Number] = []
    for element in elements {
      guard case .scalar(let scalar, _) = element, let value = scalar.value.flatMap(number) else {
        throw ConfigurationError(
          "\(map.path(name)) must be [low, high] of two \(what), not \(element.kindOfNode)",
          at: element.place)
      }
      numbers.append(value)
    }
    guard numbers[0] < numbers[1] else {
      throw ConfigurationError(
        "\(map.path(name)) ends at \(numbers[1]), which is not above its beginning \(numbers[0]); "
          + "write [low, high]", at: place)
    }
    return (numbers[0], numbers[1])
  }

  private static func step(
    _ map: FileMap, _ low: Double, _ high: Double
  ) throws(ConfigurationError) -> Double? {
    guard let tree = map["step"] else { return nil }
    guard case .scalar(let scalar, let place) = tree, let step = scalar.value.flatMap(finite),
      step > 0
    else { throw map.mistyped("step", "a number above 0") }
    let steps = (high - low) / step
    guard steps <= 1_000_000 else {
      throw ConfigurationError(
        "\(map.path("step")) \(step.shortestText) cuts the range into more than 1000000 parts; make it "
          + "larger", at: place)
    }
    // Decimal fractions are rounded: 0.9 / 0.1 lies beside 9.
    guard steps >= 0.5, (steps - steps.rounded()).magnitude <= 1e-9 * max(1, steps) else {
      throw ConfigurationError(
        "\(map.path("step")) \(step.shortestText) does not lead from \(low.shortestText) to "
          + "\(high.shortestText): both ends belong to the range; change one of the three",
        at: place)
    }
    return step
  }

  private mutating func choice(
    _ elements: [Tree], of path: String, at place: Place
  ) throws(ConfigurationError) -> Domain {
    guard !elements.isEmpty else {
      throw ConfigurationError("\(path) is empty; list at least one value", at: place)
    }
    guard elements.count <= 1000 else {
      throw ConfigurationError(
        "\(path) lists \(elements.count) values; at most 1000 can be chosen from", at: place)
    }
    var values: [ParameterValue] = []
    for element in elements {
      let value = try value(of: element, in: path)
      guard !values.contains(where: { $0.isSameChoice(as: value) }) else {
        throw ConfigurationError(
          "\(path) lists \(shown(value.description)) twice; keep one", at: element.place)
      }
      values.append(value)
    }
    return .choice(values)
  }

  private mutating func value(
    of tree: Tree, in path: String
  ) throws(ConfigurationError) -> ParameterValue {
    func refused(_ problem: String) -> ConfigurationError {
      ConfigurationError("\(path) \(problem)", at: tree.place)
    }
    switch tree {
    case .scalar(let scalar, _):
      guard let value = scalar.value else { throw refused("lists nothing as a value; drop it") }
      if let number = value.doubleValue, !number.isFinite {
        throw refused("lists \(number.shortestText), which no setting takes; drop it")
      }
      if case .text(let text) = value, text.isEmpty || text.hasPrefix("[") || text.hasPrefix("{") {
        throw refused(
          "lists the text '\(shown(text))', which no setting takes; write lists and maps without quotes"
        )
      }
      guard scalar.text.utf8.count <= Self.longestValue else {
        throw refused("lists a text of more than \(Self.longestValue) bytes")
      }
      return value
    case .list, .map:
      guard let text = tree.json else {
        throw refused("lists \(tree.kindOfNode) that holds nothing or a number that is not finite")
      }
      guard text.utf8.count <= Self.longestValue else {
        throw refused("lists \(tree.kindOfNode) of more than \(Self.longestValue) bytes as JSON")
      }
      structures[text] = tree
      return .text(text)
    }
  }

  // MARK: Conditions

  private func condition(
    _ text: String, of path: String, at place: Place
  ) throws(ConfigurationError) -> Condition {
    func refused(_ problem: String) -> ConfigurationError {
      ConfigurationError("\(path).when: \(problem)", at: place)
    }
    let condition: Condition
    do { condition = try Condition(parsing: text) } catch { throw refused(error.description) }
    let keys = parameters.map(\.key)
    for key in condition.keys where !keys.contains(key) {
      throw refused(
        "'\(shown(key))' is no parameter above it\(suggestion(for: key, among: keys)); a condition reads "
          + "what stands before")
    }
    for (key, literal) in condition.equals {
      guard let domain = parameters.first(where: { $0.key == key })?.domain else { continue }
      if let hint = domain.objection(to: literal) {
        throw refused("\(shown(key)) is never \(literal.shown)\(hint)")
      }
    }
    return condition
  }
}

extension ParameterValue {
  /// Whether a setting would not tell the two apart.
  fileprivate func isSameChoice(as other: ParameterValue) -> Bool {
    if let own = doubleValue, let other = other.doubleValue { return own == other }
    return self == other
  }
}

extension Domain {
  /// Why a parameter never equals a literal: a hint, maybe empty; `nil` where it may.
  fileprivate func objection(to literal: RunFilter.Literal) -> String? {
    switch self {
    case .choice(let values):
      if values.contains(where: { $0.compares(.equal, literal) == true }) { return nil }
      guard case .text(let text) = literal else { return "" }
      return suggestion(for: text, among: values.map(\.description))
    case .range, .log, .int:
      switch literal {
      case .integer, .number: return nil
      case .text, .boolean, .time, .ago: return ", but a number"
      }
    }
  }
}

extension RunFilter.Literal {
  fileprivate var shown: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): value.shortestText
    case .text(let text): "'\(Configuration.shown(text))'"
    case .boolean(let value): "\(value)"
    case .time, .ago: "a time"
    }
  }
}

extension Condition {
  /// The literals that parameters are asked to equal, or not to.
  fileprivate var equals: [(key: String, literal: RunFilter.Literal)] { filter.clause.equals }
}

extension RunFilter.Clause {
  fileprivate var equals: [(key: String, literal: RunFilter.Literal)] {
    switch self {
    case .comparison(.parameter(let key), .equal, let literal),
      .comparison(.parameter(let key), .unequal, let literal):
      [(key, literal)]
    case .membership(.parameter(let key), let literals): literals.map { (key, $0) }
    case .comparison, .membership, .pattern, .isMissing: []
    case .not(let clause): clause.equals
    case .all(let clauses), .any(let clauses): clauses.flatMap(\.equals)
    }
  }
}
