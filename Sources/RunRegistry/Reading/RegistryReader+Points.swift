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
    _ body: (RunID, String, SeriesPoint) throws -> Void
  ) throws {
    let keys: [(Int64, RunID)] = try keysByCreation(of: runs)
    for (key, id) in keys {
      let found = try read {
        try points(of: key, PointSelection(attempts: attempts, metrics: metrics), $0)
      }
      for (metric, points) in found {
        for point in points { try body(id, metric, point) }
      }
    }
  }

  /// The visible points of one metric, by step; none where the run has no such metric.
  public func points(of id: RunID, metric: String) throws -> [SeriesPoint] {
    try read {
      try points(of: key(of: id, $0), PointSelection(metrics: [metric]), $0).first?.points ?? []
    }
  }

  /// All visible points of a run by metric, each metric's by step; of one moment.
  public func points(of id: RunID) throws -> [String: [SeriesPoint]] {
    try read {
      let series = try points(of: key(of: id, $0), PointSelection(), $0)
      // A damaged file may hold a name twice.
      return Dictionary(series.map { ($0.metric, $0.points) }, uniquingKeysWith: +)
    }
  }

  func keysByCreation(of runs: [RunID]?) throws -> [(Int64, RunID)] {
    try read { database in
      let chosen = try runs.map { try Set($0.map { try key(of: $0, database) }) }
      var keys: [(Int64, RunID)] = []
      try database.forEachRow("SELECT id, run_id FROM run ORDER BY created_at, id", []) { row in
        let key = try row.integer(0)
        guard chosen?.contains(key) ?? true else { return }
        guard let id = RunID(rawValue: try row.text(1)) else { throw row.unexpected }
        keys.append((key, id))
      }
      return keys
    }
  }

  func points(
    of run: Int64, _ selection: PointSelection, _ database: Database
  ) throws -> [(metric: String, points: [SeriesPoint])] {
    let reading = try BlockReading(of: run, selection, database)
    return try Self.series(of: run, database).filter { selection.has($0.name) }.map { series in
      var points: [SeriesPoint] = []
      try reading.forEachBlock(of: series.key, after: nil) { block, _ in points += block }
      return (series.name, points)
    }
  }
}
