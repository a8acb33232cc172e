package import RunModel

/// A sweep's trials as a table, on a terminal under what is to be said of the whole.
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

  /// The table's text; on a terminal numbers have four figures and keys are shortened.
  ///
  /// - Parameter lines: how many there may be on a terminal, where that is a matter: points at work stay
  ///   longest, then the best ones.
  package func text(for medium: Medium, lines: Int? = nil) -> String {
    guard medium.isTerminal else { return piped.text(for: medium) }
    let heading = SweepHeading(sweep).text(for: medium)
    guard !trials.isEmpty else { return heading }
    let taken = heading.split(separator: "\n", omittingEmptySubsequences: false).count
    // The table's header, and lines that tell of the rest.
    let room = lines.map { max(1, $0 - taken - 3) } ?? trials.count
    let shown = trials.count > room ? mostTelling(room) : trials
    let rest =
      trials.count > shown.count
      ? medium.paint("and \(counted(trials.count - shown.count, "more point"))\n", .faint) : ""
    let (table, leftOut) = fitted(shown, for: medium)
    let gone =
      leftOut.isEmpty
      ? ""
      : wrapped(["no room for \(leftOut[0])"] + leftOut.dropFirst(), to: medium.width)
        .map { medium.paint($0, .faint) + "\n" }.joined()
    return heading + "\n" + table.text(for: medium) + rest + gone
  }

  /// So many trials: those at work, then the best, then the latest.
  private func mostTelling(_ count: Int) -> [TrialStanding] {
    let running = trials.filter { $0.state == .running }
    let best = trials.filter { $0.trial.number == sweep.best?.number && $0.state != .running }
    let known = Set((running + best).map(\.trial.number))
    let others = trials.filter { !known.contains($0.trial.number) }
    let valued = others.ranked(minimizes: sweep.minimizes)
    let rest = others.reversed().filter { $0.mean == nil }
    return Array((running + best + valued + rest).prefix(count))
  }

  private var piped: Table {
    let names = ["point", "state", "value", "±", "confirmed", "epochs"] + keys + ["run", "worker"]
    return Table(
      columns: names.map { Table.Column($0, keepsCase: true) },
      rows: trials.map { trial in
        let values = values(of: trial, \.description)
        return [
          .init(String(trial.trial.number)), .init(trial.state.rawValue),
          .init(trial.mean?.value.shortestText ?? ""),
          .init(trial.mean?.deviation?.shortestText ?? ""),
          .init(trial.confirmed?.value.shortestText ?? ""), .init(String(trial.epochs)),
        ] + keys.map { .init(values[$0] ?? "") } + [
          .init(trial.runs.first?.rawValue ?? ""), .init(trial.workers.joined(separator: " ")),
        ]
      })
  }

  private func values(
    of trial: TrialStanding, _ text: (ParameterValue) -> String
  ) -> [String: String] {
    Dictionary(
      trial.trial.parameters.map { ($0.key, text($0.value)) }, uniquingKeysWith: { $1 })
  }

  // MARK: On a terminal

  /// The table as it fits, and the keys that have no room.
  private func fitted(_ shown: [TrialStanding], for medium: Medium) -> (Table, leftOut: [String]) {
    let whole = table(of: shown, isNarrow: false)
    let narrow = table(of: shown, isNarrow: true)
    func leftOut(_ table: Table) -> [String] {
      // The column of runs is no loss.
      table.fitted(to: medium.width).leftOut.map { table.columns[$0].title }.filter { $0 != "RUN" }
    }
    let isNarrow = leftOut(narrow).count < leftOut(whole).count
    let names = isNarrow ? narrowNames(of: shown) : shortNames(of: keys)
    let table = isNarrow ? narrow : whole
    let gone = leftOut(table)
    return (table, zip(keys, names).filter { gone.contains($0.1) }.map(\.0))
  }

  /// Names no wider than the values below them, or than seven columns.
  private func narrowNames(of shown: [TrialStanding]) -> [String] {
    zip(keys, shortestNames(of: keys)).map { key, name in
      let widest = shown.lazy.compactMap { trial in
        trial.trial.parameters.first { $0.key == key }.map { columns(of: figures(of: $0.value)) }
      }.max()
      return truncated(name, to: min(max(widest ?? 0, 7), 10))
    }
  }

  private func table(of shown: [TrialStanding], isNarrow: Bool) -> Table {
    let names = isNarrow ? narrowNames(of: shown) : shortNames(of: keys)
    let hasDeviations = trials.contains { $0.mean?.deviation != nil }
    let isConfirmed = trials.contains { $0.confirmed != nil }
    var columns: [Table.Column] = [
      .init("point", isNumeric: true), .init("state"), .init("value", isNumeric: true),
    ]
    if hasDeviations { columns.append(.init("±", isNumeric: true, worth: 2)) }
    if isConfirmed { columns.append(.init("confirmed", isNumeric: true, worth: 4)) }
    columns.append(.init("epochs", isNumeric: true, worth: 3))
    columns += keys.indices.map { place in
      let isNumeric = shown.allSatisfy { trial in
        trial.trial.parameters.first { $0.key == keys[place] }
          .map { $0.value.doubleValue != nil } ?? true
      }
      // A number that is cut tells nothing; of too many parameters the last are left out.
      return Table.Column(
        names[place], isNumeric: isNumeric, isFlexible: !isNumeric, keepsCase: true,
        worth: 5 + keys.count - place)
    }
    columns.append(.init("run", worth: 1))
    let rows = shown.map { trial -> [Table.Cell] in
      let isBest = trial.trial.number == sweep.best?.number
      let paint: Paint? = isBest ? .good : nil
      let values = values(of: trial, figures(of:))
      var cells: [Table.Cell] = [
        .init((isBest ? "*" : "") + String(trial.trial.number), paint),
        .init(trial.state.rawValue, Paint(trial.state)),
        .init(trial.mean.map { figures($0.value) } ?? "", paint),
      ]
      if hasDeviations { cells.append(.init(trial.mean?.deviation.map(figures) ?? "")) }
      if isConfirmed { cells.append(.init(trial.confirmed.map { figures($0.value) } ?? "", paint)) }
      cells.append(.init(String(trial.epochs)))
      return cells
        + keys.map { .init(isNarrow ? truncated(values[$0] ?? "", to: 10) : values[$0] ?? "") }
        + [.init(trial.runs.first?.rawValue ?? "", .faint)]
    }
    return Table(columns: columns, rows: rows)
  }

  /// `number,state,value,sd,seeds,epochs,run_id,confirmed,confirmed_sd` and a column a parameter.
  package var csv: String {
    csvLine(
      ["number", "state", "value", "sd", "seeds", "epochs", "run_id", "confirmed", "confirmed_sd"]
        + keys)
      + trials.map { trial in
        let values = values(of: trial, \.description)
        return csvLine(
          [
            String(trial.trial.number), trial.state.rawValue,
            trial.mean?.value.shortestText ?? "", trial.mean?.deviation?.shortestText ?? "",
            String(trial.ended), String(trial.epochs), trial.runs.first?.rawValue ?? "",
            trial.confirmed?.value.shortestText ?? "",
            trial.confirmed?.deviation?.shortestText ?? "",
          ] + keys.map { values[$0] ?? "" })
      }.joined()
  }
}

extension Paint {
  /// The colour of a sweep's or a point's state.
  init(_ state: SweepStanding.State) {
    switch state {
    case .failed, .diverged: self = .bad
    case .running: self = .active
    case .waiting, .paused, .stopped: self = .faint
    case .finished: self = .good
    }
  }
}
