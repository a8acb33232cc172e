import GRDB
import RunModel

/// The statement that finds the keys of runs, in an order.
struct RunQuery {
  private(set) var sql: String
  private(set) var arguments: StatementArguments

  /// A statement for runs that a filter is true of.
  ///
  /// - Parameters:
  ///   - crashed: the keys of runs that are stored as running and whose process is gone.
  ///   - now: what times in the filter count from.
  ///   - limit: how many keys at most.
  init(
    filter: RunFilter?, sort: RunSort, crashed: [Int64], now: Timestamp, limit: Int? = nil
  ) {
    let order = Order(sort)
    var values: [(any DatabaseValueConvertible)?] = [
      "[" + crashed.map(String.init).joined(separator: ",") + "]"
    ]
    values += order.joined
    sql = """
      WITH crashed(run) AS MATERIALIZED (SELECT value FROM json_each(?))
      SELECT run.id FROM run\(order.join)
      """
    if let filter {
      let condition = FilterCondition(filter.clause, now: now)
      sql += "\nWHERE \(condition.sql)"
      values += condition.arguments
    }
    sql += "\nORDER BY \(order.terms)"
    values += order.ordered
    if let limit {
      sql += "\nLIMIT ?"
      values.append(limit)
    }
    arguments = StatementArguments(values)
  }

  /// Whether a filter or an order needs to know which runs have crashed.
  static func needsLiveness(_ filter: RunFilter?, _ sort: RunSort) -> Bool {
    ((filter?.fields ?? []) + [sort.key]).contains { field in
      if case .own(let own) = field { own.isDerived } else { false }
    }
  }

  /// An order: what is joined to each run for it, and the terms.
  private struct Order {
    var join = ""
    var joined: [any DatabaseValueConvertible] = []
    var terms: String
    var ordered: [any DatabaseValueConvertible] = []

    init(_ sort: RunSort) {
      let direction = sort.isAscending ? "ASC" : "DESC"
      let newestFirst = "run.created_at DESC, run.id DESC"
      switch sort.key {
      case .own(.createdAt):
        terms = "run.created_at \(direction), run.id \(direction)"
      case .own(let own):
        terms = "\(own.expression) IS NULL, \(own.expression) \(direction), \(newestFirst)"
      case .metric(let name, let aspect):
        join = """

          LEFT JOIN series AS ranked ON ranked.run = run.id AND ranked.name = ? AND ranked.count > 0
          """
        joined = [name]
        let (value, arguments) = aspect.expression(of: name, in: "ranked")
        // NULL in last is NaN.
        let missing = aspect == .last ? "ranked.count IS NULL, " : ""
        terms = "\(missing)\(value) IS NULL, \(value) \(direction), \(newestFirst)"
        ordered = arguments + arguments
      case .parameter(let key):
        join = "\nLEFT JOIN setting AS ranked ON ranked.run = run.id AND ranked.key = ?"
        joined = [key]
        terms = """
          ranked.kind IS NULL, ranked.kind = 'number' AND typeof(ranked.value) = 'text', \
          ranked.value \(direction), \(newestFirst)
          """
      case .tag(let key):
        join = "\nLEFT JOIN tag AS ranked ON ranked.run = run.id AND ranked.key = ?"
        joined = [key]
        terms = "ranked.value IS NULL, ranked.value \(direction), \(newestFirst)"
      }
    }
  }
}
