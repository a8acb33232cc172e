import GRDB
import RunModel

/// Some runs, and how their rows are read from a table that holds several of each: each row with its run's
/// place among them.
///
/// Three ways, of which the quickest is taken: names looked up run by run; a run's rows one after the
/// other; and the whole table as it lies, where most runs are chosen.
struct ChosenRuns {
  /// The keys as JSON, which SQLite makes rows of.
  let list: String
  private let keys: [Int64]
  /// By key, where most runs are chosen.
  private var places: [Int64: Int]?

  init(_ keys: [Int64], _ database: Database) throws {
    self.keys = keys
    list = Self.list(keys)
    // No fewer than there are runs, and known at once.
    let all = try database.rows("SELECT coalesce(max(id), 0) FROM main.run", []) {
      try $0.integer(0)
    }
    guard keys.count > all[0] / 2 else { return }
    places = Dictionary(zip(keys, 0...)) { first, _ in first }
  }

  /// Keys as JSON, which SQLite makes rows of.
  static func list(_ keys: [Int64]) -> String {
    "[" + keys.map(String.init).joined(separator: ",") + "]"
  }

  /// Hands over rows, those of one run together or not, whose name is among some; others may be among
  /// them.
  ///
  /// - Parameters:
  ///   - columns: what is read; they are counted from 1.
  ///   - name: the column that `names` are of; with the run it is the table's key.
  ///   - names: all without a list.
  ///   - body: is handed a row and its run's place.
  func forEachRow(
    _ columns: String, of table: String, _ name: String, among names: [String]?,
    _ database: Database, _ body: (BareStatement, Int) throws -> Void
  ) throws {
    guard names?.isEmpty != true, let first = keys.first else { return }
    let byRun = """
      SELECT chosen.key, \(columns) FROM json_each(?) AS chosen
      CROSS JOIN \(table) ON \(table).run = chosen.value
      """
    // To look a name up takes as long as reading two rows that follow one another, and one run has
    // about as many as the next.
    if let names,
      let count = try database.rows(
        "SELECT count(*) FROM \(table) WHERE run = ?", [first], { try $0.integer(0) }
      ).first, 2 * names.count <= count
    {
      let sought = names.map { _ in "?" }.joined(separator: ", ")
      return try database.forEachRow(
        "\(byRun) WHERE \(table).\(name) IN (\(sought))", [list] + StatementArguments(names)
      ) { try body($0, try Int($0.integer(0))) }
    }
    guard let places else {
      return try database.forEachRow(byRun, [list]) { try body($0, try Int($0.integer(0))) }
    }
    // A run's rows mostly follow one another.
    var last: (key: Int64, place: Int?) = (first, places[first])
    try database.forEachRow("SELECT \(table).run, \(columns) FROM \(table)", []) {
      let key = try $0.integer(0)
      if key != last.key { last = (key, places[key]) }
      if let place = last.place { try body($0, place) }
    }
  }
}
