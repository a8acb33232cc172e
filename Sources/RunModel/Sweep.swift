/// A sweep as a registry keeps it.
package struct Sweep: Sendable, Hashable {
  /// How far a sweep is to go, from one of its entries on.
  package struct Extent: Sendable, Hashable {
    /// The first entry that it decides, from 0.
    package var firstEntry: Int
    /// Points in all.
    package var points: Int
    /// Epochs of a full training.
    package var epochs: Int

    /// An extent from its parts.
    package init(firstEntry: Int, points: Int, epochs: Int) {
      self.firstEntry = firstEntry
      self.points = points
      self.epochs = epochs
    }
  }

  /// Unique in its registry.
  package var name: String
  /// The whole text of its file.
  package var file: String
  /// SHA-256 of the text.
  package var digest: SHA256Digest
  package var createdAt: Timestamp
  /// Whether somebody asked it to stop.
  package var isStopped: Bool
  /// Failed jobs since the last one that ended otherwise.
  package var failuresInRow: Int
  /// The file's own first, then one for each time that it was extended.
  package var extents: [Extent]

  /// A sweep from its parts.
  package init(
    name: String, file: String, digest: SHA256Digest, createdAt: Timestamp, isStopped: Bool,
    failuresInRow: Int, extents: [Extent]
  ) {
    self.name = name
    self.file = file
    self.digest = digest
    self.createdAt = createdAt
    self.isStopped = isStopped
    self.failuresInRow = failuresInRow
    self.extents = extents
  }
}

/// One point of a sweep: what its runs have in common.
package struct Trial: Sendable, Hashable {
  /// Its number, from 0.
  package var number: Int
  /// The values of the parameters that take part, in the order of the file.
  package var parameters: [Parameter]
  /// The earlier point with the very same values, whose runs are its own.
  package var repeats: Int?

  /// One parameter's value.
  package struct Parameter: Sendable, Hashable {
    package var key: String
    package var value: ParameterValue

    /// A parameter from its parts.
    package init(key: String, value: ParameterValue) {
      self.key = key
      self.value = value
    }
  }

  /// A trial from its parts.
  package init(number: Int, parameters: [Parameter], repeats: Int? = nil) {
    self.number = number
    self.parameters = parameters
    self.repeats = repeats
  }
}

/// The training of one point with one seed to one rung.
package struct Job: Sendable, Hashable {
  /// What names a job within its sweep.
  package struct Key: Sendable, Hashable {
    /// The point's number, from 0.
    package var point: Int
    /// The seed of the run.
    package var seed: Int
    /// From 0: the place of `epochs` among the sweep's rungs.
    package var rung: Int

    /// A key from its parts.
    package init(point: Int, seed: Int, rung: Int) {
      self.point = point
      self.seed = seed
      self.rung = rung
    }
  }

  /// How a job stands.
  package enum State: String, Sendable, CaseIterable {
    /// Claimed by a process; whether that still lives is asked of its lease.
    case running
    /// Let go of before its end, or to be tried again.
    case waiting
    /// It reached its epochs.
    case done
    /// Stopped early: worse than the median.
    case stopped
    /// A loss was not finite.
    case diverged
    /// It could not be trained, as often as is allowed.
    case failed
  }

  package var key: Key
  /// Its place in the order of entries, from 0; `nil` for a run that confirms.
  package var entry: Int?
  /// The epochs, in all, that it trains to.
  package var epochs: Int
  package var state: State
  /// The run that it trains, `nil` before there is one; it may be deleted.
  package var run: RunID?
  /// The objective at its end, `nil` where there is none or it is not finite.
  package var value: Double?
  /// Epochs that the run had at the job's end.
  package var reached: Int?
  /// The sentence of a failure.
  package var failure: String?
  /// Counts claims, from 1: a writer with an older one is refused.
  package var attempt: Int
  /// Claims since the run last came further.
  package var tries: Int
  package var startedAt: Timestamp
  package var endedAt: Timestamp?
  /// Who works on it: `host:pid`, for a person; `nil` unless it is running.
  package var worker: String?
  /// Whether it is claimed and its process is gone.
  package var isAbandoned: Bool
  /// Grows with each change of any of the sweep's jobs.
  package var revision: Int

  /// A job from its parts.
  package init(
    key: Key, entry: Int?, epochs: Int, state: State, run: RunID? = nil, value: Double? = nil,
    reached: Int? = nil, failure: String? = nil, attempt: Int = 1, tries: Int = 1,
    startedAt: Timestamp, endedAt: Timestamp? = nil, worker: String? = nil,
    isAbandoned: Bool = false, revision: Int = 0
  ) {
    self.key = key
    self.entry = entry
    self.epochs = epochs
    self.state = state
    self.run = run
    self.value = value
    self.reached = reached
    self.failure = failure
    self.attempt = attempt
    self.tries = tries
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.worker = worker
    self.isAbandoned = isAbandoned
    self.revision = revision
  }
}
