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
    case .checkpoint(_, let step, _, _, _, _, _, _): "checkpoint @step:\(step)"
    case .pin(let name, let step, _): "pin \(name) on checkpoint @step:\(step)"
    }
  }
}
