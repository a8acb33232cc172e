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
  ///   - fields: the settings, tags and numbers of metrics that are loaded at least; all of them without a
  ///     list.
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
      let running = try database.rows("SELECT id FROM run WHERE status = 'running'", []) {
        try $0.integer(0)
      }
      crashed = try liveStatuses(database, running).filter { $0.value == .crashed }.map(\.key)
    }
    let query = RunQuery(
      filter: filter, sort: sort, crashed: crashed, now: clock(),
      // Of filtered runs all are counted.
      limit: filter == nil ? limit.map { max(0, $0) } : nil)
    return try database.rows(query.sql, query.arguments) { try $0.integer(0) }
  }

  /// Loads runs by their keys, in the order of the keys.
  ///
  /// - Parameter fields: the settings, tags and numbers of metrics that are loaded at least; all of them
  ///   without a list.
  func load(
    _ database: Database, _ keys: [Int64], _ fields: [RunField]? = nil
  ) throws -> [Run] {
    let chosen = try ChosenRuns(keys, database)
    let (parameters, names, tagKeys) = (fields?.parameters, fields?.metrics, fields?.tags)
    var settings = [[String: ParameterValue]](repeating: [:], count: keys.count)
    try chosen.forEachRow(
      "setting.key, kind, setting.value", of: "setting", "key", among: parameters, database
    ) { row, place in
      settings[place].makeRoom(for: parameters?.count)
      settings[place][try row.text(1)] = try ParameterValue(row, 2)
    }
    var metrics = [[String: MetricSummary]](repeating: [:], count: keys.count)
    let columns = SummaryColumns(for: fields?.aspects)
    try chosen.forEachRow(
      "name, \(columns.sql)", of: "series", "name", among: names, database
    ) { row, place in
      metrics[place].makeRoom(for: names?.count)
      metrics[place][try row.text(1)] = try columns.summary(of: row, from: 2)
    }
    var tags = [[String: String]](repeating: [:], count: keys.count)
    try chosen.forEachRow("tag.key, tag.value", of: "tag", "key", among: tagKeys, database) {
      tags[$1][try $0.text(1)] = try $0.text(2)
    }
    let statuses = try liveStatuses(database, keys)
    let trials = try fields?.haveTrial == false ? [:] : trials(database, chosen)
    return try database.rows(
      """
      SELECT \(qualified(RunRow.columns, by: "run")), epoch, step, images, checkpoints,
        (SELECT text FROM note WHERE note.run = run.id),
        CASE WHEN status IN ('running', 'crashed') THEN
          (SELECT heartbeat_at FROM attempt WHERE attempt.run = run.id ORDER BY number DESC LIMIT 1)
        END, chosen.key
      FROM json_each(?) AS chosen CROSS JOIN run ON run.id = chosen.value
      """, [chosen.list]
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
      let place = try Int(row.integer(17))
      return Run(
        id: id, name: stored.name, experiment: stored.experiment, status: status,
        createdAt: Timestamp(microseconds: stored.createdAt),
        endedAt: endedAt.map(Timestamp.init(microseconds:)), epoch: try Int(row.integer(11)),
        step: try Int(row.integer(12)), images: try Int(row.integer(13)),
        parameters: settings[place], metrics: metrics[place], tags: tags[place],
        note: try row.optionalText(15), parent: parent,
        checkpoints: try Int(row.integer(14)), failure: stored.failure,
        deletedAt: stored.deletedAt.map(Timestamp.init(microseconds:)), trial: trials[stored.key])
    }
  }

  /// The sweep and trial of those runs that are of one.
  private func trials(
    _ database: Database, _ chosen: ChosenRuns
  ) throws -> [Int64: Run.SweepTrial] {
    // Most registries have no sweep.
    guard try !database.rows("SELECT 1 FROM sweep LIMIT 1", [], { _ in true }).isEmpty else {
      return [:]
    }
    var trials: [Int64: (sweep: Int64, trial: Run.SweepTrial)] = [:]
    try database.forEachRow(
      """
      SELECT run.id, job.sweep, sweep.name, job.point FROM json_each(?) AS chosen
      CROSS JOIN run ON run.id = chosen.value
      CROSS JOIN job ON job.run_id = run.run_id CROSS JOIN sweep ON sweep.id = job.sweep
      """, [chosen.list]
    ) { row in
      let (run, sweep) = (try row.integer(0), try row.integer(1))
      let trial = Run.SweepTrial(sweep: try row.text(2), number: try Int(row.integer(3)))
      // Of points that repeat one another the run is the first's.
      if let known = trials[run], (known.sweep, known.trial.number) <= (sweep, trial.number) {
        return
      }
      trials[run] = (sweep, trial)
    }
    return trials.mapValues(\.trial)
  }

  /// The status, as it stands now, of those runs that are stored as running.
  private func liveStatuses(_ database: Database, _ keys: [Int64]) throws -> [Int64: RunStatus] {
    var statuses: [Int64: RunStatus] = [:]
    // Of most registries at most times none.
    let running = try database.rows("SELECT id FROM run WHERE status = 'running' LIMIT 1", []) {
      try $0.integer(0)
    }
    guard !running.isEmpty else { return [:] }
    let now = clock()
    try database.forEachRow(
      """
      SELECT \(qualified(AttemptRow.columns, by: "attempt")) FROM run
      JOIN attempt ON attempt.run = run.id
      WHERE run.status = 'running' AND run.id IN (SELECT value FROM json_each(?))
      ORDER BY attempt.run, attempt.number
      """, [ChosenRuns.list(keys)]
    ) { row in
      let attempt = try AttemptRow(row)
      statuses[attempt.run] = liveness.status(
        stored: .running, process: attempt.process,
        heartbeat: Timestamp(microseconds: attempt.heartbeatAt), now: now)
    }
    return statuses
  }
}

extension Dictionary {
  /// Makes room for as many values as there may be, before the first comes.
  fileprivate mutating func makeRoom(for count: Int?) {
    if isEmpty, let count { reserveCapacity(count) }
  }
}

extension [RunField] {
  fileprivate var haveTrial: Bool { contains(.own(.sweep)) || contains(.own(.trial)) }

  fileprivate var parameters: [String] {
    compactMap { if case .parameter(let key) = $0 { key } else { nil } }
  }

  fileprivate var metrics: [String] {
    let names: [String] = compactMap { if case .metric(let name, _) = $0 { name } else { nil } }
    return [String](Set(names))
  }

  fileprivate var aspects: Set<RunField.Aspect> {
    Set(compactMap { if case .metric(_, let aspect) = $0 { aspect } else { nil } })
  }

  fileprivate var tags: [String] { compactMap { if case .tag(let key) = $0 { key } else { nil } } }
}
