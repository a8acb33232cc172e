package import RunModel

/// All that is known of one run.
package struct RunPage: Sendable {
  package var run: Run
  package var environment: RunEnvironment
  package var attempts: [Attempt]
  package var checkpoints: [Checkpoint]
  /// The settings that say nothing of their own, being its preset's or their defaults.
  package var usualSettings: Set<String>
  /// Its curves, where they are wanted.
  package var curves: [MetricCurve]?
  /// What is known of its pictures, where they are wanted.
  package var pictures: [PictureEntry]?

  /// A page of a run's parts.
  package init(
    run: Run, environment: RunEnvironment, attempts: [Attempt], checkpoints: [Checkpoint],
    usualSettings: Set<String> = [], curves: [MetricCurve]? = nil, pictures: [PictureEntry]? = nil
  ) {
    self.usualSettings = usualSettings
    self.run = run
    self.environment = environment
    self.curves = curves
    self.pictures = pictures
    self.attempts = attempts
    self.checkpoints = checkpoints
  }

  /// The run object with the members that `show` adds.
  package var json: JSONValue {
    var members = runMembers(run)
    members += [
      ("environment", .sorted(environment.facts, JSONValue.string)),
      ("attempts", .array(attempts.map(attemptJSON))),
      ("checkpoint_list", .array(CheckpointList(checkpoints).json)),
      ("note", .string(run.note)),
    ]
    if let curves { members.append(("curves", .object(curves.map { ($0.metric, $0.json) }))) }
    if let pictures { members.append(("pictures", .array(PictureList(pictures).json))) }
    return .object(members)
  }

  /// The page as CSV: `key,value`, one line a key.
  package var csv: String {
    lines.reduce(into: csvLine(["key", "value"])) { $0 += csvLine([$1.key, $1.value]) }
  }

  /// Every key with its whole value, in the order of the JSON object.
  var lines: [(key: String, value: String)] {
    var lines = RunField.Own.allCases.compactMap { own in
      RunField.own(own).text(of: run).map { (key: own.rawValue, value: $0) }
    }
    for (key, value) in sorted(run.tags) { lines.append(("tags.\(key)", value)) }
    for (key, value) in sorted(run.parameters) {
      lines.append(("params.\(key)", value.description))
    }
    for (key, value) in sorted(environment.facts) { lines.append(("environment.\(key)", value)) }
    for attempt in attempts {
      let prefix = "attempts.\(attempt.number)"
      lines.append(("\(prefix).status", attempt.status.rawValue))
      lines.append(("\(prefix).start_step", String(attempt.startStep)))
      lines.append(("\(prefix).started_at", attempt.startedAt.rfc3339))
      if let ended = attempt.endedAt { lines.append(("\(prefix).ended_at", ended.rfc3339)) }
    }
    for name in run.metrics.keys.sorted() {
      for aspect in RunField.Aspect.allCases where aspect != .best {
        guard let text = RunField.metric(name, aspect).text(of: run) else { continue }
        lines.append(("metrics.\(name).\(aspect.rawValue)", text))
      }
    }
    for checkpoint in checkpoints {
      lines.append(("checkpoint_list.\(checkpoint.step)", checkpoint.digest.description))
    }
    return lines
  }

  func sorted<Value>(_ dictionary: [String: Value]) -> [(key: String, value: Value)] {
    dictionary.sorted { inNaturalOrder($0.key, $1.key) }
  }
}

/// An attempt as `show` and `tree` print it.
func attemptJSON(_ attempt: Attempt) -> JSONValue {
  .object([
    ("number", .integer(attempt.number)),
    ("status", .string(attempt.status.rawValue)),
    ("start_step", .integer(attempt.startStep)),
    ("started_at", .time(attempt.startedAt)),
    ("ended_at", .time(attempt.endedAt)),
    ("environment", .sorted(attempt.environment.facts, JSONValue.string)),
  ])
}
