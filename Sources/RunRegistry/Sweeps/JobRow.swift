import Foundation
import GRDB
import RunModel

/// The row of a job.
struct JobRow {
  /// The process of its last claim.
  struct Lease: Hashable {
    var process: ProcessIdentity
    /// Its last sign of life.
    var heartbeatAt: Int64
  }

  var sweep: Int64
  var key: Job.Key
  var entry: Int?
  var epochs: Int
  var state: Job.State
  var run: String?
  var value: Double?
  var reached: Int?
  var failure: String?
  var attempt = 1
  var tries = 1
  var vanished = 0
  /// The step of the run's newest checkpoint when the job was claimed last.
  var triedStep: Int?
  var startedAt: Int64
  var endedAt: Int64?
  /// `nil` where nobody trained it here.
  var lease: Lease?
  var revision = 0

  static let columns =
    "sweep, point, seed, rung, entry, epochs, state, run_id, value, reached, failure, attempt, tries, "
    + "vanished, tried_step, started_at, ended_at, host, pid_namespace, boot_id, pid, process_started, "
    + "heartbeat_at, revision"

  /// A job that comes into being.
  init(sweep: Int64, _ claim: JobClaim, _ state: Job.State, at now: Timestamp) {
    self.sweep = sweep
    key = claim.key
    entry = claim.entry
    epochs = claim.epochs
    self.state = state
    startedAt = now.microseconds
  }

  init(_ row: some StoredRow) throws {
    sweep = try row.integer(0)
    key = Job.Key(
      point: try row.count(1, in: SweepRow.points), seed: try row.count(2),
      rung: try row.count(3, in: SweepRow.rungs))
    entry = try row.optionalCount(4)
    epochs = try row.count(5, in: 1...1 << 31)
    guard let state = Job.State(rawValue: try row.text(6)) else { throw row.unexpected }
    self.state = state
    run = try row.optionalText(7)
    value = try row.optionalReal(8)
    reached = try row.optionalCount(9)
    failure = try row.optionalText(10)
    attempt = try row.count(11, in: 1...1 << 31)
    tries = try row.count(12)
    vanished = try row.count(13)
    triedStep = try row.optionalInteger(14).map(Int.init)
    startedAt = try row.integer(15)
    endedAt = try row.optionalInteger(16)
    if let host = try row.optionalText(17) {
      guard let pid = Int32(exactly: try row.integer(20)) else { throw row.unexpected }
      lease = Lease(
        process: ProcessIdentity(
          host: host, pidNamespace: try row.text(18), bootID: try row.text(19), pid: pid,
          startTicks: try row.integer(21)), heartbeatAt: try row.integer(22))
    }
    // One that runs is somebody's.
    guard state != .running || lease != nil else { throw row.unexpected }
    revision = try row.count(23)
  }

  /// The row of a key; `nil` where there is none.
  static func find(_ database: Database, sweep: Int64, _ key: Job.Key) throws -> JobRow? {
    try database.rows(
      """
      SELECT \(columns) FROM job WHERE sweep = ? AND point = ? AND seed = ? AND rung = ?
      """, [sweep, key.point, key.seed, key.rung]
    ) { try JobRow($0) }.first
  }

  /// A sweep's jobs that changed after a revision, in the order of their changes.
  static func fetchAll(
    _ database: Database, sweep: Int64, after revision: Int = 0
  ) throws -> [JobRow] {
    try database.rows(
      "SELECT \(columns) FROM job WHERE sweep = ? AND revision > ? ORDER BY revision",
      [sweep, revision]
    ) { try JobRow($0) }
  }

