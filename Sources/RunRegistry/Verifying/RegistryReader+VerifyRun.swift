import GRDB
import RunModel

extension RegistryReader {
  /// Checks the rows of one run: its seal, its summaries, its progress and its checkpoints.
  func check(_ run: CheckedRun, _ result: inout Verification) throws {
    try part(of: run, "its rows", &result) { database, result in
      // A run may be gone since the list of runs was read.
      guard
        try Int.fetchOne(database, sql: "SELECT 1 FROM run WHERE id = ?", arguments: [run.key])
          != nil
      else { return }
      try checkSeal(of: run, database, &result)
      try checkSteps(of: run, database, &result)
      try checkSummaries(of: run, database, &result)
      try checkCheckpoints(of: run, only: nil, database, &result)
      result.checked.runs += 1
    }
  }

  /// Finds points whose step has no row, which tells their epoch and time.
  private func checkSteps(
    of run: CheckedRun, _ database: Database, _ result: inout Verification
  ) throws {
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT DISTINCT point.step, point.attempt FROM series
          JOIN point ON point.series = series.id
          LEFT JOIN step
            ON step.run = series.run AND step.step = point.step AND step.attempt = point.attempt
          WHERE series.run = ? AND step.run IS NULL
          """), arguments: [run.key])
    while let row = try rows.next() {
      let place = "step \(try row.integer(0)) of attempt \(try row.integer(1))"
      result.add(run.finding(.reference, place, "it has points, and is missing"))
    }
  }

  /// Derives the summary of each metric from its visible points.
  private func checkSummaries(
    of run: CheckedRun, _ database: Database, _ result: inout Verification
  ) throws {
    let rows = try Row.fetchAll(
      database, sql: "SELECT \(SeriesRow.columns) FROM series WHERE run = ? ORDER BY name",
      arguments: [run.key])
    for stored in rows {
      let place = "summary of \(try stored.text(1))"
      do {
        let row = try SeriesRow(stored)
        let derived = try SeriesRow.visibleSummary(of: row.key, database)
        // By what they print: a NaN is not equal to itself.
        if String(describing: row.summary) != String(describing: derived) {
          result.add(run.finding(.derived, place, "it does not follow from the metric's points"))
        }
      } catch let error where Self.isDamage(error) {
        result.add(run.finding(.file, place, "it can't be read"))
      }
    }
  }

  /// Whether an error tells of damage, not of a disk or another process.
  static func isDamage(_ error: any Error) -> Bool {
    (RegistryError.from(error, path: "") as? RegistryError)?.kind == .invalid
  }
}
