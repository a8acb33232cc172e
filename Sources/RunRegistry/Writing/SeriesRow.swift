import GRDB
import RunModel

/// Which columns of a summary are read: to read columns is most of what a list of a thousand runs does.
struct SummaryColumns {
  private let hasMin: Bool
  private let hasMax: Bool
  private let hasNaN: Bool

  /// Those that some numbers need; all of them without a choice.
  init(for aspects: Set<RunField.Aspect>? = nil) {
    func isWanted(_ own: Set<RunField.Aspect>) -> Bool {
      aspects.map { !$0.isDisjoint(with: own) } ?? true
    }
    hasMin = isWanted([.min, .best])
    hasMax = isWanted([.max, .best])
    hasNaN = isWanted([.nanCount, .firstNaNStep])
  }

  /// The columns' names.
  var sql: String {
    "count, last, last_step" + (hasMin ? ", min, min_step" : "") + (hasMax ? ", max, max_step" : "")
      + (hasNaN ? ", nan_count, first_nan_step" : "")
  }

  /// The summary of a row, `nil` while no point is visible.
  func summary(of row: some StoredRow, from column: Int) throws -> MetricSummary? {
    let count = try Int(row.integer(column))
    guard count > 0 else { return nil }
    var summary = MetricSummary(
      last: try row.real(column + 1), lastStep: try Int(row.integer(column + 2)),
      min: nil, minStep: nil, max: nil, maxStep: nil, count: count, nanCount: 0, firstNaNStep: nil)
    var next = column + 3
    if hasMin {
      summary.min = try row.optionalReal(next)
      summary.minStep = try row.optionalInteger(next + 1).map(Int.init)
      next += 2
    }
    if hasMax {
      summary.max = try row.optionalReal(next)
      summary.maxStep = try row.optionalInteger(next + 1).map(Int.init)
      next += 2
    }
    if hasNaN {
      summary.nanCount = try Int(row.integer(next))
      summary.firstNaNStep = try row.optionalInteger(next + 1).map(Int.init)
    }
    return summary
  }
}

/// One metric of a run with the summary of its visible points.
struct SeriesRow {
  var key: Int64
  var name: String
  /// `nil` while no point is visible.
  var summary: MetricSummary?
  /// Whether points may be stored that no summary speaks of, of attempts that later ones shadow.
  var hasShadows = false

  static let columns = "id, name, \(SummaryColumns().sql)"

  init(key: Int64, name: String) {
    self.key = key
    self.name = name
  }

  init(_ row: some StoredRow, from column: Int = 0) throws {
    key = try row.integer(column)
    name = try row.text(column + 1)
    summary = try SummaryColumns().summary(of: row, from: column + 2)
    hasShadows = summary == nil
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
