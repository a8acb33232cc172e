import RunModel

extension RunPage {
  /// The whole page as text: sections on a terminal, `key<TAB>value` lines elsewhere.
  package func text(for medium: Medium) -> String {
    guard medium.isTerminal else {
      return lines.map { "\($0.key)\t\(printable($0.value))\n" }.joined()
    }
    return head(medium)
      + section("Settings", groupsText(pairs(run.parameters), for: medium), medium)
      + section("Environment", pairsText(pairs(environment.facts), for: medium), medium)
      + section("Attempts", attemptTable(medium), medium)
      + section("Metrics", metricTable(metricNames, medium), medium)
      + section(
        "Checkpoints", CheckpointList(checkpoints).text(for: medium, indent: 2), medium,
        isEmpty: checkpoints.isEmpty)
  }

  private func section(_ title: String, _ body: String, _ medium: Medium, isEmpty: Bool = false)
    -> String
  {
    "\n" + medium.paint(title, .strong) + "\n" + (body.isEmpty || isEmpty ? "  none\n" : body)
  }

  private func pairs(_ values: [String: some CustomStringConvertible]) -> [(String, String)] {
    sorted(values).map { ($0.key, $0.value.description) }
  }

  private func head(_ medium: Medium) -> String {
    facts(medium).reduce(into: title(medium)) { text, fact in
      text += "  \(padded(fact.name, to: 10))  \(printable(fact.value))\n"
    }
  }

  /// The line that says which run it is, and how it is.
  func title(_ medium: Medium) -> String {
    medium.paint(printable(run.name), .strong) + "  \(run.id)  "
      + medium.paint(run.status.rawValue, Paint(run.status)) + "\n"
  }

  /// What is said of the run itself.
  func facts(_ medium: Medium) -> [(name: String, value: String)] {
    let epochs = RunField.own(.epoch).cell(of: run, for: medium).text
    var created = medium.text(run.createdAt)
    if let ended = run.endedAt {
      let microseconds = ended.microseconds - run.createdAt.microseconds
      created +=
        ", ended \(medium.text(ended)) after \(durationText(microseconds: microseconds))"
    }
    var facts = [
      ("experiment", run.experiment),
      (
        "progress",
        "epoch \(epochs), step \(run.step), \(run.images) images"
          + (attempts.count > 1 ? ", \(attempts.count) attempts" : "")
      ),
      ("created", created),
    ]
    if let trial = run.trial {
      facts.append(("sweep", "\(trial.sweep), trial \(trial.number)"))
    }
    if let parent = run.parent {
      let digest = parent.checkpointDigest.description.prefix(12)
      facts.append(("parent", "\(parent.id), from checkpoint \(digest)"))
    }
    if !run.tags.isEmpty {
      let tags = sorted(run.tags).map { "\($0.key)=\($0.value)" }
      facts.append(("tags", tags.joined(separator: " ")))
    }
    if let note = run.note { facts.append(("note", note)) }
    if let failure = run.failure { facts.append(("failure", failure)) }
    return facts
  }

  private func attemptTable(_ medium: Medium) -> String {
    guard !attempts.isEmpty else { return "" }
    return Table(
      columns: [
        Table.Column("attempt", isNumeric: true), Table.Column("status"),
        Table.Column("from step", isNumeric: true), Table.Column("started"), Table.Column("took"),
      ],
      rows: attempts.map { attempt in
        let took = attempt.endedAt.map {
          durationText(microseconds: $0.microseconds - attempt.startedAt.microseconds)
        }
        return [
          Table.Cell(String(attempt.number)),
          Table.Cell(attempt.status.rawValue, Paint(attempt.status)),
          Table.Cell(String(attempt.startStep)), Table.Cell(medium.text(attempt.startedAt), .faint),
          Table.Cell(took ?? ""),
        ]
      }
    ).text(for: medium, indent: 2)
  }

  /// The names of the metrics, those that measure time last.
  var metricNames: [String] {
    let names = sorted(run.metrics).map(\.key)
    return names.filter { !measuresTime(metric: $0) } + names.filter(measuresTime)
  }

  /// What some of the metrics came to.
  func metricTable(_ names: [String], _ medium: Medium) -> String {
    guard !names.isEmpty else { return "" }
    let lines = Dictionary(
      (curves ?? []).map {
        ($0.metric, sparkline(CurveAxis.step.places(of: $0.points, attempts: []), width: 16))
      }
    ) {
      $1
    }
    let table = Table(
      columns: [
        Table.Column("metric", isFlexible: true), Table.Column("curve", worth: 1),
        Table.Column("last", isNumeric: true), Table.Column("min", isNumeric: true),
        Table.Column("at step", isNumeric: true, worth: 2), Table.Column("max", isNumeric: true),
        Table.Column("at step", isNumeric: true, worth: 2),
        Table.Column("points", isNumeric: true, worth: 3),
        Table.Column("NaN", isNumeric: true, worth: 4),
      ],
      rows: names.compactMap { name in
        guard let summary = run.metrics[name] else { return nil }
        return [
          Table.Cell(name), Table.Cell(lines[name] ?? "", .active),
          Table.Cell(figures(summary.last), summary.last.isFinite ? nil : .bad),
          Table.Cell(summary.min.map(figures) ?? ""),
          Table.Cell(summary.minStep.map(String.init) ?? "", .faint),
          Table.Cell(summary.max.map(figures) ?? ""),
          Table.Cell(summary.maxStep.map(String.init) ?? "", .faint),
          Table.Cell(String(summary.count)),
          Table.Cell(summary.nanCount == 0 ? "" : String(summary.nanCount), .bad),
        ]
      })
    return table.text(for: medium, indent: 2)
  }
}
