package import RunModel

/// What one line of `gan-runs log` says of a run: one JSON object.
package struct LogEntry: Sendable {
  /// `run`: what the run is called and begins with.
  package struct Header: Sendable, Equatable {
    package var name: String?
    package var experiment: String?
    package var parameters: [String: ParameterValue] = [:]
    package var tags: [String: String] = [:]
  }

  /// `checkpoint` or `image`: a file, by its path.
  package struct File: Sendable, Equatable {
    package var path: String
    /// `name`: of an image, such as `samples`.
    package var name: String?
    package var step: Int
    package var epoch: Int?
  }

  /// `status`: how the run ended.
  package struct End: Sendable, Equatable {
    package var status: RunStatus
    /// `failure`: the sentence of a run that failed.
    package var failure: String?
  }

  package var header: Header?
  /// `metrics`, with `step`, `epoch`, `images` and `time`.
  package var measurement: StepMeasurement?
  /// `params`: dotted keys.
  package var parameters: [String: ParameterValue] = [:]
  /// `tags`.
  package var tags: [String: String] = [:]
  package var checkpoint: File?
  package var image: File?
  /// `message`: for the run's log.
  package var message: String?
  package var end: End?
  /// When it happened.
  package var time: Timestamp
}
