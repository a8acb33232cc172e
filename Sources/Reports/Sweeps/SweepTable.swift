package import RunModel

/// A sweep's trials as a table, under what is to be said of the whole.
package struct SweepTable {
  private let sweep: SweepStanding
  private let trials: [TrialStanding]
  private let keys: [String]

  /// - Parameter trials: those that are shown, in their order; `nil`: all.
  package init(_ sweep: SweepStanding, trials: [TrialStanding]? = nil) {
    self.sweep = sweep
    self.trials = trials ?? sweep.trials
    // In the order in which the file declares them, as far as the points tell.
    var keys: [String] = []
    for trial in sweep.trials {
      var place = 0
      for parameter in trial.trial.parameters {
        if let known = keys.firstIndex(of: parameter.key) {
          place = known + 1
        } else {
          keys.insert(parameter.key, at: place)
          place += 1
        }
      }
    }
    self.keys = keys
  }

  /// The table's text, on a terminal under what is to be said of the whole.
  package func text(for medium: Medium) -> String {
    let table = Table(columns: columns, rows: trials.map(cells))
    guard medium.isTerminal else { return table.text(for: medium) }
    return heading(for: medium) + (trials.isEmpty ? "" : "\n" + table.text(for: medium))
  }

  private func heading(for medium: Medium) -> String {
    var lines = [
      "\(medium.paint(printable(sweep.name), .strong))  \(sweep.state.rawValue)  "
        + "\(sweep.minimizes ? "minimize" : "maximize") \(printable(sweep.objective))"
    ]
    let ended = sweep.trials.count { ![.waiting, .running].contains($0.state) }
    lines.append(
      "\(ended) of \(counted(sweep.points, "point")), \(counted(sweep.cost, "epoch")) begun")
    if sweep.rungs.count > 1 {
      let rungs = sweep.rungs.map { rung in
        "\(rung.epochs): \(rung.results)" + (rung.promoted > 0 ? " (\(rung.promoted) on)" : "")
      }
      lines.append("rungs, in epochs: " + rungs.joined(separator: ", "))
    }
    if let best = sweep.best {
      lines.append("best: point \(best.number), \(best.value.shortestText)")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private var columns: [Table.Column] {
    [Table.Column("point", isNumeric: true), .init("state")]
      + [
        .init("value", isNumeric: true), .init("±", isNumeric: true, worth: 3),
        .init("epochs", isNumeric: true, worth: 4),
      ]
      + keys.map { Table.Column($0, isFlexible: true, keepsCase: true) }
      + [.init("run", worth: 2), .init("worker", worth: 1)]
  }

  private func cells(of trial: TrialStanding) -> [Table.Cell] {
    let values = Dictionary(
      trial.trial.parameters.map { ($0.key, $0.value.description) }, uniquingKeysWith: { $1 })
    let mean = trial.confirmed ?? trial.mean
    return [
      .init(String(trial.trial.number)), .init(trial.state.rawValue, Paint(trial.state)),
      .init(mean?.value.shortestText ?? ""), .init(mean?.deviation?.shortestText ?? ""),
      .init(String(trial.epochs)),
    ] + keys.map { .init(values[$0] ?? "") }
      + [
        .init(trial.runs.first?.rawValue ?? ""), .init(trial.workers.joined(separator: " ")),
      ]
  }

  /// `number,state,value,sd,seeds,epochs,run_id,` and a column a parameter.
  package var csv: String {
    csvLine(["number", "state", "value", "sd", "seeds", "epochs", "run_id"] + keys)
      + trials.map { trial in
        let values = Dictionary(
          trial.trial.parameters.map { ($0.key, $0.value.description) },
          uniquingKeysWith: { $1 })
        return csvLine(
          [
            String(trial.trial.number), trial.state.rawValue,
            trial.mean?.value.shortestText ?? "", trial.mean?.deviation?.shortestText ?? "",
            String(trial.ended), String(trial.epochs), trial.runs.first?.rawValue ?? "",
          ] + keys.map { values[$0] ?? "" })
      }.joined()
  }
}

extension Paint {
  fileprivate init(_ state: SweepStanding.State) {
    switch state {
    case .failed, .diverged: self = .bad
    case .running: self = .active
    case .waiting, .paused, .stopped: self = .faint
    case .finished: self = .good
    }
  }
}
