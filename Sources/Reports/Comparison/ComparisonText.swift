import RunModel

extension Comparison {
  /// The comparison as text: sections on a terminal, `key<TAB>value…` lines elsewhere.
  package func text(for medium: Medium) -> String {
    medium.isTerminal ? page(for: medium) : Table(columns: [], rows: cells).text(for: medium)
  }

  /// The comparison as CSV: one line a key, one column a run.
  package var csv: String {
    csvLine(["key"] + runs.map(\.id.rawValue))
      + lines.map { csvLine([$0.key] + $0.values.map { $0 ?? "" }) }.joined()
  }

  private var cells: [[Table.Cell]] {
    let heads = [("id", runs.map(\.id.rawValue)), ("name", runs.map(\.name))]
    return heads.map { key, values in ([key] + values).map { Table.Cell($0) } }
      + lines.map { line in ([line.key] + line.values.map { $0 ?? "" }).map { Table.Cell($0) } }
  }

  /// Every key with whole values, `nil` where a run has none.
  private var lines: [(key: String, values: [String?])] {
    func named(_ prefix: String, _ differences: [Difference]) -> [(String, [String?])] {
      differences.map { ("\(prefix).\($0.key)", $0.values.map { $0?.description }) }
    }
    let summaries = metrics.flatMap { name in
      Self.aspects.map { aspect, value in
        (
          "metrics.\(name).\(aspect)",
          runs.map { run in run.metrics[name].flatMap(value)?.shortestText }
        )
      }
    }
    let steps: [String?] = [nil] + partings.map { $0.difference.map { String($0.step) } }
    let names: [String?] = [nil] + partings.map { $0.difference?.metric }
    return named("params", parameters) + named("environment", environment) + named("code", code)
      + summaries + [("first_difference.step", steps), ("first_difference.metric", names)]
  }

  private static let aspects: [(String, @Sendable (MetricSummary) -> Double?)] = [
    ("last", { $0.last }), ("min", { $0.min }), ("max", { $0.max }),
  ]

  private func page(for medium: Medium) -> String {
    var text = section("Runs", medium, rows: headRows(medium))
    text += section("Settings", medium, rows: rows(parameters), empty: "the same settings")
    text += section("Code", medium, rows: rows(code), empty: "the same code")
    text += section(
      "Environment", medium, rows: rows(environment), empty: "the same environment")
    text += section("Metrics", medium, rows: metricRows, isNumeric: true, empty: "no metrics")
    return text + "\n" + sentences
  }

  /// What stands above a run's column: its name, or its id where names are not all different.
  private var titles: [String] {
    Set(runs.map(\.name)).count == runs.count ? runs.map(\.name) : runs.map(\.id.rawValue)
  }

  private func headRows(_ medium: Medium) -> [[Table.Cell]] {
    [
      ["id"] + runs.map { Table.Cell($0.id.rawValue) },
      ["name"] + runs.map { Table.Cell($0.name) },
      ["status"] + runs.map { Table.Cell($0.status.rawValue, Paint($0.status)) },
      ["epoch"] + runs.map { RunField.own(.epoch).cell(of: $0, for: medium) },
      ["created"] + runs.map { Table.Cell(medium.text($0.createdAt), .faint) },
    ]
  }

  private func rows(_ differences: [Difference]) -> [[Table.Cell]] {
    differences.map { difference in
      [Table.Cell(difference.key)]
        + difference.values.map { $0.map { Table.Cell($0.description) } ?? Table.Cell("–", .faint) }
    }
  }

  private var metricRows: [[Table.Cell]] {
    metrics.flatMap { name in
      Self.aspects.enumerated().map { place, aspect in
        [Table.Cell(place == 0 ? "\(name) last" : "  \(aspect.0)")]
          + runs.map { run in
            let value = run.metrics[name].flatMap(aspect.1)
            guard let value else { return Table.Cell("–", .faint) }
            return Table.Cell(figures(value), value.isFinite ? nil : .bad)
          }
      }
    }
  }

  private func section(
    _ title: String, _ medium: Medium, rows: [[Table.Cell]], isNumeric: Bool = false,
    empty: String = ""
  ) -> String {
    let head = (title == "Runs" ? "" : "\n") + medium.paint(title, .strong) + "\n"
    guard !rows.isEmpty else { return head + "  \(empty)\n" }
    let columns =
      [Table.Column("")]
      + titles.map { Table.Column($0, isNumeric: isNumeric, isFlexible: true, keepsCase: true) }
    let table = Table(columns: columns, rows: rows).text(for: medium, indent: 2)
    // The runs' own rows name them already.
    let lines = title == "Runs" ? table.drop { $0 != "\n" }.dropFirst() : table[...]
    return head + lines
  }

  /// Where each run parts from the first one, a line each.
  private var sentences: String {
    zip(runs.dropFirst(), partings).map { run, parting in
      let pair = "\(printable(run.name)) (\(run.id))"
      let base = "\(printable(runs[0].name)) (\(runs[0].id))"
      switch parting {
      case .noCommonStep: return "\(pair) and \(base) recorded no metric at the same step\n"
      case .none: return "\(pair) does not part from \(base) at any step that both recorded\n"
      case .at(let difference):
        let values = difference.values.map(\.shortestText)
        return "\(pair) parts from \(base) at step \(difference.step): "
          + "\(printable(difference.metric)) \(values[1]), not \(values[0])\n"
      }
    }.joined()
  }
}
