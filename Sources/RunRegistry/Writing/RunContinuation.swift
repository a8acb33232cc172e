import GRDB
public import RunModel

/// Runs of other programs: they begin under a first name, learn their settings as they go, and go on from
/// whatever step their program says.
extension RunSession {
  /// Gives the run a name, an experiment or both.
  ///
  /// - Throws: `RegistryError`, `.usage` for a name that no run may have.
  public func describe(name: String?, experiment: String?) throws {
    if let name { try RunName.check(name) }
    try change { transaction, run in
      try transaction.update(RunRow.fetch(transaction.database, key: run)) { row in
        row.name = name ?? row.name
        row.experiment = experiment ?? row.experiment
      }
    }
  }

  /// Adds settings to the run.
  ///
  /// - Throws: `RegistryError`, `.refused` where a setting is there with another value: what a run was is
  ///   never rewritten.
  public func add(parameters: [String: ParameterValue]) throws {
    let id = runID
    try change { transaction, run in
      for (key, value) in parameters.sorted(by: { $0.key < $1.key }) {
        guard let old = try transaction.setting(key, of: run) else {
          try transaction.set(key, value, of: run)
          continue
        }
        guard old == value || old.isNaN && value.isNaN else {
          throw RegistryError(
            .refused,
            "The setting \(key) of run \(id) is \(old), and can't become \(value). Start another run with it."
          )
        }
      }
    }
  }

  /// Sets tags of the run, in place of those of the same key.
  public func set(tags: [String: String]) throws {
    try change { transaction, run in
      for (key, value) in tags { try transaction.set(tag: key, to: value, of: run) }
    }
  }

  /// Says after which step this attempt goes on, where that is before the run's last: what earlier attempts
  /// recorded beyond it is shadowed.
  ///
  /// - Parameter step: -1 where it starts again from nothing.
  public func goOn(after step: Int) throws {
    let number = attempt
    try change { transaction, run in
      let attempts = try AttemptRow.fetchAll(transaction.database, run: run)
      guard let own = attempts.last, own.number == number, step < own.startStep else { return }
      try transaction.update(own) { $0.startStep = max(step, 0) }
      try transaction.shadow(attempts.dropLast(), beyond: step, of: run)
    }
  }

  private func change(
    _ body: @escaping @Sendable (Transaction, _ run: Int64) throws -> Void
  ) throws {
    try perform { connection, attempt in
      try connection.transaction { transaction in
        try transaction.checkOwnership(of: attempt)
        try body(transaction, attempt.run)
      }
    }
  }
}

extension RegistryWriter {
  /// Opens the next attempt of a run that another program carries on, after its last step.
  ///
  /// - Throws: `RegistryError`: `.refused` while a process records the run, `.missing` for the run.
  public func continueRun(
    _ id: RunID, environment: RunEnvironment, retention: Retention
  ) throws -> RunSession {
    let key = try perform { connection in
      try connection.transaction { transaction in
        try transaction.goOn(id, environment: environment, connection.liveness)
      }
    }
    return session(id, key, retention)
  }
}

extension Transaction {
  /// Opens a run's next attempt at its last step: nothing is shadowed.
  fileprivate func goOn(
    _ id: RunID, environment: RunEnvironment, _ liveness: Liveness
  ) throws -> AttemptKey {
    let run = try RunRow.fetch(database, id: id)
    let attempts = try AttemptRow.fetchAll(database, run: run.key)
    guard let last = attempts.last,
      let row = try Row.fetchOne(
        database, sql: "SELECT step FROM run WHERE id = ?", arguments: [run.key])
    else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
    try last.refuseIfTraining(run.id, liveness, now: now)
    try endSilent(attempts)
    try insert(
      AttemptRow(
        run: run.key, number: last.number + 1, startStep: Int(row.integer(0)), at: now,
        liveness.observer),
      environment: environment)
    try update(run: run.key, status: .running, endedAt: nil, failure: nil)
    return AttemptKey(run: run.key, number: last.number + 1, startedAt: now)
  }
}
