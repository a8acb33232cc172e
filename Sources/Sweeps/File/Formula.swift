import Configuration

/// Arithmetic as a sweep's file writes it: `lr / 4`, `0.7 * last(swd[n=2048]) - min(d_loss)`.
indirect enum Formula: Sendable, Hashable {
  case number(Double, isWhole: Bool)
  /// A parameter's key, or a metric.
  case name(String)
  /// `mean(d_loss, 5)`
  case call(String, of: String, count: Int?)
  case sum(Formula, Formula)
  case difference(Formula, Formula)
  case product(Formula, Formula)
  case quotient(Formula, Formula)

  /// A formula from its text.
  ///
  /// - Parameter subject: what it is of, as the key `minimize`, which begins the sentence of a refusal.
  init(_ text: String, of subject: String, at place: Place) throws(ConfigurationError) {
    guard text.utf8.count <= 1000 else {
      throw ConfigurationError("\(subject) is longer than 1000 bytes; make it shorter", at: place)
    }
    var parser = FormulaParser(text, subject: subject, place: place)
    self = try parser.parse()
  }

  /// The names that it reads, in the order of the text.
  var names: [String] {
    switch self {
    case .number: []
    case .name(let name), .call(_, of: let name, count: _): [name]
    case .sum(let first, let second), .difference(let first, let second),
      .product(let first, let second), .quotient(let first, let second):
      first.names + second.names
    }
  }
}

/// Reads a formula by recursive descent.
private struct FormulaParser {
  private let characters: [Character]
  private let subject: String
  private let place: Place
  private var position = 0
  private var depth = 0

  init(_ text: String, subject: String, place: Place) {
    characters = Array(text)
    self.subject = subject
    self.place = place
  }

  mutating func parse() throws(ConfigurationError) -> Formula {
    let formula = try sum()
    guard position == characters.count else { throw expected("+ - * / or the end") }
    return formula
  }

  private mutating func sum() throws(ConfigurationError) -> Formula {
    var formula = try product()
    while true {
      if take("+") {
        formula = .sum(formula, try product())
      } else if take("-") {
        formula = .difference(formula, try product())
      } else {
        return formula
      }
    }
  }

  private mutating func product() throws(ConfigurationError) -> Formula {
    var formula = try factor()
    while true {
      if take("*") {
        formula = .product(formula, try factor())
      } else if take("/") {
        formula = .quotient(formula, try factor())
      } else {
        return formula
      }
    }
  }

  private mutating func factor() throws(ConfigurationError) -> Formula {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 64 else {
      throw ConfigurationError(
        "\(subject) nests deeper than 64 levels; write it flatter", at: place)
    }
    if take("-") { return .difference(.number(0, isWhole: true), try factor()) }
    if take("(") {
      let formula = try sum()
      guard take(")") else { throw expected("+ - * / or )") }
      return formula
    }
    guard let character else { throw expected(operands) }
    if character.isNumber || character == "." { return try number() }
    let name = try name()
    guard take("(") else { return .name(name) }
    skipSpaces()
    let operand = try self.name()
    var count: Int?
    if take(",") {
      skipSpaces()
      let digits = letters("")
      guard let number = Int(digits), number > 0 else { throw expected("a whole number above 0") }
      count = number
    }
    guard take(")") else { throw expected(")") }
    return .call(name, of: operand, count: count)
  }

  private mutating func number() throws(ConfigurationError) -> Formula {
    let start = position
    var text = letters(".")
    if text.last.map("eE".contains) == true, let sign = character, "+-".contains(sign) {
      position += 1
      text += String(sign) + letters("")
    }
    let isDecimal = text.utf8.allSatisfy { "0123456789.eE+-".utf8.contains($0) }
    guard isDecimal, let number = Double(text), number.isFinite else {
      position = start
      throw expected(operands)
    }
    return .number(number, isWhole: text.utf8.allSatisfy { (48...57).contains($0) })
  }

  /// Letters, digits, `_` and `.`, a minus before a letter, a bracket group taken verbatim; or anything in
  /// backquotes.
  private mutating func name() throws(ConfigurationError) -> String {
    if character == "`" {
      guard let end = characters[(position + 1)...].firstIndex(of: "`"), end > position + 1 else {
        throw expected("a name and a closing `")
      }
      defer { position = end + 1 }
      return String(characters[(position + 1)..<end])
    }
    guard let first = character, first.isLetter || first == "_" else { throw expected(operands) }
    var name = letters("_.")
    while character == "-", position + 1 < characters.count, characters[position + 1].isLetter {
      position += 1
      name += "-" + letters("_.")
    }
    if character == "[" {
      guard let end = characters[position...].firstIndex(of: "]") else {
        throw expected("a closing ] of the brackets")
      }
      name += String(characters[position...end])
      position = end + 1
    }
    return name
  }

  private let operands = "a number, a name or ("

  private var character: Character? {
    position < characters.count ? characters[position] : nil
  }

  private mutating func letters(_ others: String) -> String {
    let start = position
    while let character, character.isLetter || character.isNumber || others.contains(character) {
      position += 1
    }
    return String(characters[start..<position])
  }

  private mutating func skipSpaces() {
    while let character, character.isWhitespace { position += 1 }
  }

  /// Goes past a symbol and the spaces around it, where it stands here.
  private mutating func take(_ symbol: Character) -> Bool {
    skipSpaces()
    guard character == symbol else { return false }
    position += 1
    skipSpaces()
    return true
  }

  private func expected(_ what: String) -> ConfigurationError {
    let rest = String(characters[min(position, characters.count)...].prefix(40))
    return ConfigurationError(
      "\(subject): expected \(what), found \(rest.isEmpty ? "the end" : shown(rest))", at: place)
  }
}
