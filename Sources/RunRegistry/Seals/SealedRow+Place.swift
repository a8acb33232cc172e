import RunModel

extension SealedRow {
  /// The row in words, without its run.
  var place: String {
    switch self {
    case .run: "its row in run"
    case .setting(let key, _): "setting \(key)"
    case .attempt(let number, _, _, _, _, _, _): "attempt \(number)"
    case .environment(let attempt, let name, _): "environment \(name) of attempt \(attempt)"
    case .tag(let key, _): "tag \(key)"
    case .note: "its note"
    case .line(let number, _, _, _): "line \(number)"
    case .step(let step, let attempt, _, _, _): "step \(step) of attempt \(attempt)"
    case .point(let metric, let step, let attempt, _):
      "point \(metric) at step \(step) of attempt \(attempt)"
    case .picture(let name, let step, let attempt, _, _, _):
      "picture \(name) of step \(step) of attempt \(attempt)"
    case .checkpoint(let attempt, let step, _, _, _, _, _, _):
      "checkpoint @step:\(step) of attempt \(attempt)"
    case .pin(let name, _, _): "pin \(name)"
    case .progress: "its progress (epoch, step, images, checkpoints)"
    case .heartbeat(let attempt, _): "heartbeat of attempt \(attempt)"
    }
  }

  /// The part of the run's seal that the row is in, in words: of rows that are many a part holds all of
  /// one kind, of others each is a part of its own.
  var part: String {
    switch self {
    case .line: "lines"
    case .step: Self.partOfSteps
    case .point(let metric, _, _, _): Self.partOfPoints(of: metric)
    case .picture(let name, _, _, _, _, _): "pictures \(name)"
    default: place
    }
  }

  /// The part of all rows of `step`.
  static let partOfSteps = "steps"

  /// The part of all points of a metric.
  static func partOfPoints(of metric: String) -> String { "points of \(metric)" }

  /// Whether a run's seal, of which some parts are stored, takes the row in: earlier versions left signs of
  /// life and progress out, until they were written again.
  func isSealed(among parts: [String: Seal]) -> Bool {
    switch self {
    case .progress, .heartbeat: parts[Self.earlierPart] == nil || parts[part] != nil
    default: true
    }
  }

  /// The part of runs that were recorded before seals had parts.
  static let earlierPart = "earlier"
}
