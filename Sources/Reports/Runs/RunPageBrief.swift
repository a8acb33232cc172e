import RunModel

extension RunPage {
  /// What matters of the run, on one screen of a terminal.
  ///
  /// Settings that are as usual are counted; of facts, metrics and checkpoints stand as many as there are
  /// lines for, and a last line counts the rest.
  package func briefText(for medium: Medium) -> String {
    let settings = settingLines(medium)
    let facts = factLines(medium)
    var text =
      title(medium)
      + (self.facts(medium).map { ($0.name, [briefly($0, medium)]) }
      + [("settings", settings.lines), ("environment", facts.lines)])
      .map(labelled).joined()
    // A blank line and a header stand above each table, one line counts the rest, the prompt has one.
    let isTold = !run.metrics.isEmpty
    var room = max(medium.height, 10) - text.utf8.count { $0 == UInt8(ascii: "\n") } - 2
    room -= (isTold ? 2 : 0) + (checkpoints.isEmpty ? 0 : 2)
    let metrics = min(metricNames.count, max(3, room - min(checkpoints.count, 3)))
    let chosen = Self.foremost(max(1, room - metrics), of: checkpoints)
    if isTold { text += "\n" + metricTable(Array(metricNames.prefix(metrics)), medium) }
    if !chosen.isEmpty { text += "\n" + CheckpointList(chosen).text(for: medium, indent: 2) }
    return text
      + rest(
        [
          (settings.leftOut, "setting"), (facts.leftOut, "fact"),
          (metricNames.count - metrics, "metric"), (checkpoints.count - chosen.count, "checkpoint"),
        ], medium)
  }

  /// The settings that say what the run is, then those that are its own.
  private func settingLines(_ medium: Medium) -> (lines: [String], leftOut: Int) {
    let first = ["preset", "data.kind", "loss", "batch_size", "seed"]
    let own = sorted(run.parameters).map(\.key).filter {
      !first.contains($0) && !usualSettings.contains($0)
    }
    let keys = first.filter { run.parameters[$0] != nil } + own
    let entries = keys.map { ($0, run.parameters[$0]?.description ?? "") }
    return Self.lines(entries, of: run.parameters.count, atMost: 4, medium)
  }

  /// The facts that results depend on, then the others.
  private func factLines(_ medium: Medium) -> (lines: [String], leftOut: Int) {
    let first = ["version", "git_commit", "git_dirty", "cpu", "isa", "threads"]
    let facts = environment.facts
    let set = sorted(facts).map(\.key).filter { $0.hasPrefix("set.") }
    let known = set + first.filter { facts[$0] != nil }
    let keys = known + sorted(facts).map(\.key).filter { !known.contains($0) }
    return Self.lines(
      keys.map { ($0, facts[$0] ?? "") }, of: facts.count, atMost: 1, medium)
  }

  /// Keys with their values on a few lines, and how many had no room.
  private static func lines(
    _ entries: [(key: String, value: String)], of count: Int, atMost most: Int, _ medium: Medium
  ) -> (lines: [String], leftOut: Int) {
    var parts: [String] = []
    var lines: [String] = []
    for (key, value) in entries {
      let part = truncated(printable("\(key) \(value)"), to: 60)
      let longer = wrapped(parts + [part], to: max(medium.width - labelWidth, 16))
      guard longer.count <= most else { break }
      parts.append(part)
      lines = longer
    }
    return (lines, count - parts.count)
  }

  /// The newest checkpoint, then those that are pinned, then newer ones; in their order.
  private static func foremost(_ count: Int, of checkpoints: [Checkpoint]) -> [Checkpoint] {
    let last = checkpoints.count - 1
    let pinned = checkpoints.indices.filter { $0 < last && !checkpoints[$0].pins.isEmpty }
    let others = checkpoints.indices.filter { $0 < last && checkpoints[$0].pins.isEmpty }
    let ranked = [last].filter { $0 >= 0 } + pinned.reversed() + others.reversed()
    return ranked.prefix(count).sorted().map { checkpoints[$0] }
  }

  private static let labelWidth = 15

  private func labelled(_ name: String, _ lines: [String]) -> String {
    lines.enumerated().map { place, line in
      "  " + padded(place == 0 ? name : "", to: Self.labelWidth - 4) + "  " + line + "\n"
    }.joined()
  }

  /// A fact on one line; what ended a run is said whole.
  private func briefly(_ fact: (name: String, value: String), _ medium: Medium) -> String {
    let line = printable(fact.value)
    return fact.name == "failure"
      ? line : truncated(line, to: max(medium.width - Self.labelWidth, 16))
  }

  private func rest(_ counts: [(count: Int, noun: String)], _ medium: Medium) -> String {
    let parts = counts.filter { $0.count > 0 }.map { count, noun in
      "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
    guard !parts.isEmpty else { return "" }
    return medium.paint("… and \(parts.joined(separator: ", ")): --all", .faint) + "\n"
  }
}
