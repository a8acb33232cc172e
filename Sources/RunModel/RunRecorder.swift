/// Where a trainer's results go.
///
/// Calls return at once; what they hand over is stored in their order by another thread. An error of
/// that thread is thrown by the next call.
public protocol RunRecorder: AnyObject, Sendable {
  /// Records what was measured at a step.
  func record(_ measurement: StepMeasurement) throws

  /// Records a picture.
  func record(_ picture: SamplePicture) throws

  /// Records a line for the run's log.
  func record(line: String, at time: Timestamp) throws

  /// Makes room for a state that is about to be copied, so that no more than two are in memory.
  func makeRoom(_ policy: BusyPolicy) throws -> SaveRoom

  /// Stores a state as a checkpoint, durably, then drops checkpoints that retention no longer keeps.
  ///
  /// - Parameters:
  ///   - epoch: the epoch it is taken in, from 1.
  ///   - isEpochEnd: whether that epoch is done.
  ///   - isReplaceable: whether it may be left out for a later one while it waits.
  func save(
    _ source: any CheckpointSource, step: Int, epoch: Int, isEpochEnd: Bool, isReplaceable: Bool
  ) throws

  /// Waits until everything recorded so far is stored.
  func flush() throws
}

/// Which of a run's checkpoints stay.
public struct Retention: Sendable, Hashable {
  /// How many of the newest stay; 0 keeps all.
  public var keepLast: Int
  /// Ends of every so many epochs stay as well; 0 keeps none of them apart.
  public var keepEvery: Int

  /// What makes a checkpoint the best, which is pinned `best`; `nil`: none is.
  public var best: Best?

  /// How the checkpoints at the ends of epochs are ranked.
  public struct Best: Sendable, Hashable {
    /// Whether small or large values are good.
    public enum Direction: String, Sendable {
      case min
      case max
    }

    /// A metric recorded at the checkpoint's step: by its name, or by its name without brackets.
    public var metric: String
    /// Whether small or large values are good; NaN never is.
    public var direction: Direction
    /// How many of the best stay, at least 1.
    public var keep: Int

    /// A rule from its parts.
    public init(metric: String, direction: Direction, keep: Int) {
      self.metric = metric
      self.direction = direction
      self.keep = keep
    }
  }

  /// A rule from its parts.
  public init(keepLast: Int, keepEvery: Int, best: Best? = nil) {
    self.keepLast = keepLast
    self.keepEvery = keepEvery
    self.best = best
  }
}
