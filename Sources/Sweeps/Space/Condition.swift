package import RunModel

/// When a parameter takes part: a filter over parameters declared above it.
package struct Condition: Sendable, Hashable {
  package let filter: RunFilter

  /// A condition from its filter, whose bare names are parameters' keys.
  package init(_ filter: RunFilter) { self.filter = filter }

  /// A condition from its text.
  ///
  /// - Throws: `FilterError` with the place of the first mistake.
  package init(parsing text: String) throws(FilterError) {
    filter = try RunFilter(parsingParameters: text)
  }

  /// The keys that it reads, each once, in the order of the text.
  package var keys: [String] {
    filter.fields.compactMap { if case .parameter(let key) = $0 { key } else { nil } }
  }

  /// Whether it is true of values by key; a comparison with a missing value is unknown, as in SQL, and
  /// unknown is not true.
  package func holds(_ value: (String) -> ParameterValue?) -> Bool {
    filter.clause.truth(value) == true
  }
}

extension RunFilter.Clause {
  /// Whether it is true or false of parameters; `nil`: unknown.
  fileprivate func truth(_ value: (String) -> ParameterValue?) -> Bool? {
    func of(_ field: RunField, _ test: (ParameterValue) -> Bool?) -> Bool? {
      guard case .parameter(let key) = field else { return nil }
      return value(key).flatMap(test)
    }
    switch self {
    case .comparison(let field, let relation, let literal):
      return of(field) { $0.compares(relation, literal) }
    case .membership(let field, let literals):
      return of(field) { value in literals.contains { value.compares(.equal, $0) == true } }
    case .pattern(let field, let pattern, let ignoresCase):
      return of(field) { value in
        guard case .text(let text) = value else { return nil }
        return Pattern(pattern, ignoresCase: ignoresCase).fits(text)
      }
    case .isMissing(.parameter(let key)): return value(key) == nil
    case .isMissing: return nil
    case .not(let clause): return clause.truth(value).map { !$0 }
    case .all(let clauses):
      let truths = clauses.map { $0.truth(value) }
      return truths.contains(false) ? false : truths.contains(nil) ? nil : true
    case .any(let clauses):
      let truths = clauses.map { $0.truth(value) }
      return truths.contains(true) ? true : truths.contains(nil) ? nil : false
    }
  }
}

extension ParameterValue {
  /// How it stands to a literal: values of two types are unequal and have no order, and NaN is unequal to
  /// all, as in a registry's filters.
  func compares(_ relation: RunFilter.Relation, _ literal: RunFilter.Literal) -> Bool? {
    switch (self, literal) {
    case (.integer(let own), .integer(let other)): return relation.holds(own, other)
    case (.integer, .number(let other)), (.number, .number(let other)):
      return doubleValue.map { relation.holds($0, other) }
    case (.number(let own), .integer(let other)): return relation.holds(own, Double(other))
    case (.text(let own), .text(let other)):
      // By bytes: Swift's own order takes spellings of one character as equal.
      return relation.holds(Bytes(own), Bytes(other))
    case (.boolean(let own), .boolean(let other)):
      return relation == .equal ? own == other : relation == .unequal ? own != other : nil
    default: return relation == .equal ? false : relation == .unequal ? true : nil
    }
  }

  private struct Bytes: Comparable {
    var bytes: [UInt8]
    init(_ text: String) { bytes = Array(text.utf8) }
    static func < (first: Bytes, second: Bytes) -> Bool {
      first.bytes.lexicographicallyPrecedes(second.bytes)
    }
  }
}

extension RunFilter.Relation {
  fileprivate func holds<Value: Comparable>(_ first: Value, _ second: Value) -> Bool {
    switch self {
    case .equal: first == second
    case .unequal: first != second
    case .less: first < second
    case .atMost: first <= second
    case .greater: first > second
    case .atLeast: first >= second
    }
  }
}