  /// What `job.seal` holds: of all but the heartbeat, which is renewed every few seconds.
  var rowSeal: Seal {
    var row = RowHash()
    row.add("job", state.rawValue)
    row.add(Int64(key.point), Int64(key.seed), Int64(key.rung), Int64(epochs))
    row.add(entry.map(Int64.init))
    row.add(run)
    if let value { row.add(value) } else { row.add(Int64?.none) }
    row.add(reached.map(Int64.init))
    row.add(failure)
    row.add(Int64(attempt), Int64(tries), Int64(vanished))
    row.add(triedStep.map(Int64.init))
    row.add(startedAt)
    row.add(endedAt)
    row.add(lease?.process.host)
    if let process = lease?.process {
      row.add(process.pidNamespace, process.bootID)
      row.add(Int64(process.pid), process.startTicks)
    }
    row.add(Int64(revision))
    return row.seal
  }

  /// Whether it is claimed and its process is gone.
  func isAbandoned(_ liveness: Liveness, now: Timestamp) -> Bool {
    guard state == .running, let lease else { return false }
    return liveness.status(
      stored: .running, process: lease.process,
      heartbeat: Timestamp(microseconds: lease.heartbeatAt), now: now) == .crashed
  }

  /// The job as a reader sees it.
  ///
  /// - Throws: `DatabaseError` where its run's id is none.
  func job(_ liveness: Liveness, now: Timestamp) throws -> Job {
    Job(
      key: key, entry: entry, epochs: epochs, state: state, run: try runID, value: value,
      reached: reached, failure: failure, attempt: attempt, tries: tries,
      startedAt: Timestamp(microseconds: startedAt),
      endedAt: endedAt.map(Timestamp.init(microseconds:)),
      worker: state == .running ? lease.map { "\($0.process.host):\($0.process.pid)" } : nil,
      isAbandoned: isAbandoned(liveness, now: now), revision: revision)
  }

  /// The run that it trains.
  var runID: RunID? {
    get throws {
      guard let run else { return nil }
      guard let id = RunID(rawValue: run) else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
      return id
    }
  }
}

extension Transaction {
  /// Writes a job's new row, as the sweep's newest change.
  func insert(_ new: JobRow) throws {
    var row = new
    row.revision = try nextRevision(of: row.sweep)
    let seal = row.rowSeal
    try execute(
      """
      INSERT INTO job(\(JobRow.columns), seal)
      VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
      """,
      [row.sweep, row.key.point, row.key.seed, row.key.rung, row.entry]
        + row.changing + [row.revision, Data(seal.bytes)])
    addSeal(seal, ofSweep: row.sweep)
  }

  /// Changes a job's row, as the sweep's newest change.
  func update(_ old: JobRow, _ change: (inout JobRow) -> Void) throws {
    var row = old
    change(&row)
    row.revision = try nextRevision(of: row.sweep)
    let seal = row.rowSeal
    try execute(
      """
      UPDATE job SET epochs = ?, state = ?, run_id = ?, value = ?, reached = ?, failure = ?,
        attempt = ?, tries = ?, vanished = ?, tried_step = ?, started_at = ?, ended_at = ?,
        host = ?, pid_namespace = ?, boot_id = ?, pid = ?, process_started = ?, heartbeat_at = ?, revision = ?,
        seal = ?
      WHERE sweep = ? AND point = ? AND seed = ? AND rung = ?
      """,
      row.changing + [
        row.revision, Data(seal.bytes), row.sweep, row.key.point, row.key.seed, row.key.rung,
      ])
    addSeal(seal - old.rowSeal, ofSweep: row.sweep)
  }

  private func nextRevision(of sweep: Int64) throws -> Int {
    let statement = try database.cachedStatement(
      sql: "SELECT coalesce(max(revision), 0) FROM job WHERE sweep = ?")
    return try Int(Row.fetchOne(statement, arguments: [sweep])?.integer(0) ?? 0) + 1
  }
}

extension JobRow {
  /// The columns from `epochs` to `heartbeat_at`.
  fileprivate var changing: StatementArguments {
    [
      epochs, state.rawValue, run, value, reached, failure, attempt, tries, vanished, triedStep,
      startedAt, endedAt, lease?.process.host, lease?.process.pidNamespace, lease?.process.bootID,
      lease?.process.pid, lease?.process.startTicks, lease?.heartbeatAt,
    ]
  }
}
