import GRDB
public import RunModel

/// Which attempts' points are read.
public enum AttemptChoice: Sendable, Hashable {
  /// Those that no later attempt shadows, each step once.
  case visible
  /// Also what a resume left behind.
  case all
}

extension RegistryReader {
  /// Hands metric points over one by one, ordered by the run's creation, metric name, step, attempt.
  ///
  /// One run's points are read at once and are of one moment.
  ///
  /// - Parameters:
  ///   - runs: which runs; all without a list.
  ///   - metrics: which metrics; all without a list.
  /// - Throws: `RegistryError`, `.missing` for a run that is not there; what `body` throws.
  public func forEachPoint(
    of runs: [RunID]? = nil, attempts: AttemptChoice = .visible, metrics: [String]? = nil,
    _ body: (RunID, MetricPoint) throws -> Void
  ) throws {
    let keys: [(Int64, RunID)] = try keysByCreation(of: runs)
    for (key, id) in keys {
      let found = try read {
        try points(of: key, PointSelection(attempts: attempts, metrics: metrics), $0)
      }
      for point in found { try body(id, point) }
    }
  }

  /// The visible points of one metric, by step; none where the run has no such metric.
  public func points(of id: RunID, metric: String) throws -> [MetricPoint] {
    try read { try points(of: key(of: id, $0), PointSelection(metrics: [metric]), $0) }
  }

  /// All visible points of a run by metric, each metric's by step; of one moment.
  public func points(of id: RunID) throws -> [String: [MetricPoint]] {
    try read {
      Dictionary(grouping: try points(of: key(of: id, $0), PointSelection(), $0), by: \.metric)
    }
  }

  func keysByCreation(of runs: [RunID]?) throws -> [(Int64, RunID)] {
    try read { database in
      let chosen = try runs.map { try Set($0.map { try key(of: $0, database) }) }
      return try Row.fetchAll(database, sql: "SELECT id, run_id FROM run ORDER BY created_at, id")
        .compactMap { row in
          let key = try row.integer(0)
          guard chosen?.contains(key) ?? true else { return nil }
          guard let id = RunID(rawValue: try row.text(1)) else { throw row.unexpected }
          return (key, id)
        }
    }
  }

  private func points(
    of run: Int64, _ selection: PointSelection, _ database: Database
  ) throws -> [MetricPoint] {
    let reading = try BlockReading(of: run, selection, database)
    var points: [MetricPoint] = []
    for series in try Self.series(of: run, database) where selection.has(series.name) {
      try reading.forEachBlock(of: series.key, after: nil) { block, _ in
        points += block.map { MetricPoint(metric: series.name, $0) }
      }
    }
    return points
  }
}
