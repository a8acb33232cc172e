package import RunModel

/// A file's YAML before its meaning is known: maps, lists and scalars, each with its place.
package indirect enum Tree: Sendable {
  /// One key of a map with what stands behind it.
  package struct Entry: Sendable {
    package var key: String
    package var place: Place
    package var value: Tree
  }

  case scalar(Scalar, Place)
  case list([Tree], Place)
  case map([Entry], Place)

  /// Where it begins.
  package var place: Place {
    switch self {
    case .scalar(_, let place), .list(_, let place), .map(_, let place): place
    }
  }

  /// The value behind a key, where this is a map that holds it.
  package subscript(key: String) -> Tree? {
    guard case .map(let entries, _) = self else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// The text of the key `kind`, where this is a map that says it.
  var kind: String? {
    guard case .scalar(let scalar, _)? = self["kind"] else { return nil }
    return scalar.text
  }

  /// What it is, for error messages.
  package var kindOfNode: String {
    switch self {
    case .scalar(let scalar, _): scalar.value == nil ? "nothing" : "'\(shown(scalar.text))'"
    case .list: "a list"
    case .map: "a map"
    }
  }
}

/// A scalar: what it was written as, and what that means where no type is asked for.
package struct Scalar: Sendable, Hashable {
  /// As written, without quotes.
  package let text: String
  /// `nil` for null.
  package let value: ParameterValue?

  /// A scalar of a known type.
  init(_ value: ParameterValue) {
    text = value.description
    self.value = value
  }

  /// A quoted scalar is text; a plain one is resolved by YAML 1.2's core schema (section 10.3.2),
  /// where `1e-5` is a number and `yes` is text.
  package init(text: String, isQuoted: Bool) {
    self.text = text
    value = isQuoted ? .text(text) : Self.resolve(text)
  }

  private static func resolve(_ text: String) -> ParameterValue? {
    switch text {
    case "", "~", "null", "Null", "NULL": return nil
    case "true", "True", "TRUE": return .boolean(true)
    case "false", "False", "FALSE": return .boolean(false)
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    case ".inf", ".Inf", ".INF", "+.inf": return .number(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
    default: break
    }
    let digits = text.utf8.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    let isDecimal = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    guard digits > 0, isDecimal else { return .text(text) }
    // `Double(_:)` takes no more than YAML's grammar once the characters are limited, except a sign
    // or a point without digits, which it refuses as well.
    if let integer = Int64(text) { return .integer(integer) }
    if let number = Double(text) { return .number(number) }
    return .text(text)
  }
}

/// A text from a file as an error message may show it.
package func shown(_ text: String) -> String { printable(text, limit: 60) }
