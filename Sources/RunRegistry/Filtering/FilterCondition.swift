import GRDB
import RunModel

/// A filter as a condition on the rows of `run`: each part reads one row by an index, never a point.
///
/// NULL in it is unknown, as in the filter.
struct FilterCondition {
  private(set) var arguments: [(any DatabaseValueConvertible)?] = []
  private(set) var sql = ""
  private let now: Timestamp

  /// - Parameter now: what `-6h` counts from.
  init(_ clause: RunFilter.Clause, now: Timestamp) {
    self.now = now
    sql = condition(clause)
  }

  /// What is asked of a value that is there.
  private enum Test {
    case relation(RunFilter.Relation, RunFilter.Literal)
    case among([RunFilter.Literal])
    case pattern(String, ignoresCase: Bool)
  }

  private mutating func condition(_ clause: RunFilter.Clause) -> String {
    switch clause {
    case .comparison(let field, let relation, let literal):
      return condition(field, .relation(relation, literal))
    case .membership(let field, let literals): return condition(field, .among(literals))
    case .pattern(let field, let pattern, let ignoresCase):
      return condition(field, .pattern(pattern, ignoresCase: ignoresCase))
    case .isMissing(let field): return isMissing(field)
    case .not(let clause): return "NOT " + condition(clause)
    case .all(let clauses): return joined(clauses, " AND ")
    case .any(let clauses): return joined(clauses, " OR ")
    }
  }

  private mutating func joined(_ clauses: [RunFilter.Clause], _ word: String) -> String {
    var parts: [String] = []
    for clause in clauses { parts.append(condition(clause)) }
    return "(" + parts.joined(separator: word) + ")"
  }

  private mutating func condition(_ field: RunField, _ test: Test) -> String {
    switch field {
    case .own(let own) where own.isTime:
      // By the millisecond, as times are printed: what was copied from a list finds its run.
      return "(" + self.test("\(own.expression) / 1000", test) + ")"
    case .own(let own): return "(" + self.test(own.expression, test) + ")"
    case .tag(let key):
      let test = self.test("value", test)
      arguments.append(key)
      return "(SELECT \(test) FROM tag WHERE tag.run = run.id AND key = ?)"
    case .parameter(let key):
      let test = typed(test)
      arguments.append(key)
      return "(SELECT \(test) FROM setting WHERE setting.run = run.id AND key = ?)"
    case .metric(let name, let aspect):
      // NULL in last is NaN, in min and max it is missing.
      let column = column(of: name, aspect, in: "series")
      let test =
        aspect == .last
        ? "CASE WHEN last IS NULL THEN \(ofNaN(test)) ELSE \(self.test("last", test)) END"
        : self.test(column, test)
      return "(SELECT \(test) \(fromSeries(name)))"
    }
  }

  private mutating func isMissing(_ field: RunField) -> String {
    switch field {
    case .own(let own): return "(\(own.expression) IS NULL)"
    case .tag(let key):
      arguments.append(key)
      return "(NOT EXISTS (SELECT 1 FROM tag WHERE tag.run = run.id AND key = ?))"
    case .parameter(let key):
      arguments.append(key)
      return "(NOT EXISTS (SELECT 1 FROM setting WHERE setting.run = run.id AND key = ?))"
    case .metric(let name, .last):
      return "(NOT EXISTS (SELECT 1 \(fromSeries(name))))"
    case .metric(let name, let aspect):
      let column = column(of: name, aspect, in: "series")
      return "((SELECT \(column) \(fromSeries(name))) IS NULL)"
    }
  }

  private mutating func fromSeries(_ name: String) -> String {
    arguments.append(name)
    return "FROM series WHERE series.run = run.id AND series.name = ? AND count > 0"
  }

  private mutating func column(of metric: String, _ aspect: RunField.Aspect, in series: String)
    -> String
  {
    let (sql, values) = aspect.expression(of: metric, in: series)
    arguments += values
    return sql
  }

