public import RunModel

/// Tells runs that are trained from runs whose process is gone without a word.
public struct Liveness: Sendable {
  /// A heartbeat older than this is taken for a death, where the process itself can't be seen.
  public static let patience: Duration = .seconds(60)
  /// How often a writer renews its heartbeat.
  public static let heartbeatEvery: Duration = .seconds(5)

  /// The process that asks.
  public var observer: ProcessIdentity
  /// What is known of a process of this machine.
  public var processState: @Sendable (Int32) -> ProcessState?

  /// What this process sees of this machine.
  public init(
    observer: ProcessIdentity = .current(),
    processState: @escaping @Sendable (Int32) -> ProcessState? = ProcessState.read
  ) {
    self.observer = observer
    self.processState = processState
  }

  /// A run's status as it stands now: `crashed` instead of `running` where its process is gone.
  ///
  /// In its own boot and pid namespace a process is looked up by number, start time and zombie state; on
  /// the same host after another boot it is gone; elsewhere its last heartbeat decides.
  public func status(
    stored: RunStatus, process: ProcessIdentity, heartbeat: Timestamp, now: Timestamp
  ) -> RunStatus {
    guard stored == .running else { return stored }
    if isNear(process) { return canSee(process) ? .running : .crashed }
    if process.host == observer.host && process.bootID != observer.bootID {
      return .crashed
    }
    // A heartbeat of a stranger's file may be any number.
    let (silence, isFar) = now.microseconds.subtractingReportingOverflow(heartbeat.microseconds)
    return isFar || silence > Self.patience.components.seconds * 1_000_000 ? .crashed : .running
  }

  /// Whether a process would be seen here, if it lived: it is of the same boot and pid namespace.
  private func isNear(_ process: ProcessIdentity) -> Bool {
    !process.bootID.isEmpty && process.bootID == observer.bootID
      && process.pidNamespace == observer.pidNamespace
  }

  /// Whether a process of this boot and pid namespace lives, by its number and start.
  func canSee(_ process: ProcessIdentity) -> Bool {
    guard isNear(process), let state = processState(process.pid) else { return false }
    return state.startTicks == process.startTicks && !state.isZombie
  }
}
