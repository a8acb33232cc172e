import RunModel

extension Comparison {
  /// The comparison as text: sections and curves on a terminal, `key<TAB>value…` lines elsewhere.
  package func text(for medium: Medium) -> String {
    guard medium.isTerminal else {
      let heads = [("id", runs.map(\.id.rawValue)), ("name", runs.map(\.name))]
      let rows =
        heads.map { [$0] + $1 } + lines.map { [$0.key] + $0.values.map { $0 ?? "" } }
      return Table(columns: [], rows: rows.map { $0.map { Table.Cell($0) } }).text(for: medium)
    }
    return section("Runs", medium, rows: headRows(for: medium, time: medium.text))
      + section("Settings", medium, rows: rows(parameters), empty: "the same settings")
      + section("Code", medium, rows: rows(code), empty: "the same code")
      + section("Environment", medium, rows: rows(environment), empty: "the same environment")
      + section("Metrics", medium, rows: metricRows, isNumeric: true, empty: "no metrics")
      + curveSection(medium) + "\n" + sentences
  }

  /// What stands above a run's column: its name, or its id where names are not all different.
  var titles: [String] {
    Set(runs.map(\.name)).count == runs.count ? runs.map(\.name) : runs.map(\.id.rawValue)
  }

  /// What the runs are: the table's rows, their first cells the keys.
  ///
  /// - Parameter time: how a moment is written.
  func headRows(for medium: Medium, time: (Timestamp) -> String) -> [[Table.Cell]] {
    [
      ["id"] + runs.map { Table.Cell($0.id.rawValue) },
      ["name"] + runs.map { Table.Cell($0.name) },
      ["status"] + runs.map { Table.Cell($0.status.rawValue, Paint($0.status)) },
      ["epoch"] + runs.map { RunField.own(.epoch).cell(of: $0, for: medium) },
      ["created"] + runs.map { Table.Cell(time($0.createdAt), .faint) },
    ]
      + (runs.contains { $0.trial != nil }
        ? [["trial"] + runs.map { Table.Cell($0.trial.map { "\($0.sweep) \($0.number)" } ?? "–") }]
        : [])
  }

  /// A row a key.
  func rows(_ differences: [Difference]) -> [[Table.Cell]] {
    differences.map { difference in
      [Table.Cell(difference.key)]
        + difference.values.map { $0.map { Table.Cell($0.description) } ?? Table.Cell("–", .faint) }
    }
  }

  /// Rows of what each metric came to, the best values marked.
  var metricRows: [[Table.Cell]] {
    metrics.flatMap { name in
      let winner = Winner(of: name, among: runs)
      var rows = Self.aspects.enumerated().map { place, aspect in
        let winners =
          aspect.name == "last"
          ? winner?.last : aspect.name == winner?.direction.rawValue ? winner?.best : nil
        return [Table.Cell(place == 0 ? "\(name) last" : "  \(aspect.name)")]
          + runs.indices.map { run in
            valueCell(name, aspect.value, run, isBest: winners?.contains(run) ?? false)
          }
      }
      if runs.contains(where: { $0.metrics[name]?.nanCount ?? 0 > 0 }) {
        rows.append(
          ["  NaN"]
            + runs.map { run in
              guard let count = run.metrics[name]?.nanCount else { return Table.Cell("–", .faint) }
              return Table.Cell(String(count), count > 0 ? .bad : nil)
            })
      }
      return rows
    }
  }

  private func valueCell(
    _ metric: String, _ aspect: (MetricSummary) -> Double?, _ run: Int, isBest: Bool
  ) -> Table.Cell {
    guard let value = runs[run].metrics[metric].flatMap(aspect) else {
      return Table.Cell("–", .faint)
    }
    var text = (isBest ? "*" : "") + figures(value)
    if choice.hasBaseline, run > 0,
      let change = difference(value, runs[0].metrics[metric].flatMap(aspect))
    {
      text += " (\(change < 0 || change.isNaN ? "" : "+")\(figures(change)))"
    }
    return Table.Cell(text, value.isFinite ? (isBest ? .good : nil) : .bad)
  }

  /// A titled table of a column a run, in as many blocks as the medium's width asks for.
  private func section(
    _ title: String, _ medium: Medium, rows: [[Table.Cell]], isNumeric: Bool = false,
    empty: String = ""
  ) -> String {
    let head = (title == "Runs" ? "" : "\n") + medium.paint(title, .strong) + "\n"
    guard !rows.isEmpty else { return head + "  \(empty)\n" }
    var text = head
    for (place, block) in blocks(rows, width: medium.width - 2).enumerated() {
      let columns =
        [Table.Column("", isFlexible: true)]
        + block.map {
          Table.Column(titles[$0], isNumeric: isNumeric, isFlexible: true, keepsCase: true)
        }
      let table = Table(
        columns: columns, rows: rows.map { row in [row[0]] + block.map { row[$0 + 1] } }
      ).text(for: medium, indent: 2)
      // The runs' own rows name them already.
      let lines = title == "Runs" ? table.drop { $0 != "\n" }.dropFirst() : table[...]
      text += (place == 0 ? "" : "\n") + lines
    }
    if rows.contains(where: { $0.contains { $0.text.hasPrefix("*") } }) {
      text += "  \(medium.paint("* the best of the runs", .faint))\n"
    }
    return text
  }

  /// The runs whose columns stand beside one another; a long name or setting is cut before it takes the
  /// room of another run.
  private func blocks(_ rows: [[Table.Cell]], width: Int) -> [Range<Int>] {
    let keys = min(rows.reduce(0) { max($0, columns(of: $1[0].text)) }, width / 2)
    var blocks: [Range<Int>] = []
    var start = 0
    var used = keys
    for run in runs.indices {
      let cells = rows.map { columns(of: $0[run + 1].text) } + [columns(of: titles[run])]
      let needed = 2 + min(cells.max() ?? 0, 24)
      if run > start, used + needed > width {
        blocks.append(start..<run)
        (start, used) = (run, keys)
      }
      used += needed
    }
    return blocks + [start..<runs.count]
  }

  /// The metrics' curves, those of all runs over one another.
  private func curveSection(_ medium: Medium) -> String {
    guard choice.curveLimit != nil, !metrics.isEmpty else { return "" }
    let pen = CurvePen(areFaint: runs.map { _ in false }, hasColor: medium.hasColor)
    return metrics.reduce(
      into: "\n" + medium.paint("Curves", .strong) + "\n"
        + pen.legend(titles, for: medium, indent: 2)
    ) { text, metric in
      text += "\n" + chart(metric).text(for: medium, rows: 9, pen: pen, indent: 2)
    }
  }

  /// A metric's curves in the order of the runs.
  func chart(_ metric: String) -> Chart {
    let curves = zip(runs.indices, curves[metric] ?? []).map { run, curve in
      curve?.curve(named: titles[run], along: choice.axis, attempts: attempts[run])
        ?? Chart.Curve(name: titles[run], places: [], total: 0)
    }
    return Chart(title: metric, axis: choice.axis, curves: curves)
  }

  /// Where each run parts from the first one, a line each.
  var sentences: String {
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
