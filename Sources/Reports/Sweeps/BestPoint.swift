package import RunModel

/// A sweep's best point: its value and how sure that is, its parameters, and the call that trains it again.
package struct BestPoint {
  private let sweep: SweepStanding
  private let trial: TrialStanding
  private let best: SweepStanding.Best
  private let command: String

  /// - Parameter command: a line for a shell.
  package init(
    sweep: SweepStanding, trial: TrialStanding, best: SweepStanding.Best, command: String
  ) {
    self.sweep = sweep
    self.trial = trial
    self.best = best
    self.command = command
  }

  private var mean: TrialStanding.Mean? { trial.confirmed ?? trial.mean }

  /// A line a fact.
  package func text(for medium: Medium) -> String {
    var rows: [(String, String)] = [
      ("point", String(best.number)), (sweep.objective, value),
      ("epochs", String(trial.epochs)),
    ]
    if trial.confirmed != nil, let search = trial.mean {
      rows.append(("in the search", search.value.shortestText))
    }
    rows += trial.trial.parameters.map { ($0.key, $0.value.description) }
    rows.append(("runs", trial.runs.map(\.rawValue).joined(separator: " ")))
    rows.append(("again", command))
    return Table(
      columns: [.init("fact", keepsCase: true), .init("value", keepsCase: true)],
      rows: rows.map { [.init($0.0), .init($0.1)] }
    ).text(for: medium)
  }

  private var value: String {
    guard let mean else { return best.value.shortestText }
    guard let deviation = mean.deviation else { return mean.value.shortestText + " (one seed)" }
    return "\(mean.value.shortestText) ± \(deviation.shortestText) (\(counted(mean.seeds, "seed")))"
  }

  /// The trial's object with the call.
  package var json: JSONValue {
    guard case .object(let members) = trialJSON(trial) else { return .null }
    return .object(members + [("command", .string(command))])
  }
}
