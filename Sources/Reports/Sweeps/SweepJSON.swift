package import RunModel

/// The object that `sweep status` prints.
package func sweepJSON(_ sweep: SweepStanding) -> JSONValue {
  .object([
    ("name", .string(sweep.name)),
    ("state", .string(sweep.state.rawValue)),
    ("objective", .string(sweep.objective)),
    ("direction", .string(sweep.minimizes ? "minimize" : "maximize")),
    ("points", .integer(sweep.points)),
    ("epochs", .integer(sweep.epochs)),
    ("cost", .integer(sweep.cost)),
    (
      "best",
      sweep.best.map(bestJSON) ?? .null
    ),
    ("rungs", .array(sweep.rungs.map(rungJSON))),
    ("trials", .array(sweep.trials.map(trialJSON))),
  ])
}

/// A best point with its value.
func bestJSON(_ best: SweepStanding.Best) -> JSONValue {
  .object([("number", .integer(best.number)), ("value", .number(best.value))])
}

private func rungJSON(_ rung: SweepStanding.Rung) -> JSONValue {
  .object([
    ("epochs", .integer(rung.epochs)),
    ("results", .integer(rung.results)),
    ("promoted", .integer(rung.promoted)),
    ("cutoff", .number(rung.cutoff)),
  ])
}

/// One trial of a sweep.
package func trialJSON(_ trial: TrialStanding) -> JSONValue {
  var members: [(key: String, value: JSONValue)] = [
    ("number", .integer(trial.trial.number)),
    ("state", .string(trial.state.rawValue)),
    (
      "params",
      .object(trial.trial.parameters.map { ($0.key, JSONValue.parameter($0.value)) })
    ),
    ("value", .number(trial.mean?.value)),
    ("sd", .number(trial.mean?.deviation)),
    ("epochs", .integer(trial.epochs)),
    ("seeds", .integer(trial.ended)),
    ("run_ids", .array(trial.runs.map { .string($0.rawValue) })),
    ("started_at", .time(trial.startedAt)),
    ("ended_at", .time(trial.endedAt)),
  ]
  if let confirmed = trial.confirmed {
    members.append(
      (
        "confirmed",
        .object([
          ("value", .number(confirmed.value)), ("sd", .number(confirmed.deviation)),
          ("seeds", .integer(confirmed.seeds)),
        ])
      ))
  }
  if let first = trial.trial.repeats { members.append(("repeats", .integer(first))) }
  if let failure = trial.failure { members.append(("failure", .string(failure))) }
  return .object(members)
}
