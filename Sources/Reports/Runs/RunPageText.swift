import RunModel

extension RunPage {
  /// The page as text: sections on a terminal, `key<TAB>value` lines elsewhere.
  package func text(for medium: Medium) -> String {
    guard medium.isTerminal else {
      return lines.map { "\($0.key)\t\(printable($0.value))\n" }.joined()
    }
    return head(medium)
      + section("Settings", groupsText(pairs(run.parameters), for: medium), medium)
      + section("Environment", pairsText(pairs(environment.facts), for: medium), medium)
      + section("Attempts", attemptTable(medium), medium)
      + section("Metrics", metricTable(medium), medium)
      + section("Checkpoints", checkpointTable(medium), medium, isEmpty: checkpoints.isEmpty)
  }

  /// What changes while a run trains, for a terminal that shows it again and again.
  package func liveText(for medium: Medium) -> String {
    head(medium) + section("Metrics", metricTable(medium), medium)
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
    let epochs = RunField.own(.epoch).cell(of: run, for: medium).text
    var pairs = [
      ("experiment", run.experiment), ("created", medium.text(run.createdAt)),
      ("progress", "epoch \(epochs), step \(run.step), \(run.images) images"),
    ]
    if let ended = run.endedAt {
      let microseconds = ended.microseconds - run.createdAt.microseconds
      pairs.append(
        ("ended", "\(medium.text(ended)), after \(durationText(microseconds: microseconds))"))
    }
    if let parent = run.parent {
      let digest = parent.checkpointDigest.description.prefix(12)
      pairs.append(("parent", "\(parent.id), from checkpoint \(digest)"))
    }
    if !run.tags.isEmpty {
      let tags = sorted(run.tags).map { "\($0.key)=\($0.value)" }
      pairs.append(("tags", tags.joined(separator: " ")))
    }
    if let note = run.note { pairs.append(("note", note)) }
    if let failure = run.failure { pairs.append(("failure", failure)) }
    let title =
      medium.paint(printable(run.name), .strong) + "  \(run.id)  "
      + medium.paint(run.status.rawValue, Paint(run.status))
    return pairs.reduce(into: title + "\n") { text, pair in
      text += "  \(padded(pair.0, to: 10))  \(printable(pair.1))\n"
    }
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

  /// The pinned checkpoints and the newest: a long training shall not push the rest off the screen.
  private func checkpointTable(_ medium: Medium) -> String {
    let shown = checkpoints.enumerated().filter { place, checkpoint in
      !checkpoint.pins.isEmpty || place >= checkpoints.count - 5
    }.map(\.element)
    let text = CheckpointList(shown).text(for: medium, indent: 2)
    guard shown.count < checkpoints.count else { return text }
    let rest = "\(shown.count) of \(checkpoints.count): 'gan-runs checkpoints list' shows all"
    return text + "  " + medium.paint(rest, .faint) + "\n"
  }

  private func metricTable(_ medium: Medium) -> String {
    guard !run.metrics.isEmpty else { return "" }
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
      rows: sorted(run.metrics).map { name, summary in
        [
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
