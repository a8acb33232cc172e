/// Reads a filter by recursive descent, `or` binding weaker than `and`, `and` weaker than `not`.
struct FilterParser {
  /// What bounds a hostile text: bytes, brackets within brackets, comparisons (SQLite takes an expression
  /// of depth 1000, sqlite.org/limits.html), literals of one list, and bytes of a pattern.
  private static let limits = (
    bytes: 65_536, depth: 100, comparisons: 250, list: 1000, pattern: 1000
  )

  private let text: String
  /// Whether a bare name is a parameter's key, and nothing else can be read.
  private let readsParametersAlone: Bool
  private var lexer: FilterLexer
  private var token: FilterToken
  private var depth = 0
  private var comparisons = 0

  init(_ text: String, readsParametersAlone: Bool = false) throws(FilterError) {
    self.text = text
    self.readsParametersAlone = readsParametersAlone
    guard text.utf8.count <= Self.limits.bytes else {
      throw FilterError(
        "the filter is longer than \(Self.limits.bytes) bytes",
        at: text.startIndex..<text.startIndex, of: String(text.prefix(60)))
    }
    lexer = FilterLexer(text)
    token = try lexer.next()
  }

  mutating func parse() throws(FilterError) -> RunFilter.Clause {
    let clause = try alternatives()
    guard token.kind == .end else { throw expected("and, or, or the end") }
    return clause
  }

  // MARK: - Clauses

  private mutating func alternatives() throws(FilterError) -> RunFilter.Clause {
    var clauses = [try conjunction()]
    while try take("or") { clauses.append(try conjunction()) }
    return clauses.count == 1 ? clauses[0] : .any(clauses)
  }

  private mutating func conjunction() throws(FilterError) -> RunFilter.Clause {
    var clauses = [try negation()]
    while try take("and") { clauses.append(try negation()) }
    return clauses.count == 1 ? clauses[0] : .all(clauses)
  }

  private mutating func negation() throws(FilterError) -> RunFilter.Clause {
    let start = token
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.limits.depth else {
      throw FilterError(
        "more than \(Self.limits.depth) brackets and nots stand within one another",
        at: start.place, of: text)
    }
    if try take("not") { return .not(try negation()) }
    guard token.kind == .open else { return try comparison() }
    try advance()
    let clause = try alternatives()
    guard token.kind == .close else { throw expected("and, or, or )") }
    try advance()
    return clause
  }

  private mutating func comparison() throws(FilterError) -> RunFilter.Clause {
    comparisons += 1
    guard comparisons <= Self.limits.comparisons else {
      throw FilterError(
        "a filter holds at most \(Self.limits.comparisons) comparisons", at: token.place, of: text)
    }
    let field = try field()
    if case .relation(let relation) = token.kind {
      try advance()
      let start = token
      let literal = try literal(of: field)
      if case .boolean = literal, relation != .equal, relation != .unequal {
        throw FilterError(
          "true and false have no order; compare them with = or !=", at: start.place, of: text)
      }
      return .comparison(field, relation, literal)
    }
    if try take("is") {
      let isNegated = try take("not")
      guard try take("null") else { throw expected(isNegated ? "null" : "null or not null") }
      return isNegated ? .not(.isMissing(field)) : .isMissing(field)
    }
    let isNegated = try take("not")
    let clause: RunFilter.Clause
    if try take("in") {
      clause = .membership(field, try list(of: field))
    } else if token.word == "like" || token.word == "ilike" {
      clause = try pattern(field)
    } else {
      throw expected(isNegated ? "in, like or ilike" : "= != < <= > >= like ilike in or is")
    }
    return isNegated ? .not(clause) : clause
  }

  private mutating func pattern(_ field: RunField) throws(FilterError) -> RunFilter.Clause {
    let ignoresCase = token.word == "ilike"
    guard field.kind == .text || field.kind == .status || field.kind == .any else {
      throw FilterError(
        "\(token.word ?? "like") is for texts, and \(field.path) holds \(field.kind.rawValue)",
        at: token.place, of: text)
    }
    try advance()
    guard case .text(let pattern) = token.kind else { throw expected("a pattern, as '%gan%'") }
    guard pattern.utf8.count <= Self.limits.pattern else {
      throw FilterError(
        "a pattern holds at most \(Self.limits.pattern) bytes", at: token.place, of: text)
    }
    try advance()
    return .pattern(field, pattern, ignoresCase: ignoresCase)
  }

  private mutating func list(of field: RunField) throws(FilterError) -> [RunFilter.Literal] {
    guard token.kind == .open else { throw expected("( and a list of values") }
    try advance()
    var literals = [try literal(of: field)]
    while token.kind == .comma {
      try advance()
      literals.append(try literal(of: field))
      guard literals.count <= Self.limits.list else {
        throw FilterError(
          "a list holds at most \(Self.limits.list) values", at: token.place, of: text)
      }
    }
    guard token.kind == .close else { throw expected("a comma or )") }
    try advance()
    return literals
  }

  // MARK: - Fields

  private mutating func field() throws(FilterError) -> RunField {
    if readsParametersAlone { return .parameter(try parameter()) }
    let start = token
    guard case .name(let name, let rest) = token.kind else {
      throw expected("a field, as status or metrics.d_loss")
    }
    try advance()
    if let rest {
      switch name.lowercased() {
      case "metrics", "metric": return .metric(rest, .last)
      case "params", "param": return .parameter(rest)
      case "tags", "tag": return .tag(rest)
      default: throw unknown(name + "." + rest, start.place)
      }
    }
    if token.kind == .open, let aspect = RunField.Aspect(rawValue: name.lowercased()) {
      return .metric(try metric(), aspect)
    }
    guard let own = RunField.Own(rawValue: name) else {
      throw token.kind == .open ? unknownFunction(name, start.place) : unknown(name, start.place)
    }
    return .own(own)
  }

