import Foundation
import GRDB
import RunModel

/// The row of a run, without what follows from other rows.
struct RunRow {
  var key: Int64
  var id: String
  var name: String
  var experiment: String
  var status: RunStatus
  var createdAt: Int64
  var endedAt: Int64?
  var failure: String?
  var parent: String?
  var parentDigest: [UInt8]?
  var deletedAt: Int64?

  static let columns =
    "id, run_id, name, experiment, status, created_at, ended_at, failure, parent_run_id, "
    + "parent_digest, deleted_at"

  init(
    key: Int64, id: String, name: String, experiment: String, createdAt: Int64, parent: Run.Parent?
  ) {
    self.key = key
    self.id = id
    self.name = name
    self.experiment = experiment
    status = .running
    self.createdAt = createdAt
    self.parent = parent?.id.rawValue
    parentDigest = parent?.checkpointDigest.bytes
  }

  init(_ row: some StoredRow) throws {
    key = try row.integer(0)
    id = try row.text(1)
    name = try row.text(2)
    experiment = try row.text(3)
    status = try row.status(4)
    createdAt = try row.integer(5)
    endedAt = try row.optionalInteger(6)
    failure = try row.optionalText(7)
    parent = try row.optionalText(8)
    parentDigest = row.kind(9) == .null ? nil : try row.decodeBytes(9)
    deletedAt = try row.optionalInteger(10)
  }

  /// The row of an id, deleted or not; `nil` where there is none.
  static func find(_ database: Database, id: RunID) throws -> RunRow? {
    try Row.fetchOne(
      database, sql: "SELECT \(columns) FROM run WHERE run_id = ?", arguments: [id.rawValue]
    ).map(RunRow.init)
  }

  /// The row of an id.
  ///
  /// - Throws: `RegistryError` `.missing` where there is none, or it was deleted.
  static func fetch(_ database: Database, id: RunID) throws -> RunRow {
    guard let row = try find(database, id: id) else {
      throw RegistryError(.missing, "There is no run \(id). List runs with 'gan-runs list'.")
    }
    guard row.deletedAt == nil else {
      throw RegistryError(
        .missing, "Run \(id) was deleted. Take that back with 'gan-runs restore \(id)'.")
    }
    return row
  }

  /// The row of a key.
  static func fetch(_ database: Database, key: Int64) throws -> RunRow {
    let statement = try database.cachedStatement(sql: "SELECT \(columns) FROM run WHERE id = ?")
    guard let row = try Row.fetchOne(statement, arguments: [key]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT)
    }
    return try RunRow(row)
  }

  /// The seal of a run as it is stored.
  static func seal(of key: Int64, _ database: Database) throws -> Seal {
    let statement = try database.cachedStatement(sql: "SELECT seal FROM run WHERE id = ?")
    guard let row = try Row.fetchOne(statement, arguments: [key]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT)
    }
    return try row.seal(0)
  }

  var sealed: SealedRow {
    .run(
      id: id, name: name, experiment: experiment, status: status.rawValue, createdAt: createdAt,
      endedAt: endedAt, failure: failure, parent: parent, parentDigest: parentDigest,
      deletedAt: deletedAt)
  }
}

/// The row of an attempt.
struct AttemptRow {
  var run: Int64
  var number: Int
  var startStep: Int
  var visibleTo: Int?
  var startedAt: Int64
  var endedAt: Int64?
  var status: RunStatus
  var process: ProcessIdentity
  var heartbeatAt: Int64

  /// `visible_to` where no step is visible; of a run's last attempt, where a collection removes the run.
  static let nothingVisible = -1

  static let columns =
    "run, number, start_step, visible_to, started_at, ended_at, status, host, pid_namespace, "
    + "boot_id, pid, process_started, heartbeat_at"

  init(run: Int64, number: Int, startStep: Int, at now: Timestamp, _ process: ProcessIdentity) {
    self.run = run
    self.number = number
    self.startStep = startStep
    startedAt = now.microseconds
    status = .running
    self.process = process
    heartbeatAt = now.microseconds
  }

