import Foundation
import GRDB
public import RunModel

extension RegistryReader {
  /// Runs in an order, and how many there are in all.
  ///
  /// Reads summaries, never points.
  ///
  /// - Parameter limit: how many to return at most; all without one.
  public func runs(sortedBy sort: RunSort = .newestFirst, limit: Int? = nil) throws -> (
    runs: [Run], total: Int
  ) {
    try read { database in
      let total = try Int.fetchOne(database, sql: "SELECT count(*) FROM run") ?? 0
      var keys = try sortedKeys(database, sort, limit)
      if let limit, keys.count > limit { keys.removeLast(keys.count - max(0, limit)) }
      return (try load(database, keys), total)
    }
  }

  /// What one run is ordered by.
  private enum SortValue {
    case number(Double)
    case text(String)
    case nan
    case missing

    init(_ value: DatabaseValue) {
      switch value.storage {
      case .int64(let value): self = .number(Double(value))
      case .double(let value): self = .number(value)
      case .string(let value): self = value == "NaN" ? .nan : .text(value)
      case .blob, .null: self = .missing
      }
    }

    /// Numbers, texts, NaN, missing.
    var rank: Int {
      switch self {
      case .number: 0
      case .text: 1
      case .nan: 2
      case .missing: 3
      }
    }

    /// -1, 0 or 1 where the first comes before, with or after the second.
    static func compare(_ first: SortValue, _ second: SortValue, isAscending: Bool) -> Int {
      let order =
        switch (first, second) {
        case (.number(let first), .number(let second)): first < second ? -1 : first > second ? 1 : 0
        case (.text(let first), .text(let second)): first < second ? -1 : first > second ? 1 : 0
        default: 0
        }
      if order != 0 { return isAscending ? order : -order }
      let ranks = first.rank - second.rank
      // Numbers and texts change places with the direction; NaN and missing stay last.
      if first.rank < 2 && second.rank < 2 && !isAscending { return -ranks.signum() }
      return ranks.signum()
    }
  }

  private func sortedKeys(_ database: Database, _ sort: RunSort, _ limit: Int?) throws -> [Int64] {
    var arguments: StatementArguments = []
    let sql: String
    switch sort.key {
    case .field(.createdAt):
      let direction = sort.isAscending ? "ASC" : "DESC"
      return try Int64.fetchAll(
        database,
        sql: """
          SELECT id FROM run ORDER BY created_at \(direction), id \(direction) LIMIT ?
          """, arguments: [limit ?? -1])
    case .field(.status): sql = "SELECT id, status FROM run"
    case .field(.id): sql = "SELECT id, run_id FROM run"
    case .field(let field): sql = "SELECT id, \(field.rawValue) FROM run"
    case .metric(let name):
      sql = """
        SELECT run.id, iif(count > 0, coalesce(last, 'NaN'), NULL) FROM run
        LEFT JOIN series ON series.run = run.id AND series.name = ?
        """
      arguments = [name]
    case .parameter(let key):
      sql = """
        SELECT run.id, value FROM run LEFT JOIN setting ON setting.run = run.id AND key = ?
        """
      arguments = [key]
    case .tag(let key):
      sql = "SELECT run.id, value FROM run LEFT JOIN tag ON tag.run = run.id AND key = ?"
      arguments = [key]
    }
    var values = try Row.fetchAll(
      database, sql: sql + " ORDER BY run.created_at DESC, run.id DESC", arguments: arguments
    ).map { (key: try $0.integer(0), value: SortValue($0.value(1))) }
    if sort.key == .field(.status) {
      let statuses = try liveStatuses(database, values.map(\.key))
      values = values.map { ($0.key, statuses[$0.key].map { .text($0.rawValue) } ?? $0.value) }
    }
    return values.enumerated().sorted { first, second in
      let order = SortValue.compare(
        first.element.value, second.element.value, isAscending: sort.isAscending)
      return order == 0 ? first.offset < second.offset : order < 0
    }.map(\.element.key)
  }

  /// Loads runs by their keys, in the order of the keys.
  func load(_ database: Database, _ keys: [Int64]) throws -> [Run] {
    let list: StatementArguments = ["[" + keys.map(String.init).joined(separator: ",") + "]"]
    let among = "IN (SELECT value FROM json_each(?))"
    var settings: [Int64: [String: ParameterValue]] = [:]
    try forEachRow(
      database, "SELECT run, key, kind, value FROM setting WHERE run \(among)", list
    ) { settings[try $0.integer(0), default: [:]][try $0.text(1)] = try ParameterValue($0, 2) }
    var metrics: [Int64: [String: MetricSummary]] = [:]
    try forEachRow(
      database, "SELECT run, \(SeriesRow.columns) FROM series WHERE run \(among)", list
    ) { row in
      let series = try SeriesRow(row, from: 1)
      metrics[try row.integer(0), default: [:]][series.name] = series.summary
    }
    var tags: [Int64: [String: String]] = [:]
    try forEachRow(database, "SELECT run, key, value FROM tag WHERE run \(among)", list) {
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
      FROM run WHERE id \(among)
      """, list
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
