import GRDB
public import RunModel

/// A run that begins, and ends, with the one checkpoint that it is made of.
struct ImportedRun: Sendable {
  var plan: RunPlan
  var id: RunID
  var process: ProcessIdentity
  /// For its log.
  var lines: [String]
  var status: RunStatus
}

extension Transaction {
  /// The attempt that a checkpoint is stored for: one that this process still owns, or that of an imported
  /// run, written here and already ended.
  func attempt(of owner: PendingCheckpoint.Owner) throws -> AttemptKey {
    switch owner {
    case .attempt(let attempt):
      try checkOwnership(of: attempt)
      return attempt
    case .imported(let run):
      let attempt = try begin(run.plan, id: run.id, by: run.process)
      try store(run.lines.map { .line($0, now) }, of: attempt)
      try setStatus(run.status, of: attempt, failure: nil)
      return attempt
    }
  }
}

extension RegistryWriter {
  /// Makes a run of a state from elsewhere: it appears whole, with its checkpoint, or not at all.
  ///
  /// - Parameters:
  ///   - name: not empty, without `@`, not `latest…`.
  ///   - experiment: the name of its group.
  ///   - parameters: dotted keys, every default written out.
  ///   - lines: for its log.
  ///   - status: what it is from then on.
  ///   - epoch: the epoch that the state is in, or at the end of; 0 before the first.
  /// - Throws: `RegistryError`: `.usage` for the name; and what the state throws.
  public func importRun(
    name: String, experiment: String, parameters: [String: ParameterValue],
    environment: RunEnvironment, lines: [String], status: RunStatus,
    state: any CheckpointSource, step: Int, epoch: Int, isEpochEnd: Bool
  ) throws -> RunID {
    let plan = RunPlan(
      name: name, experiment: experiment, parameters: parameters, environment: environment)
    try RunName.check(name)
    let id = newID()
    let imported = ImportedRun(
      plan: plan, id: id, process: connection.liveness.observer, lines: lines, status: status)
    try thread.perform { connection in
      let pending = PendingCheckpoint(
        source: state, owner: .imported(imported), step: step, epoch: epoch, isEpochEnd: isEpochEnd,
        retention: Retention(keepLast: 0, keepEvery: 0))
      try CheckpointWriting(connection, pending).store()
    }
    return id
  }
}
