/// A run as another program's files hold it, without its points.
package struct ForeignRun: Sendable {
  /// One stretch of it.
  package struct Stretch: Sendable {
    /// The step it went on from.
    package var startStep: Int
    package var startedAt: Timestamp
    package var endedAt: Timestamp

    /// A stretch from its parts.
    package init(startStep: Int, startedAt: Timestamp, endedAt: Timestamp) {
      self.startStep = startStep
      self.startedAt = startedAt
      self.endedAt = endedAt
    }
  }

  /// What tells it from every other run of its kind of files, such as `mlflow 4c1f…`.
  package var identity: String
  /// The id that it brings along; without one it is made of `createdAt` and `identity`.
  package var id: RunID?
  package var name: String
  package var experiment: String
  package var parameters: [String: ParameterValue]
  package var tags: [String: String]
  package var note: String?
  package var status: RunStatus
  /// The sentence that ended it, where it failed.
  package var failure: String?
  package var createdAt: Timestamp
  /// At least one, by their starts.
  package var stretches: [Stretch]
  /// What it ran on, as far as it is known.
  package var facts: [String: String]
  /// What was left out, in a sentence each.
  package var notices: [String]

  /// A run from all its parts.
  package init(
    identity: String, id: RunID? = nil, name: String, experiment: String,
    parameters: [String: ParameterValue] = [:], tags: [String: String] = [:], note: String? = nil,
    status: RunStatus, failure: String? = nil, createdAt: Timestamp, stretches: [Stretch],
    facts: [String: String] = [:], notices: [String] = []
  ) {
    self.identity = identity
    self.id = id
    self.name = name
    self.experiment = experiment
    self.parameters = parameters
    self.tags = tags
    self.note = note
    self.status = status
    self.failure = failure
    self.createdAt = createdAt
    self.stretches = stretches
    self.facts = facts
    self.notices = notices
  }
}

/// Files of another program, as runs come from them.
package protocol ForeignRuns: Sendable {
  /// What the files are, such as `MLflow's database`.
  var kind: String { get }
  /// Oldest first.
  var runs: [ForeignRun] { get }

  /// Hands over the points of a run; of several of one metric, step and stretch the last counts.
  ///
  /// - Parameters:
  ///   - index: its place in `runs`.
  ///   - body: is handed each point with its metric; `attempt` is the stretch, from 1.
  /// - Throws: where the files are not sound, or are not what they were when `runs` was read.
  func forEachPoint(ofRun index: Int, _ body: (String, SeriesPoint) throws -> Void) throws

  /// Hands over the pictures of a run, each with its stretch, from 1; of several of one name, step and stretch
  /// the last counts.
  ///
  /// - Throws: as `forEachPoint` does.
  func forEachPicture(
    ofRun index: Int, _ body: (SamplePicture, _ stretch: Int) throws -> Void) throws
}

extension ForeignRuns {
  /// None: most files hold no pictures.
  package func forEachPicture(
    ofRun index: Int, _ body: (SamplePicture, _ stretch: Int) throws -> Void
  ) throws {}
}
