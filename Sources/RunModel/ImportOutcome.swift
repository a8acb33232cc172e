/// What an import did with one run.
public struct ImportOutcome: Sendable {
  /// How what was here and what came compare.
  public enum Change: String, Sendable, CaseIterable {
    /// It was not here.
    case added
    /// It was here, and has grown since.
    case grown
    /// It was here, and nothing came with it.
    case same
    /// What is here holds more than what came.
    case newer
    /// Both hold what the other lacks; what is here stays as it is.
    case parted
    /// It was deleted here, and stays so.
    case deleted
  }

  /// The run's id.
  public var id: RunID
  /// The run's name.
  public var name: String
  /// What became of it.
  public var change: Change
  /// Points that were added.
  public var points: Int
  /// Checkpoints that were added.
  public var checkpoints: Int
  /// What was left out or is worth knowing, in a sentence each.
  public var notices: [String]

  /// An outcome from all its parts.
  public init(
    id: RunID, name: String, change: Change, points: Int = 0, checkpoints: Int = 0,
    notices: [String] = []
  ) {
    self.id = id
    self.name = name
    self.change = change
    self.points = points
    self.checkpoints = checkpoints
    self.notices = notices
  }
}

/// What an import did with one sweep.
public struct SweepOutcome: Sendable, Hashable {
  /// The sweep's name.
  public var name: String
  /// What became of it: `added`, `grown` or `same`.
  public var change: ImportOutcome.Change
  /// Points that were added.
  public var points: Int
  /// Jobs that were added, or got their result.
  public var jobs: Int

  /// An outcome from all its parts.
  public init(name: String, change: ImportOutcome.Change, points: Int, jobs: Int) {
    self.name = name
    self.change = change
    self.points = points
    self.jobs = jobs
  }
}
