package import RunModel

/// Some metrics of one run, drawn large.
package struct CurvePage: Sendable {
  /// A run's curves, as far as it recorded them.
  package struct Member: Sendable {
    package var run: Run
    package var attempts: [Attempt]
    package var curves: [MetricCurve]

    /// A run with curves of its own.
    package init(run: Run, attempts: [Attempt], curves: [MetricCurve]) {
      self.run = run
      self.attempts = attempts
      self.curves = curves
    }
  }

  package var member: Member
  /// The run that it was forked from, and its parent, and so on: drawn faintly.
  package var ancestors: [Member]
  package var axis: CurveAxis

  /// A page of a run's curves.
  package init(_ member: Member, ancestors: [Member], axis: CurveAxis) {
    self.member = member
    self.ancestors = ancestors
    self.axis = axis
  }

  /// Charts on a terminal; elsewhere the lines of the CSV, tab-separated and without a header.
  package func text(for medium: Medium) -> String {
    guard medium.isTerminal else {
      let rows = member.curves.flatMap { curve in
        curve.points.map { PointRows.fields($0, of: curve.metric, member.run) }
      }
      return Table(columns: [], rows: rows.map { $0.map { Table.Cell($0) } }).text(for: medium)
    }
    let title =
      medium.paint(printable(member.run.name), .strong) + "  \(member.run.id)  "
      + medium.paint(member.run.status.rawValue, Paint(member.run.status)) + "\n"
    // One curve takes the terminal, as far as it is of use; several are smaller.
    let rows = member.curves.count == 1 ? min(max(medium.height - 9, 7), 25) : 9
    return member.curves.reduce(into: title) { text, curve in
      text += "\n" + chart(curve, rows: rows, for: medium)
    }
  }

  private func chart(_ curve: MetricCurve, rows: Int, for medium: Medium) -> String {
    let older = ancestors.flatMap { ancestor in
      ancestor.curves.filter { $0.metric == curve.metric }.map {
        $0.curve(
          named: ancestor.run.name, along: axis, attempts: ancestor.attempts, isFaint: true)
      }
    }
    let own = curve.curve(named: member.run.name, along: axis, attempts: member.attempts)
    let chart = Chart(title: curve.metric, axis: axis, curves: [own] + older)
    let pen = CurvePen(areFaint: chart.curves.map(\.isFaint), hasColor: medium.hasColor)
    return chart.text(for: medium, rows: rows, pen: pen)
      + (older.isEmpty ? "" : pen.legend(chart.curves.map(\.name), for: medium))
      + wrapped(Extremes(curve.points).parts, to: medium.width).map { $0 + "\n" }.joined()
  }

  /// The points as CSV in the long layout.
  package var csv: String {
    var text = ByteText()
    text.append(PointRows.csvHeader)
    for curve in member.curves {
      PointRows.appendCSV(curve.points, of: curve.metric, member.run, to: &text)
    }
    return text.withBytes { String(decoding: $0, as: UTF8.self) }
  }
}

/// Where a metric was least, greatest and last, and where it was no number.
private struct Extremes {
  private(set) var parts: [String] = []

  /// Of points by step; what thinning left has the same extremes.
  init(_ points: [SeriesPoint]) {
    let finite = points.filter(\.value.isFinite)
    let lowest = finite.min { $0.value < $1.value }
    let highest = finite.min { $0.value > $1.value }
    for (name, point) in [("min", lowest), ("max", highest), ("last", points.last)] {
      if let point { parts.append("\(name) \(figures(point.value)) at step \(point.step)") }
    }
    for kind in OddValue.allCases {
      let odd = points.filter { OddValue($0.value) == kind }
      guard let first = odd.first else { continue }
      parts.append("\(odd.count) \(kind.rawValue) from step \(first.step)")
    }
  }
}