  // MARK: - Tests

  /// The test of a setting, whose type its row tells: values of two types are unequal, and have no order.
  private mutating func typed(_ test: Test) -> String {
    switch test {
    case .relation(let relation, let literal):
      let other =
        switch relation {
        case .equal: "0"
        case .unequal: "1"
        default: "NULL"
        }
      return switch literal {
      case .integer, .number:
        """
        CASE WHEN kind NOT IN ('integer', 'number') THEN \(other) \
        WHEN typeof(value) = 'text' THEN \(ofNaN(test)) ELSE \(self.test("value", test)) END
        """
      case .boolean:
        "CASE WHEN kind <> 'boolean' THEN \(other) ELSE \(self.test("value", test)) END"
      case .text, .time, .ago:
        "CASE WHEN kind <> 'text' THEN \(other) ELSE \(self.test("value", test)) END"
      }
    case .among(let literals):
      let numbers = literals.filter(\.isNumber)
      let texts = literals.filter { if case .text = $0 { true } else { false } }
      let truths = literals.filter { if case .boolean = $0 { true } else { false } }
      return """
        CASE kind WHEN 'text' THEN \(self.test("value", .among(texts))) \
        WHEN 'boolean' THEN \(self.test("value", .among(truths))) \
        ELSE typeof(value) <> 'text' AND \(self.test("value", .among(numbers))) END
        """
    case .pattern: return "CASE WHEN kind = 'text' THEN \(self.test("value", test)) END"
    }
  }

  /// What a test is of NaN, by IEEE 754: unequal to all.
  private func ofNaN(_ test: Test) -> String {
    if case .relation(.unequal, _) = test { "1" } else { "0" }
  }

  private mutating func test(_ value: String, _ test: Test) -> String {
    switch test {
    case .relation(let relation, let literal):
      guard !literal.isNaN else {
        return "CASE WHEN \(value) IS NOT NULL THEN \(relation == .unequal ? 1 : 0) END"
      }
      arguments.append(bound(literal))
      return "\(value) \(relation.rawValue) ?"
    case .among(let literals):
      let bounds = literals.filter { !$0.isNaN }.map(bound)
      // `NULL IN ()` is false in SQLite, and here unknown.
      guard !bounds.isEmpty else { return "CASE WHEN \(value) IS NOT NULL THEN 0 END" }
      arguments += bounds
      return "\(value) IN (\(bounds.map { _ in "?" }.joined(separator: ", ")))"
    case .pattern(let pattern, ignoresCase: true):
      arguments.append(pattern)
      return "\(value) LIKE ?"
    case .pattern(let pattern, ignoresCase: false):
      arguments.append(Self.glob(pattern))
      return "\(value) GLOB ?"
    }
  }

  /// A pattern of LIKE as one of GLOB, which heeds case (sqlite.org/lang_expr.html#glob).
  private static func glob(_ pattern: String) -> String {
    var glob = String.UnicodeScalarView()
    for scalar in pattern.unicodeScalars {
      switch scalar {
      case "%": glob.append("*")
      case "_": glob.append("?")
      case "*", "?", "[": glob += ["[", scalar, "]"]
      default: glob.append(scalar)
      }
    }
    return String(glob)
  }

  private func bound(_ literal: RunFilter.Literal) -> any DatabaseValueConvertible {
    switch literal {
    case .integer(let value): value
    case .number(let value): value
    case .text(let text): text
    case .boolean(let value): value ? 1 : 0
    case .time(let time): time.microseconds / 1000
    case .ago(let microseconds): (now.microseconds - microseconds) / 1000
    }
  }
}

extension RunFilter.Literal {
  fileprivate var isNumber: Bool {
    switch self {
    case .integer, .number: true
    case .text, .boolean, .time, .ago: false
    }
  }

  fileprivate var isNaN: Bool { if case .number(let value) = self { value.isNaN } else { false } }
}
