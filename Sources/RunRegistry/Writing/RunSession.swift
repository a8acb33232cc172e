public import RunModel
import Synchronization

/// A run while this process trains it: what the trainer records goes to the registry's writer thread.
///
/// An error of that thread is thrown by the next call.
public final class RunSession: RunRecorder {
  /// The run's id.
  public let runID: RunID
  /// Which attempt of the run this is, from 1.
  public let attempt: Int
  let key: AttemptKey
  private let retention: Retention
  private let thread: WriterThread

  private struct Failures {
    var next: (any Error)?
    var lastSave: (any Error)?
    /// Why something that was recorded will never be stored.
    var loss: (any Error)?
  }
  private let failures = Mutex(Failures())

  init(runID: RunID, key: AttemptKey, retention: Retention, thread: WriterThread) {
    self.runID = runID
    self.key = key
    attempt = key.number
    self.retention = retention
    self.thread = thread
  }

  /// Records what was measured at a step; a reader sees it within a second.
  public func record(_ measurement: StepMeasurement) throws {
    try record([measurement])
  }

  /// Records what was measured at several steps; of many it costs less than one by one.
  public func record(_ measurements: [StepMeasurement]) throws {
    try throwFailure()
    if let low = measurements.first(where: { $0.step < 0 }) {
      throw RegistryError(.usage, "Steps count from 0, and \(low.step) is below.")
    }
    try thread.record(.measurements(measurements), for: self)
  }

  /// Records a picture of at most 15 MiB.
  public func record(_ picture: SamplePicture) throws {
    try throwFailure()
    guard picture.step >= 0, picture.png.count <= 15 << 20 else {
      throw RegistryError(
        .usage,
        "The picture \(picture.name) of step \(picture.step) has \(picture.png.count) bytes; it may "
          + "have 15 MiB, and steps count from 0.")
    }
    try thread.record(.picture(picture), for: self)
  }

  /// Records a line for the run's log.
  public func record(line: String, at time: Timestamp) throws {
    try throwFailure()
    try thread.record(.line(line, time), for: self)
  }

  /// Makes room for a state that is about to be copied: waits, or leaves one out.
  public func makeRoom(_ policy: BusyPolicy) throws -> SaveRoom {
    try throwFailure()
    return try thread.makeRoom(policy, for: self)
  }

  /// Stores a state as a checkpoint, durably, then drops what retention no longer keeps.
  ///
  /// Returns at once, unless two others wait to be stored already.
  ///
  /// - Parameter isReplaceable: whether `makeRoom(.latest)` may leave it out while it waits.
  public func save(
    _ source: any CheckpointSource, step: Int, epoch: Int, isEpochEnd: Bool,
    isReplaceable: Bool = false
  ) throws {
    try throwFailure()
    try thread.save(
      PendingCheckpoint(
        source: source, owner: .attempt(key), step: step, epoch: epoch, isEpochEnd: isEpochEnd,
        retention: retention, isReplaceable: isReplaceable), for: self)
  }

  /// Waits until everything recorded and saved so far is stored.
  public func flush() throws {
    try throwFailure()
    try thread.perform { _ in }
    try throwFailure()
  }

  /// Stores what waits, then the run's end.
  ///
  /// - Parameters:
  ///   - status: what became of the run; `.finished` is refused unless its last snapshot, and all that was
  ///     recorded, is stored.
  ///   - failure: the sentence of a run that failed.
  /// - Throws: `RegistryError`; the run may then be ended with another status.
  public func finish(_ status: RunStatus, failure: String? = nil) throws {
    try flush()
    if status == .finished, let lost = failures.withLock({ $0.loss ?? $0.lastSave }) {
      throw lost
    }
    let key = key
    try thread.perform { connection in
      try connection.transaction { transaction in
        try transaction.checkOwnership(of: key)
        try transaction.setStatus(status, of: key, failure: failure)
      }
    }
    if status != .running { thread.drop(self) }
  }

  /// Runs `body` on the writer's thread, after what was handed over before, and waits for it.
  func perform<Result: Sendable>(
    _ body: @escaping @Sendable (WriterConnection, AttemptKey) throws -> Result
  ) throws -> Result {
    try throwFailure()
    let key = key
    return try thread.perform { try body($0, key) }
  }

  /// Keeps an error of the writer thread for the next call.
  func note(failure: any Error) { failures.withLock { $0.next = $0.next ?? failure } }

  /// Keeps why something that was recorded is given up: no later snapshot may be stored, since a resume
  /// would go on beyond the gap.
  func note(loss: any Error) {
    failures.withLock { $0.loss = $0.loss ?? loss }
    note(failure: loss)
  }

  /// Why something that was recorded will never be stored; `nil` where all is or will be.
  var loss: (any Error)? { failures.withLock { $0.loss } }

  /// Keeps what became of the last snapshot.
  func noteSave(failure: (any Error)?) {
    failures.withLock {
      $0.lastSave = failure
      if let failure { $0.next = $0.next ?? failure }
    }
  }

  private func throwFailure() throws {
    let failure = failures.withLock { failures in
      defer { failures.next = nil }
      return failures.next
    }
    if let failure { throw failure }
  }
}
