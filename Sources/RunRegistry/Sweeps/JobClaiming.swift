import GRDB
import RunModel

extension Transaction {
  /// Writes a job's row, and its trial's where that is new, as claimed by a process.
  ///
  /// - Returns: `nil` where there is a row of its key, the sweep is stopped, or it was extended since the
  ///   decision.
  /// - Throws: `RegistryError` `.invalid` where the point is stored with other values.
  func claim(
    _ claim: JobClaim, in sweep: SweepRow, _ process: ProcessIdentity
  ) throws -> JobLease? {
    guard !sweep.isStopped, claim.extents ?? sweep.extents.count == sweep.extents.count,
      try store(claim.trial, of: sweep),
      try JobRow.find(database, sweep: sweep.key, claim.key) == nil
    else { return nil }
    var row = JobRow(sweep: sweep.key, claim, .running, at: now)
    row.run = try runOfLowerRung(claim.key, of: sweep.key)
    row.triedStep = try newestStep(of: row.run)
    row.lease = JobRow.Lease(process: process, heartbeatAt: now.microseconds)
    try insert(row)
    return try JobLease(row, of: sweep.name)
  }

  /// Stores a trial where it is new.
  ///
  /// - Returns: whether the one that is stored is the same: always, for others are thrown.
  private func store(_ trial: Trial, of sweep: SweepRow) throws -> Bool {
    guard let stored = try Trial.find(database, sweep: sweep.key, number: trial.number) else {
      try insert(trial, of: sweep.key)
      return true
    }
    guard stored == trial else {
      throw RegistryError(
        .invalid,
        "Point \(trial.number) of sweep \(sweep.name) is stored with \(stored.words), and this process "
          + "came to \(trial.words): its gan-runs or its machine decides otherwise than the one that began "
          + "the sweep. 'gan-runs sweep verify \(sweep.name)' compares all points.")
    }
    return true
  }

  /// Claims a job that waits, failed or whose process is gone.
  ///
  /// - Returns: `nil` where it is none of these, another claim came first, or the sweep is stopped.
  func takeOver(
    _ key: Job.Key, attempt: Int, in sweep: SweepRow, _ liveness: Liveness
  ) throws -> JobLease? {
    guard !sweep.isStopped, let old = try JobRow.find(database, sweep: sweep.key, key),
      old.attempt == attempt
    else { return nil }
    switch old.state {
    case .waiting, .failed: break
    case .running: guard old.isAbandoned(liveness, now: now) else { return nil }
    case .done, .stopped, .diverged: return nil
    }
    let step = try newestStep(of: old.run)
    let cameFurther = (step ?? 0) > (old.triedStep ?? 0)
    var row = old
    row.state = .running
    row.attempt += 1
    if cameFurther {
      (row.tries, row.vanished) = (1, 0)
    } else if old.state == .running {
      // A kill from outside looks like a crash: it is not counted as a failure of the job.
      (row.tries, row.vanished) = (max(1, old.tries), old.vanished + 1)
    } else {
      row.tries += 1
    }
    row.triedStep = step
    (row.value, row.reached, row.failure, row.endedAt) = (nil, nil, nil, nil)
    row.startedAt = now.microseconds
    row.lease = JobRow.Lease(process: liveness.observer, heartbeatAt: now.microseconds)
    try update(old) { $0 = row }
    return try JobLease(row, of: sweep.name)
  }

  /// Stores the end of a job, and what that means for the sweep.
  ///
  /// - Returns: whether the lease was still held; else nothing is stored.
  func finish(
    _ lease: JobLease, as state: Job.State, value: Double?, reached: Int?, failure: String?
  ) throws -> Bool {
    guard let row = try held(lease) else { return false }
    try update(row) {
      $0.state = state
      $0.value = value.flatMap { $0.isFinite ? $0 : nil }
      $0.reached = reached
      $0.failure = failure
      $0.endedAt = now.microseconds
    }
    let sweep = try SweepRow.fetch(key: lease.sweepKey, database)
    let failures =
      switch state {
      case .failed: sweep.failuresInRow + 1
      case .done, .stopped, .diverged: 0
      // A try that is to be made again says nothing yet.
      case .running, .waiting: sweep.failuresInRow
      }
    if failures != sweep.failuresInRow { try update(sweep) { $0.failuresInRow = failures } }
    return true
  }

