/// A word of a filter, and where it stands.
struct FilterToken {
  enum Kind: Equatable {
    /// `status`, `metrics.swd[n=2048]`, `` tags.`my key` ``: what stands before the first dot, and after.
    case name(String, rest: String?)
    /// A name in backquotes, without a prefix.
    case quotedName(String)
    case integer(Int64)
    case number(Double)
    /// A number with a unit of time, as `-6h`: microseconds.
    case duration(Int64)
    case text(String)
    case relation(RunFilter.Relation)
    case open, close, comma
    case end
  }

  var kind: Kind
  var place: Range<String.Index>

  /// The word that it is, in lower case, where it may be one of the language's own.
  var word: String? {
    if case .name(let name, rest: nil) = kind { name.lowercased() } else { nil }
  }
}

/// Cuts a filter into words.
struct FilterLexer {
  let text: String
  private var position: String.Index

  init(_ text: String) {
    self.text = text
    position = text.startIndex
  }

  /// The next word, `.end` after the last.
  mutating func next() throws(FilterError) -> FilterToken {
    while let character, character.isWhitespace { advance() }
    let start = position
    let kind = try kind()
    return FilterToken(kind: kind, place: start..<position)
  }

  private var character: Character? { position < text.endIndex ? text[position] : nil }

  private mutating func advance() { position = text.index(after: position) }

  private mutating func take(_ expected: Character) -> Bool {
    guard character == expected else { return false }
    advance()
    return true
  }

  private mutating func kind() throws(FilterError) -> FilterToken.Kind {
    guard let first = character else { return .end }
    switch first {
    case "(": return symbol(.open)
    case ")": return symbol(.close)
    case ",": return symbol(.comma)
    case "=", "!", "<", ">": return try relation()
    case "'", "\"": return .text(try quoted("a text"))
    case "`": return .quotedName(try quoted("a name"))
    case "0"..."9", "+", "-", ".": return try number()
    case _ where first.isLetter || first == "_": return try name()
    default: throw error("\(shown(first)) means nothing here", from: position)
    }
  }

  private mutating func symbol(_ kind: FilterToken.Kind) -> FilterToken.Kind {
    advance()
    return kind
  }

  private mutating func relation() throws(FilterError) -> FilterToken.Kind {
    let start = position
    while let character, "=!<>".contains(character) { advance() }
    guard let relation = RunFilter.Relation(rawValue: String(text[start..<position])) else {
      throw error("expected one of = != < <= > >=, found \(text[start..<position])", from: start)
    }
    return .relation(relation)
  }

  /// What stands within quotes, which are doubled to stand for themselves.
  private mutating func quoted(_ what: String) throws(FilterError) -> String {
    let start = position
    let quote = text[position]
    advance()
    var content = ""
    while let character {
      advance()
      if character != quote {
        content.append(character)
      } else if take(quote) {
        content.append(quote)
      } else {
        return content
      }
    }
    throw error("\(what) begins here and has no closing \(quote)", from: start)
  }

  /// A name; after its first dot come letters, digits and `_-./`, or backquotes, then a bracket group.
  private mutating func name() throws(FilterError) -> FilterToken.Kind {
    let head = letters(and: "_")
    let split = position
    guard take(".") || character == "[" || character.map("-/".contains) == true else {
      return .name(head, rest: nil)
    }
    if character == "`" { return .name(head, rest: try quoted("a name")) }
    var rest = letters(and: "_-./")
    if character == "[" { rest += try bracketGroup() }
    guard text[split] == "." else { return .name(head + rest, rest: nil) }
    guard !rest.isEmpty else {
      throw error("expected a name after \(head).", from: position)
    }
    return .name(head, rest: rest)
  }

  private mutating func letters(and others: String) -> String {
    let start = position
    while let character, character.isLetter || character.isNumber || others.contains(character) {
      advance()
    }
    return String(text[start..<position])
  }

  private mutating func bracketGroup() throws(FilterError) -> String {
    let start = position
    while let character {
      advance()
      if character == "]" { return String(text[start..<position]) }
    }
    throw error("a bracket group begins here and has no closing ]", from: start)
  }

  private mutating func number() throws(FilterError) -> FilterToken.Kind {
    let start = position
    if character == "+" || character == "-" { advance() }
    let digits = position
    _ = letters(and: ".")
    // 1e-5: the sign belongs to the number.
    let isExponent =
      text[digits..<position].last.map("eE".contains) == true
      && text[digits..<position].first.map { $0.isNumber || $0 == "." } == true
    if isExponent, character == "+" || character == "-" {
      advance()
      _ = letters(and: "")
    }
    let written = text[start..<position]
    if let integer = Int64(written) { return .integer(integer) }
    if let number = Self.number(String(written)) { return .number(number) }
    if let unit = written.last.flatMap({ Timestamp.units[$0] }),
      let count = Self.number(String(written.dropLast())), count.isFinite
    {
      let microseconds = count * unit
      guard microseconds.magnitude < 9e15 else {
        throw error("\(written) is longer than any time that is kept", from: start)
      }
      return .duration(Int64(microseconds))
    }
    throw error(
      "expected a number such as 0.5, 1e-5 or inf, or a time such as -6h (s m h d w), found \(written)",
      from: start)
  }

  /// A decimal number or an infinity; Swift also reads hexadecimal ones.
  private static func number(_ text: String) -> Double? {
    let digits = text.lowercased().drop { $0 == "+" || $0 == "-" }
    if ["inf", "infinity"].contains(digits) { return text.hasPrefix("-") ? -.infinity : .infinity }
    guard digits.utf8.allSatisfy({ (48...57).contains($0) || ".e+-".utf8.contains($0) }) else {
      return nil
    }
    return Double(text)
  }

  private func error(_ description: String, from start: String.Index) -> FilterError {
    let end = start == position && start < text.endIndex ? text.index(after: start) : position
    return FilterError(description, at: start..<end, of: text)
  }

  private func shown(_ character: Character) -> String { "'\(character)'" }
}
