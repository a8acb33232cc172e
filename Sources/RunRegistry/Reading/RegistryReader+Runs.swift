import Foundation
import GRDB
public import RunModel

extension RegistryReader {
  /// Runs that a filter is true of, in an order, and how many there are in all.
  ///
  /// Reads summaries, never points.
  ///
  /// - Parameters:
  ///   - filter: what the runs have in common; all runs without one.
  ///   - limit: how many to return at most; all without one.
  ///   - fields: the settings, metrics and tags that are loaded; all of them without a list.
  public func runs(
    matching filter: RunFilter? = nil, sortedBy sort: RunSort = .newestFirst, limit: Int? = nil,
    loading fields: [RunField]? = nil
  ) throws -> (runs: [Run], total: Int) {
    try read { database in
      var keys = try keys(database, matching: filter, sortedBy: sort, limit: limit)
      var total = keys.count
      if filter == nil, total == limit {
        total = try Int.fetchOne(database, sql: "SELECT count(*) FROM run") ?? 0
      }
      if let limit, keys.count > limit { keys.removeLast(keys.count - max(0, limit)) }
      return (try load(database, keys, fields), total)
    }
  }

  func keys(
    _ database: Database, matching filter: RunFilter?, sortedBy sort: RunSort, limit: Int?
  ) throws -> [Int64] {
    var crashed: [Int64] = []
    if RunQuery.needsLiveness(filter, sort) {
      let running = try Int64.fetchAll(database, sql: "SELECT id FROM run WHERE status = 'running'")
      crashed = try liveStatuses(database, running).filter { $0.value == .crashed }.map(\.key)
    }
    let query = RunQuery(
      filter: filter, sort: sort, crashed: crashed, now: clock(),
      // Of filtered runs all are counted.
      limit: filter == nil ? limit.map { max(0, $0) } : nil)
    return try Int64.fetchAll(database, sql: query.sql, arguments: query.arguments)
  }

  /// Loads runs by their keys, in the order of the keys.
  ///
  /// - Parameter fields: the settings, metrics and tags that are loaded; all of them without a list.
  func load(
    _ database: Database, _ keys: [Int64], _ fields: [RunField]? = nil
  ) throws -> [Run] {
    let list = "[" + keys.map(String.init).joined(separator: ",") + "]"
    func forEach(
      _ columns: String, _ table: String, _ name: String, among names: [String]?,
      _ body: (Row) throws -> Void
    ) throws {
      guard names?.isEmpty != true else { return }
      var sql = "SELECT run, \(columns) FROM \(table) WHERE run IN (SELECT value FROM json_each(?))"
      var arguments: StatementArguments = [list]
      if let names {
        sql += " AND \(name) IN (\(names.map { _ in "?" }.joined(separator: ", ")))"
        arguments += StatementArguments(names)
      }
      try forEachRow(database, sql, arguments, body)
    }
    var settings: [Int64: [String: ParameterValue]] = [:]
    try forEach("key, kind, value", "setting", "key", among: fields?.parameters) {
      settings[try $0.integer(0), default: [:]][try $0.text(1)] = try ParameterValue($0, 2)
    }
    var metrics: [Int64: [String: MetricSummary]] = [:]
    try forEach(SeriesRow.columns, "series", "name", among: fields?.metrics) { row in
      let series = try SeriesRow(row, from: 1)
      metrics[try row.integer(0), default: [:]][series.name] = series.summary
    }
    var tags: [Int64: [String: String]] = [:]
    try forEach("key, value", "tag", "key", among: fields?.tags) {
      tags[try $0.integer(0), default: [:]][try $0.text(1)] = try $0.text(2)
    }
    let statuses = try liveStatuses(database, keys)
    var runs: [Int64: Run] = [:]
    try forEachRow(
      database,
      """
      SELECT \(RunRow.columns), epoch, step, images, checkpoints,
        (SELECT text FROM note WHERE note.run = run.id),
        (SELECT heartbeat_at FROM attempt WHERE attempt.run = run.id ORDER BY number DESC LIMIT 1)
      FROM run WHERE id IN (SELECT value FROM json_each(?))
      """, [list]
    ) { row in
      let stored = try RunRow(row)
      guard let id = RunID(rawValue: stored.id) else { throw row.unexpected }
      let status = statuses[stored.key] ?? stored.status
      // A crash has no end of its own; the last sign of life stands for it.
      let endedAt =
        status == .crashed
        ? try stored.endedAt ?? row.optionalInteger(16) : stored.endedAt
      var parent: Run.Parent?
      if let text = stored.parent {
        guard let id = RunID(rawValue: text), let bytes = stored.parentDigest,
          let digest = SHA256Digest(bytes: bytes)
        else { throw row.unexpected }
        parent = Run.Parent(id: id, checkpointDigest: digest)
      }
      runs[stored.key] = Run(
        id: id, name: stored.name, experiment: stored.experiment, status: status,
        createdAt: Timestamp(microseconds: stored.createdAt),
        endedAt: endedAt.map(Timestamp.init(microseconds:)), epoch: try Int(row.integer(11)),
        step: try Int(row.integer(12)), images: try Int(row.integer(13)),
        parameters: settings[stored.key] ?? [:], metrics: metrics[stored.key] ?? [:],
        tags: tags[stored.key] ?? [:], note: try row.optionalText(15), parent: parent,
        checkpoints: try Int(row.integer(14)), failure: stored.failure,
        deletedAt: stored.deletedAt.map(Timestamp.init(microseconds:)))
    }
    return keys.compactMap { runs[$0] }
  }

  /// The status, as it stands now, of those runs that are stored as running.
  private func liveStatuses(_ database: Database, _ keys: [Int64]) throws -> [Int64: RunStatus] {
    let list = "[" + keys.map(String.init).joined(separator: ",") + "]"
    var statuses: [Int64: RunStatus] = [:]
    let now = clock()
    try forEachRow(
      database,
      """
      SELECT \(qualified(AttemptRow.columns, by: "attempt")) FROM run
      JOIN attempt ON attempt.run = run.id
      WHERE run.status = 'running' AND run.id IN (SELECT value FROM json_each(?))
      ORDER BY attempt.run, attempt.number
      """, [list]
    ) { row in
      let attempt = try AttemptRow(row)
      statuses[attempt.run] = liveness.status(
        stored: .running, process: attempt.process,
        heartbeat: Timestamp(microseconds: attempt.heartbeatAt), now: now)
    }
    return statuses
  }

  func forEachRow(
    _ database: Database, _ sql: String, _ arguments: StatementArguments,
    _ body: (Row) throws -> Void
  ) throws {
    let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
    while let row = try rows.next() { try body(row) }
  }
}

extension [RunField] {
  fileprivate var parameters: [String] {
    compactMap { if case .parameter(let key) = $0 { key } else { nil } }
  }

  fileprivate var metrics: [String] {
    compactMap { if case .metric(let name, _) = $0 { name } else { nil } }
  }

  fileprivate var tags: [String] { compactMap { if case .tag(let key) = $0 { key } else { nil } } }
}
