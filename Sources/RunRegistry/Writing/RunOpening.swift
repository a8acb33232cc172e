import GRDB
import RunModel

/// What a run starts with.
struct RunPlan: Sendable {
  var name: String
  var experiment: String
  var parameters: [String: ParameterValue]
  var environment: RunEnvironment
  var parent: Run.Parent?
}

extension Transaction {
  /// Writes a new run with its first attempt.
  func begin(_ plan: RunPlan, id: RunID, by process: ProcessIdentity) throws -> AttemptKey {
    let key = try unusedRunKey()
    try insert(
      RunRow(
        key: key, id: id.rawValue, name: plan.name, experiment: plan.experiment,
        createdAt: now.microseconds, parent: plan.parent))
    for (name, value) in plan.parameters { try set(name, value, of: key) }
    let start = try plan.parent.map(startingPoint)
    let attempt = AttemptRow(
      run: key, number: 1, startStep: start?.step ?? 0, at: now, process)
    try insert(attempt, environment: plan.environment)
    if let start { try copy(start, to: attempt) }
    return AttemptKey(run: key, number: 1, startedAt: now)
  }

  private func startingPoint(of parent: Run.Parent) throws -> CheckpointRow {
    let run = try RunRow.fetch(database, id: parent.id)
    guard
      let row = try CheckpointRow.visible(database, run: run.key)
        .last(where: { $0.digest == parent.checkpointDigest })
    else {
      throw RegistryError(
        .missing,
        "Run \(parent.id) has no checkpoint \(parent.checkpointDigest) any more. List what it has "
          + "with 'gan-runs checkpoints list \(parent.id)'.")
    }
    return row
  }

  /// Gives a child run its own row for the checkpoint that it starts from; content is shared.
  private func copy(_ parent: CheckpointRow, to attempt: AttemptRow) throws {
    var row = parent
    (row.run, row.attempt, row.createdAt) = (attempt.run, attempt.number, now.microseconds)
    try insert(&row)
    try execute(
      """
      INSERT INTO tensor(checkpoint, name, dtype, shape, content)
      SELECT ?, name, dtype, shape, content FROM tensor WHERE checkpoint = ?
      """, [row.key, parent.key])
    try execute(
      """
      INSERT INTO counter(checkpoint, kind, name, value)
      SELECT ?, kind, name, value FROM counter WHERE checkpoint = ?
      """, [row.key, parent.key])
    seal(try row.sealed(in: database), of: row.run)
    try goTo(row, of: attempt.run)
  }

  /// Sets a run's progress to that of a checkpoint, or to the very start.
  private func goTo(_ checkpoint: CheckpointRow?, of run: Int64) throws {
    var images = 0
    if let checkpoint,
      case .integer(let seen)? =
        try StoredCounters.fetch(database, checkpoint: checkpoint.key).counters["images"]
    {
      images = Int(seen)
    }
    try execute(
      "UPDATE run SET step = ?, epoch = ?, images = ? WHERE id = ?",
      [checkpoint?.step ?? 0, checkpoint?.epoch ?? 0, images, run])
    sealProgress(of: run)
  }

  /// Opens a run's next attempt, shadows what lies beyond its start, and rebuilds the summaries.
  ///
  /// - Parameter newest: the run's newest checkpoints as the caller saw them: the one that it starts from
  ///   and those, damaged, that are shadowed; none where the run has none.
  func resume(
    _ id: RunID, from newest: [SHA256Digest], changed: [String: ParameterValue],
    environment: RunEnvironment, _ liveness: Liveness
  ) throws -> AttemptKey {
    let run = try RunRow.fetch(database, id: id)
    let attempts = try AttemptRow.fetchAll(database, run: run.key)
    guard let last = attempts.last else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
    try last.refuseIfTraining(run.id, liveness, now: now)
    let visible = try CheckpointRow.visible(database, run: run.key)
    let suffix = visible.suffix(newest.count)
    let start = suffix.first
    // Going on from an older state would shadow what another process trained meanwhile.
    guard visible.suffix(max(newest.count, 1)).map(\.digest) == newest else {
      throw RegistryError(
        .refused,
        "Run \(id) has another newest checkpoint than a moment ago: another process carried it on. "
          + "Call resume again.")
    }
    let reach = start?.step ?? AttemptRow.nothingVisible
    if let stuck = suffix.dropFirst().first(where: { $0.step <= reach }) {
      throw RegistryError(
        .invalid,
        "A damaged checkpoint of run \(id) says @step:\(stuck.step), and is newer than @step:\(reach), so "
          + "the run can't go on. 'gan-runs resume \(id)@step:\(reach)' starts a child run there.")
    }
    for (key, value) in changed { try change(key, to: value, of: id) }
    try endSilent(attempts)
    try shadow(AttemptRow.fetchAll(database, run: run.key), beyond: reach, of: run.key)
    try insert(
      AttemptRow(
        run: run.key, number: last.number + 1, startStep: max(reach, 0), at: now,
        liveness.observer),
      environment: environment)
    try update(run: run.key, status: .running, endedAt: nil, failure: nil)
    try goTo(start, of: run.key)
    return AttemptKey(run: run.key, number: last.number + 1, startedAt: now)
  }

  /// Stores the end of attempts whose process is gone without a word.
  func endSilent(_ attempts: [AttemptRow]) throws {
    for attempt in attempts where attempt.status == .running {
      try update(attempt) { ($0.status, $0.endedAt) = (.crashed, $0.heartbeatAt) }
    }
  }

  /// Shadows what attempts recorded beyond a step; summaries, progress and the count of checkpoints follow.
  func shadow(_ attempts: some Sequence<AttemptRow>, beyond reach: Int, of run: Int64) throws {
    for attempt in attempts {
      try update(attempt) { $0.visibleTo = min($0.visibleTo ?? reach, reach) }
    }
    try rebuildSummaries(of: run, beyond: reach)
    let visible = try CheckpointRow.visible(database, run: run).count
    try execute("UPDATE run SET checkpoints = ? WHERE id = ?", [visible, run])
    try execute(
      """
      UPDATE run SET step = ?2,
        (epoch, images) = (SELECT coalesce(max(epoch), 0), coalesce(max(images), 0) FROM step
          WHERE run = ?1 AND step <= ?2)
      WHERE id = ?1 AND step > ?2
      """, [run, max(reach, 0)])
    sealProgress(of: run)
  }

  /// Changes a setting that may change after a run began.
  func change(_ key: String, to value: ParameterValue, of id: RunID) throws {
    guard key == "epochs" else {
      throw RegistryError(
        .refused, "The setting \(key) of run \(id) can't change; start another run with it.")
    }
    let run = try RunRow.fetch(database, id: id)
    try set(key, value, of: run.key)
  }

  /// Stores what every reader derives: runs whose process is gone are `crashed`.
  func storeCrashes(_ liveness: Liveness) throws {
    let keys = try Int64.fetchAll(database, sql: "SELECT id FROM run WHERE status = 'running'")
    for key in keys {
      guard let last = try AttemptRow.fetchAll(database, run: key).last else { continue }
      let status = liveness.status(
        stored: .running, process: last.process,
        heartbeat: Timestamp(microseconds: last.heartbeatAt), now: now)
      guard status == .crashed else { continue }
      try update(last) { ($0.status, $0.endedAt) = (.crashed, $0.heartbeatAt) }
      try update(run: key, status: .crashed, endedAt: last.heartbeatAt, failure: nil)
    }
  }
}
