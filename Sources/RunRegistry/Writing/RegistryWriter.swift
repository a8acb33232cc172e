public import RunModel
import Synchronization

/// The one writer of a process: a registry opened to train runs into it.
///
/// It has a thread of its own; sessions hand their results to it and go on.
public final class RegistryWriter: Sendable {
  /// The absolute path of the registry.
  public let path: String
  let connection: WriterConnection
  let thread: WriterThread
  private let random: @Sendable () -> UInt64
  private let isClosed = Mutex(false)

  /// Opens a registry to write; makes it where there is none, brings an older one up to date.
  ///
  /// - Parameters:
  ///   - path: the file; its folder must exist.
  ///   - clock: tells the time that rows are stamped with.
  ///   - patience: how long to wait for another process's commit.
  ///   - random: the source of the random bits of run ids.
  ///   - liveness: tells which runs still have a process.
  ///   - diskPatience: how to wait for a disk that is full.
  ///   - heartbeatEvery: the time between two signs of life of a run.
  /// - Throws: `RegistryError`.
  public init(
    path: String, clock: @escaping @Sendable () -> Timestamp = { .now() },
    patience: Duration = .seconds(5),
    random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) },
    liveness: Liveness = Liveness(), diskPatience: DiskPatience = DiskPatience(),
    heartbeatEvery: Duration = Liveness.heartbeatEvery
  ) throws {
    connection = try WriterConnection(
      path: path, clock: clock, patience: patience, liveness: liveness)
    self.path = connection.path
    self.random = random
    do { try connection.transaction { try $0.storeCrashes(liveness) } } catch {
      // The error itself is what the caller hears.
      try? connection.close()
      throw error
    }
    thread = WriterThread(connection, diskPatience, heartbeatEvery: heartbeatEvery)
  }

  /// Makes a run and opens its first attempt.
  ///
  /// - Parameters:
  ///   - name: not empty, without `@`, not `latest…`.
  ///   - experiment: the name of its group.
  ///   - parameters: dotted keys, every default written out.
  ///   - parent: the run and checkpoint that it starts from; it gets a row of its own for that.
  ///   - retention: which of its checkpoints stay.
  /// - Throws: `RegistryError`: `.usage` for the name, `.missing` for the parent's checkpoint.
  public func beginRun(
    name: String, experiment: String, parameters: [String: ParameterValue],
    environment: RunEnvironment, parent: Run.Parent? = nil, retention: Retention
  ) throws -> RunSession {
    try beginRun(
      name: name, experiment: experiment, parameters: parameters, environment: environment,
      parent: parent, retention: retention, for: nil)
  }

  /// Makes a run for a job of a sweep, in the transaction that says so in the job.
  ///
  /// - Throws: as above, and `LeaseLost` where another process trains the job by now.
  package func beginRun(
    name: String, experiment: String, parameters: [String: ParameterValue],
    environment: RunEnvironment, parent: Run.Parent? = nil, retention: Retention,
    for lease: JobLease?
  ) throws -> RunSession {
    let plan = RunPlan(
      name: name, experiment: experiment, parameters: parameters, environment: environment,
      parent: parent)
    try RunName.check(name)
    let id = newID()
    let process = connection.liveness.observer
    let key = try thread.perform { connection in
      try connection.transaction { transaction in
        if let lease { try transaction.link(lease, to: id) }
        return try transaction.begin(plan, id: id, by: process)
      }
    }
    return session(id, key, retention)
  }

  /// Opens the next attempt of a run, in one transaction that also rebuilds its summaries.
  ///
  /// - Parameters:
  ///   - checkpoint: the run's newest but for those passed over; without one the run, which has none,
  ///     starts again from nothing.
  ///   - damaged: those newer than it, which do not verify, oldest first: they are shadowed, as what a
  ///     crash leaves behind.
  ///   - changed: `epochs`, the one setting that may change.
  ///   - retention: which of its checkpoints stay.
  /// - Throws: `RegistryError`: `.refused` while a process trains the run, or where the checkpoint is not
  ///   its newest, since another process has carried the run on; `.missing` for the run.
  public func resumeRun(
    _ id: RunID, from checkpoint: Checkpoint?, passingOver damaged: [Checkpoint] = [],
    parameters changed: [String: ParameterValue] = [:], environment: RunEnvironment,
    retention: Retention
  ) throws -> RunSession {
    try resumeRun(
      id, from: checkpoint, passingOver: damaged, parameters: changed, environment: environment,
      retention: retention, for: nil)
  }

  /// Opens the next attempt of a run for a job of a sweep, in the transaction that says so in the job.
  ///
  /// - Throws: as above, and `LeaseLost` where another process trains the job by now.
  package func resumeRun(
    _ id: RunID, from checkpoint: Checkpoint?, passingOver damaged: [Checkpoint] = [],
    parameters changed: [String: ParameterValue] = [:], environment: RunEnvironment,
    retention: Retention, for lease: JobLease?
  ) throws -> RunSession {
    let newest = (checkpoint.map { [$0] } ?? []) + damaged
    let key = try thread.perform { [digests = newest.map(\.digest)] connection in
      try connection.transaction { transaction in
        if let lease { try transaction.link(lease, to: id) }
        return try transaction.resume(
          id, from: digests, changed: changed, environment: environment, connection.liveness)
      }
    }
    return session(id, key, retention)
  }

  /// Changes the one setting of a run that may change: `epochs`, its target.
  ///
  /// - Throws: `RegistryError`: `.refused` for another key, `.missing` for the run.
  public func setParameter(_ key: String, to value: ParameterValue, of id: RunID) throws {
    try thread.perform { connection in
      try connection.transaction { try $0.change(key, to: value, of: id) }
    }
  }

  /// Stores what waits, moves everything into the one file and closes it.
  ///
  /// Sessions can't be used after: those that were not finished are let go of, and show as crashed once the
  /// process is gone. Closing twice does nothing.
  ///
  /// - Throws: `RegistryError`, also where something recorded before could not be stored.
  public func close() throws {
    let wasClosed = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return isClosed
    }
    guard !wasClosed else { return }
    let stored = Result { try thread.stop() }
    try connection.close()
    try stored.get()
  }

  /// Runs `body` on the writer's thread, after what sessions handed over before, and waits for it.
  func perform<Result: Sendable>(
    _ body: @escaping @Sendable (WriterConnection) throws -> Result
  ) throws -> Result { try thread.perform(body) }

  /// An id that no run has.
  func newID() -> RunID {
    var bits = InjectedBits(source: random)
    return RunID(at: connection.clock(), using: &bits)
  }

  /// What a run of this process records through.
  func session(_ id: RunID, _ key: AttemptKey, _ retention: Retention) -> RunSession {
    let session = RunSession(runID: id, key: key, retention: retention, thread: thread)
    thread.watch(session)
    return session
  }
}

/// Random bits from where the writer was told to take them.
private struct InjectedBits: RandomNumberGenerator {
  let source: @Sendable () -> UInt64

  mutating func next() -> UInt64 { source() }
}
