import GRDB

/// Puts new points into the file, many by one statement: a statement for each costs more than its row.
struct PointInsertion {
  /// Points of one statement; more gain little (docs/decisions/0025).
  private static let most = 128

  private let database: Database
  private let one: BareStatement
  private var many: BareStatement?

  init(_ database: Database) throws {
    self.database = database
    one = try BareStatement(cached: Self.statement(of: 1), database)
  }

  /// Inserts points that one attempt recorded of a series, at steps where it has none yet.
  mutating func insert(_ points: [StoredPoint], of series: Int64, attempt: Int) throws {
    var rest = points[...]
    while !rest.isEmpty {
      let count = rest.count < Self.most ? 1 : Self.most
      let statement = count == 1 ? one : try statementOfMany()
      statement.reset()
      statement.bind(1, series)
      statement.bind(2, Int64(attempt))
      var parameter: Int32 = 3
      for point in rest.prefix(count) {
        statement.bind(parameter, Int64(point.step))
        statement.bind(parameter + 1, point.value)
        parameter += 2
      }
      try statement.run()
      rest = rest.dropFirst(count)
    }
  }

  private mutating func statementOfMany() throws -> BareStatement {
    if let many { return many }
    let made = try BareStatement(cached: Self.statement(of: Self.most), database)
    many = made
    return made
  }

  private static func statement(of count: Int) -> String {
    let rows = (0..<count).map { "(?1, ?\(2 * $0 + 3), ?2, ?\(2 * $0 + 4))" }
    return "INSERT INTO point(series, step, attempt, value) VALUES\(rows.joined(separator: ", "))"
  }
}