  /// Gives a job back to whoever comes next; the claim does not count as a try.
  func release(_ lease: JobLease) throws {
    guard let row = try held(lease) else { return }
    try update(row) {
      $0.state = .waiting
      $0.tries = max(0, $0.tries - 1)
      $0.lease = nil
    }
  }

  /// Writes what a point that repeats an earlier one takes from it, also in the place of a row that waits for
  /// that.
  ///
  /// - Returns: whether that is new.
  func record(
    _ claim: JobClaim, as state: Job.State, run: RunID?, value: Double?, reached: Int?,
    failure: String?, in sweep: SweepRow
  ) throws -> Bool {
    _ = try store(claim.trial, of: sweep)
    let old = try JobRow.find(database, sweep: sweep.key, claim.key)
    var row = old ?? JobRow(sweep: sweep.key, claim, state, at: now)
    let isCurrent =
      !sweep.isStopped && claim.extents ?? sweep.extents.count == sweep.extents.count
    guard old == nil ? isCurrent : row.state == .waiting && state != .waiting else { return false }
    row.state = state
    row.run = run?.rawValue
    row.value = value.flatMap { $0.isFinite ? $0 : nil }
    row.reached = reached
    row.failure = failure
    row.endedAt = state == .waiting ? nil : now.microseconds
    if let old { try update(old) { $0 = row } } else { try insert(row) }
    return true
  }

  /// Says which run a job trains.
  ///
  /// - Throws: `LeaseLost` where the lease is no longer held.
  func link(_ lease: JobLease, to run: RunID) throws {
    guard let row = try held(lease) else { throw LeaseLost(lease) }
    if row.run != run.rawValue { try update(row) { $0.run = run.rawValue } }
  }

  /// Notes a sign of life of whoever trains a job.
  func beat(_ lease: JobLease) throws {
    let key = lease.job
    try execute(
      """
      UPDATE job SET heartbeat_at = ?
      WHERE sweep = ? AND point = ? AND seed = ? AND rung = ? AND attempt = ? AND state = 'running'
      """, [now.microseconds, lease.sweepKey, key.point, key.seed, key.rung, lease.attempt])
  }

  /// The row of a job as long as a lease of it is held: no later claim and no end came between.
  private func held(_ lease: JobLease) throws -> JobRow? {
    guard let row = try JobRow.find(database, sweep: lease.sweepKey, lease.job),
      row.attempt == lease.attempt, row.state == .running
    else { return nil }
    return row
  }

  /// The run that a point has with a seed from the rung below.
  private func runOfLowerRung(_ key: Job.Key, of sweep: Int64) throws -> String? {
    guard key.rung > 0 else { return nil }
    return try database.rows(
      """
      SELECT run_id FROM job WHERE sweep = ? AND point = ? AND seed = ? AND rung < ?
      ORDER BY rung DESC LIMIT 1
      """, [sweep, key.point, key.seed, key.rung]
    ) { try $0.optionalText(0) }.first ?? nil
  }

  /// The step of a run's newest visible checkpoint.
  private func newestStep(of run: String?) throws -> Int? {
    guard let run else { return nil }
    return try database.rows(
      """
      SELECT max(checkpoint.step) FROM run
      JOIN checkpoint ON checkpoint.run = run.id
      JOIN attempt ON attempt.run = checkpoint.run AND attempt.number = checkpoint.attempt
      WHERE run_id = ? AND (visible_to IS NULL OR checkpoint.step <= visible_to)
      """, [run]
    ) { try $0.optionalInteger(0).map(Int.init) }.first ?? nil
  }
}

extension SweepRow {
  /// The row of a key.
  fileprivate static func fetch(key: Int64, _ database: Database) throws -> SweepRow {
    let statement = try database.cachedStatement(sql: "SELECT \(columns) FROM sweep WHERE id = ?")
    guard let row = try Row.fetchOne(statement, arguments: [key]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT)
    }
    return try SweepRow(row, database)
  }
}

extension Trial {
  /// Its values, for a person: `lr 0.1, loss hinge`.
  var words: String {
    let values = parameters.map { "\($0.key) \($0.value)" }
    let list = values.isEmpty ? "no values" : values.joined(separator: ", ")
    return repeats.map { "\(list), a repeat of point \($0)" } ?? list
  }
}