  init(_ row: some StoredRow) throws {
    run = try row.integer(0)
    number = try Int(row.integer(1))
    startStep = try Int(row.integer(2))
    visibleTo = try row.optionalInteger(3).map(Int.init)
    startedAt = try row.integer(4)
    endedAt = try row.optionalInteger(5)
    status = try row.status(6)
    guard let pid = Int32(exactly: try row.integer(10)) else { throw row.unexpected }
    process = ProcessIdentity(
      host: try row.text(7), pidNamespace: try row.text(8), bootID: try row.text(9), pid: pid,
      startTicks: try row.integer(11))
    heartbeatAt = try row.integer(12)
  }

  /// A run's attempts in their order.
  static func fetchAll(_ database: Database, run: Int64) throws -> [AttemptRow] {
    try database.rows("SELECT \(columns) FROM attempt WHERE run = ? ORDER BY number", [run]) {
      try AttemptRow($0)
    }
  }

  var sealed: SealedRow {
    .attempt(
      number: number, startStep: startStep, visibleTo: visibleTo, startedAt: startedAt,
      endedAt: endedAt, status: status.rawValue, process)
  }

  /// Refuses what may not be done to a run while a process trains it.
  ///
  /// - Throws: `RegistryError` `.refused`, with host and pid.
  func refuseIfTraining(_ id: String, _ liveness: Liveness, now: Timestamp) throws {
    let status = liveness.status(
      stored: status, process: process, heartbeat: Timestamp(microseconds: heartbeatAt), now: now)
    guard status != .running else {
      throw RegistryError(
        .refused,
        "Run \(id) is being trained by process \(process.pid) on \(process.host). Wait for it, or "
          + "stop it first.")
    }
  }
}

extension Transaction {
  /// A key that no run has; SQLite would give the same, but a run's first rows are sealed under it.
  func unusedRunKey() throws -> Int64 {
    let last = try Row.fetchOne(database, sql: "SELECT coalesce(max(id), 0) FROM run")
    return try (last?.integer(0) ?? 0) + 1
  }

  /// Writes a run's new row.
  func insert(_ row: RunRow) throws {
    try execute(
      "INSERT INTO run(\(RunRow.columns), seal) VALUES(?,?,?,?,?,?,?,?,?,?,?, zeroblob(32))",
      [
        row.key, row.id, row.name, row.experiment, row.status.rawValue, row.createdAt, row.endedAt,
        row.failure, row.parent, row.parentDigest.map { Data($0) }, row.deletedAt,
      ])
    seal(row.sealed, of: row.key)
    sealProgress(of: row.key)
  }

  /// Takes an attempt's last sign of life into its run's seal, as long as it has not ended.
  private func sealHeartbeat(of row: AttemptRow) {
    let heartbeat = SealedRow.heartbeat(attempt: row.number, time: row.heartbeatAt)
    setSeal(heartbeat.part, to: row.status == .running ? heartbeat : nil, of: row.run)
  }

  /// Notes a sign of life of an attempt.
  func beat(_ attempt: AttemptKey) throws {
    guard
      let row = try AttemptRow.fetchAll(database, run: attempt.run)
        .first(where: {
          $0.number == attempt.number && $0.startedAt == attempt.startedAt.microseconds
        })
    else { return }
    try update(row) { $0.heartbeatAt = now.microseconds }
  }

  /// Changes a run's state.
  func update(run key: Int64, status: RunStatus, endedAt: Int64?, failure: String?) throws {
    try update(RunRow.fetch(database, key: key)) {
      ($0.status, $0.endedAt, $0.failure) = (status, endedAt, failure)
    }
  }

  /// Changes what may change of a run's row: its names, its state, and whether it is deleted.
  func update(_ old: RunRow, _ change: (inout RunRow) -> Void) throws {
    var row = old
    change(&row)
    unseal(old.sealed, of: old.key)
    try execute(
      """
      UPDATE run SET name = ?, experiment = ?, status = ?, ended_at = ?, failure = ?, deleted_at = ?
      WHERE id = ?
      """,
      [
        row.name, row.experiment, row.status.rawValue, row.endedAt, row.failure, row.deletedAt,
        row.key,
      ])
    seal(row.sealed, of: row.key)
  }

