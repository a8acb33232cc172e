package import RunModel

/// A sweep's best point: its value and how sure that is, its parameters, and the call that trains it again.
package struct BestPoint {
  private let sweep: SweepStanding
  private let trial: TrialStanding
  private let command: String

  /// - Parameter command: a line for a shell.
  package init(sweep: SweepStanding, trial: TrialStanding, command: String) {
    self.sweep = sweep
    self.trial = trial
    self.command = command
  }

  /// A line a fact; on a terminal values are rounded, parameters never.
  package func text(for medium: Medium) -> String {
    guard medium.isTerminal else {
      let rows = facts(\.shortestText) + [("again", command)]
      return Table(
        columns: [.init("fact"), .init("value")], rows: rows.map { [.init($0.0), .init($0.1)] }
      ).text(for: medium)
    }
    let facts = facts(figures)
    let width = facts.reduce(0) { max($0, columns(of: $1.0)) }
    let lines = facts.map { name, text in
      medium.paint(padded(printable(name), to: width), .faint) + "  " + printable(text) + "\n"
    }
    // Never cut: it is there to be copied.
    return lines.joined() + "\n\(printable(command))\n"
  }

  private func facts(_ number: (Double) -> String) -> [(String, String)] {
    var rows = [
      ("point", "\(trial.trial.number) of sweep \(sweep.name)"),
      ("objective", "\(sweep.minimizes ? "minimize" : "maximize") \(sweep.objective)"),
    ]
    if let mean = trial.mean { rows.append(("value", mean.text(number))) }
    if let confirmed = trial.confirmed { rows.append(("confirmed", confirmed.text(number))) }
    rows.append(("epochs", String(trial.epochs)))
    rows += trial.trial.parameters.map { ($0.key, $0.value.description) }
    return rows + [("runs", trial.runs.map(\.rawValue).joined(separator: " "))]
  }

  /// The trial's object with the call.
  package var json: JSONValue {
    guard case .object(let members) = trialJSON(trial) else { return .null }
    return .object(members + [("command", .string(command))])
  }
}
