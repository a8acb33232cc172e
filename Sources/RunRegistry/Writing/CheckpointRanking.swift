import GRDB
import RunModel

/// A run's checkpoints at the ends of epochs, the best first, by the visible point of a metric at their
/// step.
///
/// It follows from what is stored alone, so that a run that was stopped and resumed ranks as one that
/// was not.
struct CheckpointRanking {
  /// The name of the pin on the first.
  static let pin = "best"

  /// Those whose metric is a number; of equal values the oldest first.
  let rows: [CheckpointRow]

  init(_ database: Database, run: Int64, by rule: Retention.Best) throws {
    let values = try Self.values(database, run: run, metric: rule.metric)
    let ranked = try CheckpointRow.visible(database, run: run)
      .filter(\.isEpochEnd)
      .compactMap { row in values[row.step].map { (row: row, value: $0) } }
    rows =
      ranked.sorted { first, second in
        guard first.value == second.value else {
          return rule.direction.prefers(first.value, to: second.value)
        }
        return first.row.key < second.row.key
      }.map(\.row)
  }

  /// A metric's visible values by step, NaN left out.
  ///
  /// - Parameter metric: a series' name, or its name without brackets; a whole name comes first, and a
  ///   later attempt before an earlier one.
  private static func values(
    _ database: Database, run: Int64, metric: String
  ) throws -> [Int: Double] {
    let statement = try database.cachedStatement(
      sql: """
        SELECT point.step, point.value FROM series
        JOIN point ON point.series = series.id
        JOIN attempt ON attempt.run = series.run AND attempt.number = point.attempt
        WHERE series.run = ?1
          AND (series.name = ?2 OR substr(series.name, 1, length(?2) + 1) = ?2 || '[')
          AND (attempt.visible_to IS NULL OR point.step <= attempt.visible_to)
        ORDER BY series.name = ?2, series.name, point.attempt
        """)
    var values: [Int: Double] = [:]
    for row in try Row.fetchAll(statement, arguments: [run, metric]) {
      // A later NaN takes the place of an earlier number.
      values[try Int(row.integer(0))] = try row.optionalReal(1)
    }
    return values
  }
}

extension Transaction {
  /// Moves the pin `best` to where it belongs by now; without a number it stays where it is.
  func pinBest(of run: Int64, by rule: Retention.Best) throws {
    guard let best = try CheckpointRanking(database, run: run, by: rule).rows.first else { return }
    try pin(best, as: CheckpointRanking.pin)
  }
}