  /// A parameter's key, with `params.` before it or without.
  private mutating func parameter() throws(FilterError) -> String {
    let start = token
    let key: String
    switch token.kind {
    case .quotedName(let name): key = name
    case .name("params", let rest?), .name("param", let rest?): key = rest
    case .name("metrics", _), .name("metric", _), .name("tags", _), .name("tag", _):
      throw FilterError(
        "a condition reads parameters alone, found \(text[token.place].prefix(40))",
        at: token.place, of: text)
    case .name(let name, let rest): key = rest.map { name + "." + $0 } ?? name
    default: throw expected("a parameter, as loss")
    }
    try advance()
    guard token.kind != .open else {
      throw FilterError(
        "a condition reads parameters alone, and \(key.prefix(40)) stands as a function",
        at: start.place, of: text)
    }
    return key
  }

  /// The metric in a function's brackets, with `metrics.` before it or without.
  private mutating func metric() throws(FilterError) -> String {
    try advance()
    let metric: String
    switch token.kind {
    case .name("metrics", let rest?): metric = rest
    case .name(let name, let rest): metric = rest.map { name + "." + $0 } ?? name
    case .quotedName(let name): metric = name
    default: throw expected("a metric, as metrics.d_loss")
    }
    try advance()
    guard token.kind == .close else { throw expected(")") }
    try advance()
    return metric
  }

  private func unknown(_ name: String, _ place: Range<String.Index>) -> FilterError {
    let known = RunField.Own.allCases.map(\.rawValue) + ["metrics", "params", "tags"]
    let head = String(name.prefix { $0 != "." })
    var hint = "a metric is metrics.\(name), a setting params.\(name)"
    if let near = nearest(to: head, among: known) {
      hint = "did you mean \(near + name.dropFirst(head.count))?"
    } else if head != name {
      hint = "a name with a dot begins with metrics, params or tags"
    }
    return FilterError("a run has no field \(name); \(hint)", at: place, of: text)
  }

  private func unknownFunction(_ name: String, _ place: Range<String.Index>) -> FilterError {
    let known = RunField.Aspect.allCases.map(\.rawValue)
    let hint = nearest(to: name, among: known).map { "did you mean \($0)?" }
    return FilterError(
      "there is no function \(name); \(hint ?? "there are \(known.joined(separator: ", "))")",
      at: place, of: text)
  }

  // MARK: - Literals

  private mutating func literal(of field: RunField) throws(FilterError) -> RunFilter.Literal {
    let start = token
    if start.word == "null" { throw expected("a value; whether there is one asks 'is null'") }
    let literal = literal
    switch (field.kind, literal) {
    case (.number, .integer?), (.number, .number?), (.any, .integer?), (.any, .number?),
      (.any, .text?), (.any, .boolean?), (.text, .text?), (.time, .time?), (.time, .ago?):
      break
    case (.status, .text(let status)?):
      guard RunStatus(rawValue: status) == nil else { break }
      let known = RunStatus.allCases.map(\.rawValue)
      let hint = nearest(to: status, among: known).map { "did you mean '\($0)'?" }
      throw FilterError(
        "there is no status '\(status)'; \(hint ?? "there are \(known.joined(separator: ", "))")",
        at: start.place, of: text)
    case (.time, .text(let time)?):
      guard let time = Timestamp(parsing: time) else { throw expected(field.kind.example) }
      try advance()
      return .time(time)
    default: throw expected(field.kind.example)
    }
    try advance()
    // Checked above.
    return literal ?? .boolean(false)
  }

  /// What the present word stands for as a value, `nil` where it is none.
  private var literal: RunFilter.Literal? {
    switch token.kind {
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .duration(let microseconds) where microseconds <= 0: .ago(microseconds: -microseconds)
    case .text(let text): .text(text)
    default:
      switch token.word {
      case "nan": .number(.nan)
      case "inf", "infinity": .number(.infinity)
      case "true": .boolean(true)
      case "false": .boolean(false)
      default: nil
      }
    }
  }

  // MARK: - Words

  private mutating func advance() throws(FilterError) { token = try lexer.next() }

  /// Goes past one of the language's own words, where it stands here.
  private mutating func take(_ word: String) throws(FilterError) -> Bool {
    guard token.word == word else { return false }
    try advance()
    return true
  }

  private func expected(_ what: String) -> FilterError {
    let found = token.kind == .end ? "the end" : String(text[token.place].prefix(40))
    return FilterError("expected \(what), found \(found)", at: token.place, of: text)
  }
}

extension RunField {
  /// What a field's values are.
  enum Kind: String {
    case text = "texts"
    case status = "statuses"
    case number = "numbers"
    case time = "times"
    /// A setting's: numbers, texts or truth values.
    case any = "values of any kind"

    var example: String {
      switch self {
      case .text: "a text in quotes, as 'ring'"
      case .status: "a status in quotes, as 'finished'"
      case .number: "a number, as 0.5"
      case .time: "a time, as -6h, '2026-11-24' or '2026-11-24T12:00:00Z'"
      case .any: "a value, as 0.5, 'text' or true"
      }
    }
  }

  var kind: Kind {
    switch self {
    case .own(.status): .status
    case .own(.createdAt), .own(.endedAt), .own(.deletedAt): .time
    case .own(.epoch), .own(.step), .own(.images), .own(.checkpoints), .own(.trial), .metric:
      .number
    case .own(.id), .own(.name), .own(.experiment), .own(.parent), .own(.note), .own(.failure),
      .own(.sweep), .tag:
      .text
    case .parameter: .any
    }
  }
}
