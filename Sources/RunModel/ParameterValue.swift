/// The value of one dotted configuration key.
public enum ParameterValue: Hashable, Sendable {
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)

  /// The value as a number, where it is one.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .boolean, .text: nil
    }
  }
}

extension ParameterValue: CustomStringConvertible {
  /// The text a configuration file would hold, without quotes.
  public var description: String {
    switch self {
    case .boolean(let value): String(value)
    case .integer(let value): String(value)
    case .number(let value): value.shortestText
    case .text(let value): value
    }
  }
}

extension Double {
  /// The shortest text that reads back to the same value: `0.1`, `1e-08`, `NaN`, `inf`, `-inf`.
  ///
  /// Whole numbers lose Swift's trailing `.0`.
  public var shortestText: String {
    if isNaN { return "NaN" }
    if isInfinite { return self < 0 ? "-inf" : "inf" }
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension Float {
  /// The shortest text that reads back to the same value.
  public var shortestText: String {
    if isNaN { return "NaN" }
    if isInfinite { return self < 0 ? "-inf" : "inf" }
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
