/// A question that is true, false or unknown of a run: `metrics.d_loss < 0.6 and params.seed in (1, 2)`.
public struct RunFilter: Sendable, Hashable {
  /// How a value and a literal are compared.
  public enum Relation: String, Sendable, CaseIterable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
  }

  /// What a field is compared with.
  public enum Literal: Sendable, Hashable {
    case integer(Int64)
    /// Infinities and NaN among them.
    case number(Double)
    case text(String)
    case boolean(Bool)
    /// A moment.
    case time(Timestamp)
    /// A moment, by how many microseconds it lies back when the filter is asked.
    case ago(microseconds: Int64)
  }

  /// A part of a filter.
  ///
  /// A comparison with a missing value is unknown, as in SQL.
  public indirect enum Clause: Sendable, Hashable {
    case comparison(RunField, Relation, Literal)
    /// Whether a field equals one of several literals.
    case membership(RunField, [Literal])
    /// Whether a text fits a pattern in which `%` stands for any characters and `_` for any one.
    case pattern(RunField, String, ignoresCase: Bool)
    case isMissing(RunField)
    case not(Clause)
    /// Two clauses or more.
    case all([Clause])
    /// Two clauses or more.
    case any([Clause])
  }

  /// The filter as it was written.
  public let text: String
  /// What it asks.
  public let clause: Clause

  /// A filter from its text; docs/filters.md has the grammar.
  ///
  /// - Throws: `FilterError` with the place of the first mistake.
  public init(parsing text: String) throws(FilterError) {
    self.text = text
    var parser = try FilterParser(text)
    clause = try parser.parse()
  }

  /// A filter over parameters alone, whose bare names are their keys: `loss = 'hinge'`.
  ///
  /// - Throws: `FilterError` with the place of the first mistake; metrics, tags and functions are one.
  package init(parsingParameters text: String) throws(FilterError) {
    self.text = text
    var parser = try FilterParser(text, readsParametersAlone: true)
    clause = try parser.parse()
  }

  /// The fields that it reads, each once, in the order of the text.
  public var fields: [RunField] {
    var fields: [RunField] = []
    clause.forEachField { if !fields.contains($0) { fields.append($0) } }
    return fields
  }
}

extension RunFilter.Clause {
  fileprivate func forEachField(_ body: (RunField) -> Void) {
    switch self {
    case .comparison(let field, _, _), .membership(let field, _), .pattern(let field, _, _),
      .isMissing(let field):
      body(field)
    case .not(let clause): clause.forEachField(body)
    case .all(let clauses), .any(let clauses): for clause in clauses { clause.forEachField(body) }
    }
  }
}
