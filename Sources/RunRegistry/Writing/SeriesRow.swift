import GRDB
import RunModel

/// One metric of a run with the summary of its visible points.
struct SeriesRow {
  var key: Int64
  var name: String
  /// `nil` while no point is visible.
  var summary: MetricSummary?
  /// Whether points may be stored that no summary speaks of, of attempts that later ones shadow.
  var hasShadows = false

  static let columns =
    "id, name, count, last, last_step, min, min_step, max, max_step, nan_count, first_nan_step"

  init(key: Int64, name: String) {
    self.key = key
    self.name = name
  }

  init(_ row: Row, from column: Int = 0) throws {
    key = try row.integer(column)
    name = try row.text(column + 1)
    let count = try Int(row.integer(column + 2))
    hasShadows = count == 0
    guard count > 0 else { return }
    summary = MetricSummary(
      last: try row.real(column + 3), lastStep: try Int(row.integer(column + 4)),
      min: try row.optionalReal(column + 5),
      minStep: try row.optionalInteger(column + 6).map(Int.init),
      max: try row.optionalReal(column + 7),
      maxStep: try row.optionalInteger(column + 8).map(Int.init),
      count: count, nanCount: try Int(row.integer(column + 9)),
      firstNaNStep: try row.optionalInteger(column + 10).map(Int.init))
  }

  /// The summary of a series' visible points, from the points themselves.
  static func visibleSummary(of key: Int64, _ database: Database) throws -> MetricSummary? {
    let statement = try database.cachedStatement(
      sql: """
        SELECT point.step, point.value FROM point
        JOIN series ON series.id = point.series
        JOIN attempt ON attempt.run = series.run AND attempt.number = point.attempt
        WHERE point.series = ?
          AND (attempt.visible_to IS NULL OR point.step <= attempt.visible_to)
        ORDER BY point.step, point.attempt
        """)
    var summary: MetricSummary?
    // The last of several visible points of one step is the one that counts.
    var held: (step: Int, value: Double)?
    func take() {
      guard let held else { return }
      if summary == nil {
        summary = MetricSummary(step: held.step, value: held.value)
      } else {
        summary?.add(step: held.step, value: held.value)
      }
    }
    let rows = try Row.fetchCursor(statement, arguments: [key])
    while let point = try rows.next() {
      let step = try Int(point.integer(0))
      if step != held?.step { take() }
      held = (step, try point.real(1))
    }
    take()
    return summary
  }
}

extension Transaction {
  /// The series of a metric, made where it is new.
  func findSeries(_ metric: String, of run: Int64) throws -> SeriesRow {
    let statement = try database.cachedStatement(
      sql: "SELECT \(SeriesRow.columns) FROM series WHERE run = ? AND name = ?")
    if let row = try Row.fetchOne(statement, arguments: [run, metric]) {
      return try SeriesRow(row)
    }
    try execute("INSERT INTO series(run, name) VALUES(?, ?)", [run, metric])
    return SeriesRow(key: database.lastInsertedRowID, name: metric)
  }

  /// Stores a series' summary.
  func update(_ row: SeriesRow) throws {
    let summary = row.summary
    try execute(
      """
      UPDATE series SET count = ?, last = ?, last_step = ?, min = ?, min_step = ?, max = ?,
        max_step = ?, nan_count = ?, first_nan_step = ? WHERE id = ?
      """,
      [
        summary?.count ?? 0, summary.flatMap { $0.last.isNaN ? nil : $0.last }, summary?.lastStep,
        summary?.min, summary?.minStep, summary?.max, summary?.maxStep, summary?.nanCount ?? 0,
        summary?.firstNaNStep, row.key,
      ])
  }

  /// Brings the summaries of a run up to date after points beyond a step were shadowed.
  func rebuildSummaries(of run: Int64, beyond step: Int) throws {
    let rows = try Row.fetchAll(
      database,
      sql: "SELECT \(SeriesRow.columns) FROM series WHERE run = ? AND (last_step > ? OR count = 0)",
      arguments: [run, step])
    for stored in rows {
      var row = try SeriesRow(stored)
      row.summary = try SeriesRow.visibleSummary(of: row.key, database)
      try update(row)
    }
  }
}
