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
      try checkSummaries(of: run, database, &result)
      try checkCheckpoints(of: run, only: nil, database, &result)
      result.checked.runs += 1
    }
  }

  private func checkSeal(
    of run: CheckedRun, _ database: Database, _ result: inout Verification
  ) throws {
    var sum = Seal()
    for table in SealedTable.allCases {
      do {
        try table.forEachRow(of: run.key, database) { row in
          sum += row.seal
          result.checked.rows += 1
          if table == .point { result.checked.points += 1 }
        }
      } catch let error where Self.isDamage(error) {
        result.add(run.finding(.file, "table \(table.rawValue)", "its rows can't be read"))
      }
    }
    let stored = try Row.fetchOne(
      database, sql: "SELECT seal FROM run WHERE id = ?", arguments: [run.key])
    if try stored?.seal(0) != sum {
      result.add(
        run.finding(
          .seal, "its rows",
          "they do not come to the run's seal: one of its settings, attempts, environments, tags, lines, "
            + "steps, points, pictures, checkpoints or pins changed, vanished or was added"))
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
