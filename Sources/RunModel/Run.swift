/// One run as a reader sees it.
public struct Run: Sendable {
  /// Where a child run started.
  public struct Parent: Sendable, Hashable {
    /// The run it started from.
    public var id: RunID
    /// The digest of the checkpoint it started from.
    public var checkpointDigest: SHA256Digest

    /// A parent run and the checkpoint of it that a child starts from.
    public init(id: RunID, checkpointDigest: SHA256Digest) {
      self.id = id
      self.checkpointDigest = checkpointDigest
    }
  }

  /// The point of a sweep that a run is of.
  public struct SweepTrial: Sendable, Hashable {
    /// The sweep's name.
    public var sweep: String
    /// The point's number, from 0.
    public var number: Int

    /// A point of a sweep.
    public init(sweep: String, number: Int) {
      self.sweep = sweep
      self.number = number
    }
  }

  /// Its identity, over files.
  public var id: RunID
  /// The name it was given; several runs may share one.
  public var name: String
  /// The name of the group it belongs to.
  public var experiment: String
  /// What became of it, as of the moment it was read.
  public var status: RunStatus
  /// When it was created.
  public var createdAt: Timestamp
  /// When its newest attempt ended.
  public var endedAt: Timestamp?
  /// Epochs begun or done, 0 before the first point.
  public var epoch: Int
  /// Steps done.
  public var step: Int
  /// Real examples seen.
  public var images: Int
  /// Dotted configuration keys, every default written out.
  public var parameters: [String: ParameterValue]
  /// Metric name to what it came to.
  public var metrics: [String: MetricSummary]
  /// A user's keys and values.
  public var tags: [String: String]
  /// A user's text.
  public var note: String?
  /// Where it was forked from.
  public var parent: Parent?
  /// How many checkpoints are stored.
  public var checkpoints: Int
  /// The sentence that ended a failed run.
  public var failure: String?
  /// When it was deleted; `nil`: it was not.
  public var deletedAt: Timestamp?
  /// The sweep and trial that it is of.
  public var trial: SweepTrial?

  /// A run from all its parts.
  public init(
    id: RunID, name: String, experiment: String, status: RunStatus, createdAt: Timestamp,
    endedAt: Timestamp?, epoch: Int, step: Int, images: Int,
    parameters: [String: ParameterValue], metrics: [String: MetricSummary],
    tags: [String: String], note: String?, parent: Parent?, checkpoints: Int, failure: String?,
    deletedAt: Timestamp? = nil, trial: SweepTrial? = nil
  ) {
    self.id = id
    self.name = name
    self.experiment = experiment
    self.status = status
    self.createdAt = createdAt
    self.endedAt = endedAt
    self.epoch = epoch
    self.step = step
    self.images = images
    self.parameters = parameters
    self.metrics = metrics
    self.tags = tags
    self.note = note
    self.parent = parent
    self.checkpoints = checkpoints
    self.failure = failure
    self.deletedAt = deletedAt
    self.trial = trial
  }
}

/// One stretch of training by one process.
public struct Attempt: Sendable {
  /// From 1.
  public var number: Int
  /// The step it started at; points of earlier attempts beyond it are no longer visible.
  public var startStep: Int
  /// When it began.
  public var startedAt: Timestamp
  /// When it ended.
  public var endedAt: Timestamp?
  /// What became of it, as of the moment it was read.
  public var status: RunStatus
  /// What it ran on.
  public var environment: RunEnvironment

  /// An attempt from all its parts.
  public init(
    number: Int, startStep: Int, startedAt: Timestamp, endedAt: Timestamp?, status: RunStatus,
    environment: RunEnvironment
  ) {
    self.number = number
    self.startStep = startStep
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.status = status
    self.environment = environment
  }
}

/// What a run ran on: facts by name, such as `version`, `git_commit`, `cpu`, `onednn`, `threads`.
public struct RunEnvironment: Sendable, Hashable {
  /// Fact by name.
  public var facts: [String: String]

  /// An environment from its facts.
  public init(facts: [String: String]) { self.facts = facts }
}

/// One stored checkpoint, without its tensors.
public struct Checkpoint: Sendable, Hashable {
  /// The run it belongs to.
  public var runID: RunID
  /// The epoch it was taken in, from 1; the end of it when `isEpochEnd`.
  public var epoch: Int
  /// Steps done when it was taken.
  public var step: Int
  /// Whether it was taken at the end of its epoch.
  public var isEpochEnd: Bool
  /// The digest over its tensors, counters and seed.
  public var digest: SHA256Digest
  /// Bytes of its tensors.
  public var bytes: Int
  /// Bytes its chunks take in the file, chunks shared with other checkpoints counted whole.
  public var storedBytes: Int
  /// How many tensors it has.
  public var tensors: Int
  /// Names that keep it, sorted.
  public var pins: [String]
  /// When it was stored.
  public var createdAt: Timestamp

  /// A checkpoint row from all its parts.
  public init(
    runID: RunID, epoch: Int, step: Int, isEpochEnd: Bool, digest: SHA256Digest, bytes: Int,
    storedBytes: Int, tensors: Int, pins: [String], createdAt: Timestamp
  ) {
    self.runID = runID
    self.epoch = epoch
    self.step = step
    self.isEpochEnd = isEpochEnd
    self.digest = digest
    self.bytes = bytes
    self.storedBytes = storedBytes
    self.tensors = tensors
    self.pins = pins
    self.createdAt = createdAt
  }
}

/// A picture made while training: a sample grid on fixed noise.
public struct SamplePicture: Sendable {
  /// Such as `samples`.
  public var name: String
  /// Steps done when it was made.
  public var step: Int
  /// The epoch it was made in, from 1.
  public var epoch: Int
  /// PNG bytes.
  public var png: [UInt8]
  /// When it was made.
  public var time: Timestamp

  /// A picture of one step.
  public init(name: String, step: Int, epoch: Int, png: [UInt8], time: Timestamp) {
    self.name = name
    self.step = step
    self.epoch = epoch
    self.png = png
    self.time = time
  }
}
