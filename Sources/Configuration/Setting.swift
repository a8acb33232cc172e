import RunModel

/// One key of the configuration: its type, its default, what it means, and where it applies.
///
/// The catalogue of these drives reading, defaults, `parameters`, suggestions and the reference page.
struct Setting: Sendable {
  /// What stands where a key is left out.
  enum Fallback: Sendable {
    /// The key must be given.
    case required
    case value(ParameterValue)
    case list([ParameterValue])
    /// Left out, and out of `parameters`; the text says what that means.
    case absent(String)
  }

  /// The values of another key under which a key means something.
  struct Condition: Sendable {
    /// A dotted key; of a layer's settings, one of the same layer.
    var key: String
    var values: [String]
  }

  /// Dotted; of a layer's settings, the part behind the layer's index.
  let key: String
  let type: SettingType
  let fallback: Fallback
  let condition: Condition?
  /// Kinds of layer that have it, of a layer's settings; empty: all.
  let layers: [String]
  /// Whether two runs that differ in it may differ in their results.
  let changesResults: Bool
  /// One phrase for the reference page.
  let meaning: String

  init(
    _ key: String, _ type: SettingType, _ fallback: Fallback, _ meaning: String,
    when condition: Condition? = nil, layers: [String] = [], changesResults: Bool = true
  ) {
    self.key = key
    self.type = type
    self.fallback = fallback
    self.condition = condition
    self.layers = layers
    self.changesResults = changesResults
    self.meaning = meaning
  }

  /// Whether a value is what stands where the key is left out.
  func isDefault(_ value: ParameterValue) -> Bool {
    if case .value(value) = fallback { true } else { false }
  }
}

/// What a key's value may be.
indirect enum SettingType: Sendable {
  case boolean
  case integer(ClosedRange<Int64>)
  case number(Bounds)
  case text
  /// One of several words.
  case choice([String])
  case list(SettingType, count: ClosedRange<Int>)
  case layers

  /// What numbers are taken.
  struct Bounds: Sendable {
    var lowest: Double
    var highest: Double
    /// Whether the end itself is refused.
    var excludesLowest: Bool
    var excludesHighest: Bool

    /// Beyond it nothing is meant; single precision ends at 3.4e38, and some values are multiplied.
    static let largest = 1e30

    static let any = Bounds(-largest, largest)
    static let positive = Bounds(0, largest, excludesLowest: true)
    static let notNegative = Bounds(0, largest)
    /// 0 ≤ x < 1.
    static let fraction = Bounds(0, 1, excludesHighest: true)
    /// 0 < x < 1.
    static let properFraction = Bounds(0, 1, excludesLowest: true, excludesHighest: true)

    init(
      _ lowest: Double, _ highest: Double, excludesLowest: Bool = false,
      excludesHighest: Bool = false
    ) {
      self.lowest = lowest
      self.highest = highest
      self.excludesLowest = excludesLowest
      self.excludesHighest = excludesHighest
    }

    func contains(_ value: Double) -> Bool {
      value.isFinite && value >= lowest && value <= highest
        && !(excludesLowest && value == lowest) && !(excludesHighest && value == highest)
    }
  }

  /// What it takes, as the end of "must be …".
  var demand: String {
    switch self {
    case .boolean: "true or false"
    case .integer(let range):
      range.upperBound == .max
        ? "a whole number of at least \(range.lowerBound)"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let bounds): bounds.demand
    case .text: "text"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .list(let element, let count):
      count.lowerBound == count.upperBound
        ? "a list of \(count.lowerBound), each \(element.demand)"
        : "a list, each \(element.demand)"
    case .layers: "a list of layers"
    }
  }

  /// A scalar's value of this type, `nil` where it has another or is out of range.
  func value(of scalar: Scalar) -> ParameterValue? {
    switch (self, scalar.value) {
    case (.boolean, .boolean(let value)): .boolean(value)
    case (.integer(let range), .integer(let value)): range.contains(value) ? .integer(value) : nil
    case (.number(let bounds), let value?):
      value.doubleValue.flatMap { bounds.contains($0) ? .number($0) : nil }
    case (.text, .some): scalar.text.isEmpty ? nil : .text(scalar.text)
    case (.choice(let words), .some):
      words.contains(scalar.text) ? .text(scalar.text) : nil
    default: nil
    }
  }
}

extension SettingType.Bounds {
  fileprivate var demand: String {
    switch (lowest, highest) {
    case (-Self.largest, Self.largest): return "a finite number (at most 1e30)"
    case (_, Self.largest):
      return (excludesLowest ? "a number above " : "a number of at least ") + lowest.shortestText
        + " (at most 1e30)"
    default:
      return "a number x with \(lowest.shortestText) \(excludesLowest ? "<" : "≤") x "
        + "\(excludesHighest ? "<" : "≤") \(highest.shortestText)"
    }
  }
}
