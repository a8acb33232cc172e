import GRDB
public import RunModel

extension RegistryReader {
  /// Points of a metric of several runs, by step, for pictures of a few characters.
  ///
  /// Where a curve has more points than the limit, as many are read at equal distances, and with them its
  /// smallest and its largest value and its first NaN, which the summary knows the places of.
  ///
  /// - Parameters:
  ///   - runs: with their summaries of the metric.
  ///   - limit: how many points of a run are read at most, or little more.
  public func glimpses(
    of runs: [Run], metric: String, limit: Int = 256
  ) throws -> [RunID: [(step: Int, value: Double)]] {
    try read { database in
      var glimpses: [RunID: [(step: Int, value: Double)]] = [:]
      for run in runs {
        guard let summary = run.metrics[metric] else { continue }
        glimpses[run.id] =
          summary.count <= limit
          ? try points(database, run.id, metric, count: summary.count)
          : try sample(database, run.id, metric, summary, limit: limit)
      }
      return glimpses
    }
  }

  private func sample(
    _ database: Database, _ run: RunID, _ metric: String, _ summary: MetricSummary, limit: Int
  ) throws -> [(step: Int, value: Double)] {
    var points: [(step: Int, value: Double)] = []
    for place in 0..<limit {
      // In floating point: a stranger's step times the limit may be too large a number.
      let step = Int(Double(summary.lastStep) * Double(place) / Double(limit - 1))
      points += try self.points(database, run, metric, from: step, count: 1)
    }
    if let step = summary.minStep, let min = summary.min { points.append((step, min)) }
    if let step = summary.maxStep, let max = summary.max { points.append((step, max)) }
    if let step = summary.firstNaNStep { points.append((step, .nan)) }
    return points.sorted { $0.step < $1.step }
  }

  private func points(
    _ database: Database, _ run: RunID, _ metric: String, from step: Int = .min, count: Int
  ) throws -> [(step: Int, value: Double)] {
    let statement = try database.cachedStatement(
      sql: """
        SELECT point.step, point.value FROM run
        JOIN series ON series.run = run.id AND series.name = ?
        JOIN point ON point.series = series.id
        JOIN attempt ON attempt.run = run.id AND attempt.number = point.attempt
        WHERE run.run_id = ? AND point.step >= ?
          AND (attempt.visible_to IS NULL OR point.step <= attempt.visible_to)
        ORDER BY point.step, point.attempt LIMIT ?
        """)
    let rows = try Row.fetchCursor(
      statement, arguments: [metric, run.rawValue, step, count])
    var points: [(step: Int, value: Double)] = []
    while let row = try rows.next() { points.append((try Int(row.integer(0)), try row.real(1))) }
    return points
  }
}