  /// Writes an attempt's new row and what it runs on.
  func insert(_ row: AttemptRow, environment: RunEnvironment) throws {
    try execute(
      "INSERT INTO attempt(\(AttemptRow.columns)) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
      [
        row.run, row.number, row.startStep, row.visibleTo, row.startedAt, row.endedAt,
        row.status.rawValue, row.process.host, row.process.pidNamespace, row.process.bootID,
        row.process.pid, row.process.startTicks, row.heartbeatAt,
      ])
    seal(row.sealed, of: row.run)
    sealHeartbeat(of: row)
    for (name, value) in environment.facts.sorted(by: { $0.key < $1.key }) {
      try execute(
        "INSERT INTO environment(run, attempt, name, value) VALUES(?,?,?,?)",
        [row.run, row.number, name, value])
      seal(.environment(attempt: row.number, name: name, value: value), of: row.run)
    }
  }

  /// Changes an attempt's state and reach.
  func update(_ old: AttemptRow, _ change: (inout AttemptRow) -> Void) throws {
    var row = old
    change(&row)
    unseal(old.sealed, of: old.run)
    try execute(
      """
      UPDATE attempt SET start_step = ?, status = ?, ended_at = ?, visible_to = ?, heartbeat_at = ?
      WHERE run = ? AND number = ?
      """,
      [
        row.startStep, row.status.rawValue, row.endedAt, row.visibleTo, row.heartbeatAt, row.run,
        row.number,
      ])
    seal(row.sealed, of: row.run)
    sealHeartbeat(of: row)
  }

  /// The value of a setting; `nil` where the run has none of that key.
  func setting(_ key: String, of run: Int64) throws -> ParameterValue? {
    let statement = try database.cachedStatement(
      sql: "SELECT kind, value FROM setting WHERE run = ? AND key = ?")
    return try Row.fetchOne(statement, arguments: [run, key]).map { try ParameterValue($0, 0) }
  }

  /// Writes or replaces one setting of a run.
  func set(_ key: String, _ value: ParameterValue, of run: Int64) throws {
    if let old = try setting(key, of: run) { unseal(.setting(key: key, old), of: run) }
    try execute(
      """
      INSERT INTO setting(run, key, kind, value) VALUES(?,?,?,?)
      ON CONFLICT DO UPDATE SET kind = excluded.kind, value = excluded.value
      """, [run, key, value.kind, value.stored])
    seal(.setting(key: key, value), of: run)
  }

  /// Writes or replaces one tag of a run.
  func set(tag key: String, to value: String, of run: Int64) throws {
    let statement = try database.cachedStatement(
      sql: "SELECT value FROM tag WHERE run = ? AND key = ?")
    if let old = try Row.fetchOne(statement, arguments: [run, key]) {
      unseal(.tag(key: key, value: try old.text(0)), of: run)
    }
    try execute(
      """
      INSERT INTO tag(run, key, value) VALUES(?,?,?)
      ON CONFLICT DO UPDATE SET value = excluded.value
      """, [run, key, value])
    seal(.tag(key: key, value: value), of: run)
  }
}

extension ParameterValue {
  /// Whether it is the number that is none, which equals nothing.
  var isNaN: Bool { doubleValue?.isNaN ?? false }

  /// The name of its kind in the schema.
  var kind: String {
    switch self {
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .text: "text"
    }
  }

  /// What SQLite keeps of it; it would turn NaN into NULL.
  var stored: DatabaseValue {
    switch self {
    case .boolean(let value): (value ? 1 : 0).databaseValue
    case .integer(let value): value.databaseValue
    case .number(let value): value.isNaN ? "NaN".databaseValue : value.databaseValue
    case .text(let value): value.databaseValue
    }
  }

  /// A setting from its kind and value, which stand in two columns.
  init(_ row: some StoredRow, _ column: Int) throws {
    switch (try row.text(column), row.kind(column + 1)) {
    case ("boolean", .integer): self = .boolean(try row.wideInteger(column + 1) != 0)
    case ("integer", .integer): self = .integer(try row.wideInteger(column + 1))
    case ("number", .real): self = .number(try row.real(column + 1))
    case ("number", .text) where try row.text(column + 1) == "NaN": self = .number(.nan)
    case ("text", .text): self = .text(try row.text(column + 1))
    default: throw row.unexpected
    }
  }
}
