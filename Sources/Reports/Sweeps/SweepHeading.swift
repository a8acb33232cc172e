import RunModel

/// What is to be said of a sweep as a whole, for a terminal.
struct SweepHeading {
  private let sweep: SweepStanding

  init(_ sweep: SweepStanding) { self.sweep = sweep }

  func text(for medium: Medium) -> String {
    let taken = columns(of: printable(sweep.name)) + sweep.state.rawValue.count + 4
    let objective = truncated(
      "\(sweep.minimizes ? "minimize" : "maximize") \(printable(sweep.objective))",
      to: max(20, medium.width - taken))
    var lines = [
      "\(medium.paint(printable(sweep.name), .strong))  "
        + "\(medium.paint(sweep.state.rawValue, Paint(sweep.state)))  \(objective)",
      "\(sweep.ended) of \(counted(sweep.points, "point")) ended, \(counted(sweep.cost, "epoch")) begun",
    ]
    lines += best(medium) + atWork(medium)
    return lines.map { $0 + "\n" }.joined() + rungs(medium)
  }

  private func best(_ medium: Medium) -> [String] {
    guard let best = sweep.best,
      let trial = sweep.trials.first(where: { $0.trial.number == best.number })
    else { return [] }
    var line = "best: point \(best.number)"
    if let mean = trial.mean {
      line += ", \(mean.text(figures)) after \(counted(trial.epochs, "epoch"))"
    }
    var lines = [medium.paint(line, .good)]
    if let confirmed = trial.confirmed {
      lines.append(medium.paint("confirmed: \(confirmed.text(figures))", .good))
    }
    return lines + course(medium)
  }

  /// The best value so far, from the first point on that was trained as far as the best.
  private func course(_ medium: Medium) -> [String] {
    let epochs = sweep.trials.ranked(minimizes: sweep.minimizes).first?.epochs ?? 0
    let steps = sweep.bestSoFar(epochs: epochs)
    guard let first = steps.first, let last = steps.last, steps.count > 1 else { return [] }
    let end = sweep.trials.last(where: \.hasEnded)?.trial.number ?? last.number
    var value = first.value
    var rest = steps[...]
    let places = (first.number...max(first.number, end)).map { number -> Chart.Place in
      while let next = rest.first, next.number <= number {
        value = next.value
        rest.removeFirst()
      }
      return Chart.Place(x: Double(number), y: value)
    }
    let words =
      "\(figures(first.value)) to \(figures(last.value)), points \(first.number) to \(end)"
    let room = medium.width - words.count - "so far:  ".count
    return ["so far: \(sparkline(places, width: min(24, max(8, room)))) \(words)"]
  }

  private func atWork(_ medium: Medium) -> [String] {
    let works = sweep.trials.flatMap { trial in
      trial.workers.map { "\(printable($0)) on point \(trial.trial.number)" }
    }
    guard !works.isEmpty else { return [] }
    let indent = "at work: "
    return wrapped(works, to: max(20, medium.width - indent.count)).enumerated().map {
      place, line in
      (place == 0 ? indent : String(repeating: " ", count: indent.count)) + line
    }
  }

  private func rungs(_ medium: Medium) -> String {
    guard sweep.rungs.count > 1 else { return "" }
    return "\n"
      + Table(
        columns: [
          .init("rung", isNumeric: true), .init("results", isNumeric: true),
          .init("went on", isNumeric: true), .init("cutoff", isNumeric: true),
        ],
        rows: sweep.rungs.map { rung in
          [
            .init(counted(rung.epochs, "epoch")), .init(String(rung.results)),
            .init(rung.promoted > 0 ? String(rung.promoted) : ""),
            .init(rung.cutoff.map(figures) ?? ""),
          ]
        }
      ).text(for: medium)
  }
}

extension SweepStanding {
  /// Points of which nothing more comes for now.
  var ended: Int { trials.count { ![.waiting, .running].contains($0.state) } }
}
