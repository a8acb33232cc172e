import RunModel

/// How a program and its registry stand, and what should be done.
package struct HealthReport: Sendable {
  /// One fact.
  package struct Fact: Sendable {
    package var name: String
    package var json: JSONValue
    /// As a person reads it.
    package var text: String

    /// A fact from its parts.
    package init(_ name: String, _ json: JSONValue, text: String) {
      self.name = name
      self.json = json
      self.text = text
    }

    /// A word.
    package init(_ name: String, _ word: String) { self.init(name, .string(word), text: word) }

    /// A number.
    package init(_ name: String, _ number: Int) {
      self.init(name, .integer(number), text: String(number))
    }

    /// A number of bytes.
    package init(_ name: String, bytes: Int) {
      self.init(name, .integer(bytes), text: byteText(bytes))
    }

    /// Whether something is so.
    package init(_ name: String, _ isSo: Bool) {
      self.init(name, .boolean(isSo), text: isSo ? "yes" : "no")
    }
  }

  package var program: [Fact]
  /// `nil` where there is no registry.
  package var registry: [Fact]?
  /// Sentences, each with how to mend what it tells of.
  package var advice: [String]

  /// A report from its parts.
  package init(program: [Fact], registry: [Fact]?, advice: [String]) {
    self.program = program
    self.registry = registry
    self.advice = advice
  }

  private var sections: [(name: String, facts: [Fact])] {
    [("program", program), ("registry", registry ?? [])]
  }

  /// A line a fact, then the advice; a pipe gets three fields a line.
  package func text(for medium: Medium) -> String {
    guard medium.isTerminal else {
      let rows = fields.map { $0.map { Table.Cell($0) } }
      return Table(columns: Self.names.map { Table.Column($0) }, rows: rows).text(for: medium)
    }
    let width = sections.flatMap(\.facts).reduce(0) { max($0, columns(of: $1.name)) }
    var text = ""
    for (name, facts) in sections where !facts.isEmpty {
      text += medium.paint(name.prefix(1).uppercased() + name.dropFirst(), .strong) + "\n"
      for fact in facts {
        text += "  \(medium.paint(padded(fact.name, to: width), .faint))  \(printable(fact.text))\n"
      }
    }
    for line in advice { text += "\n\(printable(line))\n" }
    return text
  }

  private static let names = ["section", "name", "value"]

  private var fields: [[String]] {
    sections.flatMap { name, facts in facts.map { [name, $0.name, Self.exact($0)] } }
      + advice.map { ["advice", "", $0] }
  }

  /// The value without rounding.
  private static func exact(_ fact: Fact) -> String {
    if case .string(let word) = fact.json { return word }
    return fact.json.line
  }

  /// A line a fact, then the advice.
  package var csv: String { fields.reduce(into: csvLine(Self.names)) { $0 += csvLine($1) } }

  /// The object of docs/json.md.
  package var json: JSONValue {
    .object([
      ("program", .object(program.map { ($0.name, $0.json) })),
      ("registry", registry.map { .object($0.map { ($0.name, $0.json) }) } ?? .null),
      ("advice", .array(advice.map(JSONValue.string))),
    ])
  }
}
