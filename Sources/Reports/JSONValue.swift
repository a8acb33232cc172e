package import RunModel

/// A JSON value whose objects keep the order they were written in (RFC 8259).
package indirect enum JSONValue: Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  /// A whole number that may be beyond `Int64`, as a seed.
  case unsigned(UInt64)
  /// A number; the strings `"NaN"`, `"Infinity"`, `"-Infinity"` where it is not finite.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(key: String, value: JSONValue)])

  /// An integer, or null.
  package static func integer(_ value: Int?) -> JSONValue {
    value.map { .integer(Int64($0)) } ?? .null
  }

  /// A number, or null.
  package static func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }

  /// A string, or null.
  package static func string(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }

  /// An RFC 3339 time in UTC, or null.
  package static func time(_ value: Timestamp?) -> JSONValue { .string(value?.rfc3339) }

  /// A setting's value in its type.
  package static func parameter(_ value: ParameterValue) -> JSONValue {
    switch value {
    case .boolean(let value): .boolean(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .text(let value): .string(value)
    }
  }

  /// An object of a dictionary's values, its keys sorted.
  package static func sorted<Value>(
    _ dictionary: [String: Value], _ value: (Value) -> JSONValue
  ) -> JSONValue {
    .object(dictionary.sorted { $0.key < $1.key }.map { ($0.key, value($0.value)) })
  }

  /// The value on one line, without a line end.
  package var line: String {
    var text = ""
    write(to: &text, indent: nil)
    return text
  }

  /// The value over several lines, indented by two spaces, with a line end.
  package var text: String {
    var text = ""
    write(to: &text, indent: 0)
    return text + "\n"
  }

  private func write(to text: inout String, indent: Int?) {
    switch self {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .unsigned(let value): text += String(value)
    case .number(let value) where value.isNaN: text += "\"NaN\""
    case .number(let value) where value.isInfinite:
      text += value < 0 ? "\"-Infinity\"" : "\"Infinity\""
    case .number(let value): text += value.shortestText
    case .string(let value): Self.write(value, to: &text)
    case .array(let values):
      Self.write(values, between: ("[", "]"), to: &text, indent: indent) { value, text, indent in
        value.write(to: &text, indent: indent)
      }
    case .object(let members):
      Self.write(members, between: ("{", "}"), to: &text, indent: indent) { member, text, indent in
        Self.write(member.key, to: &text)
        text += indent == nil ? ":" : ": "
        member.value.write(to: &text, indent: indent)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], between brackets: (String, String), to text: inout String, indent: Int?,
    element write: (Element, inout String, Int?) -> Void
  ) {
    text += brackets.0
    let inner = indent.map { $0 + 2 }
    for (place, element) in elements.enumerated() {
      if place > 0 { text += "," }
      if let inner { text += "\n" + String(repeating: " ", count: inner) }
      write(element, &text, inner)
    }
    if let indent, !elements.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
    text += brackets.1
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      // DEL and the C1 controls are legal in JSON, and act on a terminal.
      case _ where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
