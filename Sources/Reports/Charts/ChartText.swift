import RunModel

extension Chart {
  /// The chart as lines of a terminal: its caption, the curves beside their scale, a line of marks for
  /// each kind of value that is no number, and the axis.
  ///
  /// - Parameters:
  ///   - rows: lines that the curves take.
  ///   - pen: how the curves are told apart.
  package func text(for medium: Medium, rows: Int, pen: CurvePen, indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent)
    guard let across = axisScale else {
      return margin + head("no points", for: medium, indent: indent)
    }
    let labels = valueLabels(rows: rows)
    let kinds = OddValue.allCases.filter { kind in
      curves.contains { $0.places.contains { OddValue($0.y) == kind } }
    }
    let gutter = (labels.values + kinds.map(\.rawValue)).reduce(0) { max($0, columns(of: $1)) }
    let width = max(8, medium.width - indent - gutter - 2)
    let drawing = Drawing(self, across: across, width: width, height: rows)

    func line(_ label: String, _ rule: String, _ body: String) -> String {
      var line = margin + padded(label, to: gutter, right: true) + rule + body
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }
    var text = margin + head(caption(shown: drawing.shown), for: medium, indent: indent)
    for row in 0..<rows {
      text += line(
        labels[row] ?? "", labels[row] == nil ? " │" : " ┤",
        cells(width) { column in drawing.cell(column, row, pen) }.text(for: medium))
    }
    for kind in kinds {
      for layer in 0..<drawing.layers(of: kind) {
        text += line(
          layer == 0 ? kind.rawValue : "", " │",
          cells(width) { column in drawing.mark(column, kind, layer, pen) }.text(for: medium))
      }
    }
    text += line("", " └", String(repeating: "─", count: width))
    return text + line("", "  ", axisLabels(across, width: width))
  }

  /// The title and the caption, on a line each where one has no room for both.
  private func head(_ caption: String, for medium: Medium, indent: Int) -> String {
    let room = max(8, medium.width - indent)
    let name = truncated(printable(title), to: room)
    let isOneLine = columns(of: name) + 2 + columns(of: caption) <= room
    return medium.paint(name, .strong)
      + (isOneLine ? "  " : "\n" + String(repeating: " ", count: indent))
      + medium.paint(truncated(caption, to: room), .faint) + "\n"
  }

  /// The values at the top, in the middle and at the bottom, by their row.
  private func valueLabels(rows: Int) -> [Int: String] {
    guard let scale = valueScale else { return [:] }
    guard scale.low < scale.high else { return [rows / 2: figures(scale.low)] }
    var labels = [0: figures(scale.high), rows - 1: figures(scale.low)]
    // The label's value is that of the middle of its row.
    let middle = rows / 2
    let fraction = 1 - (Double(4 * middle) + 1.5) / Double(4 * rows - 1)
    if rows >= 5 { labels[middle] = figures(scale.number(at: fraction)) }
    return labels
  }

  /// The axis's two ends, and between them its name where there is room.
  private func axisLabels(_ scale: ChartScale, width: Int) -> String {
    let first = axis.text(scale.low)
    guard scale.low < scale.high else { return "\(axis.rawValue) \(first)" }
    let last = axis.text(scale.high)
    let room = width - columns(of: first) - columns(of: last)
    guard room > 0 else { return first }
    let name = room >= axis.rawValue.count + 4 ? axis.rawValue : ""
    let left = (room - name.count) / 2
    return first + padded(String(repeating: " ", count: left) + name, to: room) + last
  }

  private func cells(_ width: Int, _ cell: (Int) -> PaintedCell) -> [PaintedCell] {
    (0..<width).map(cell)
  }
}

/// A value that stands on no scale.
enum OddValue: String, CaseIterable {
  case nan = "NaN"
  case infinity = "inf"
  case negativeInfinity = "-inf"

  /// What a value is, `nil` for a finite one.
  init?(_ value: Double) {
    if value.isFinite { return nil }
    self = value.isNaN ? .nan : value > 0 ? .infinity : .negativeInfinity
  }
}

/// A character and its colour.
struct PaintedCell: Sendable {
  var character: Character
  var paint: Paint?
}

extension [PaintedCell] {
  /// The characters, neighbours of one colour painted together.
  func text(for medium: Medium) -> String {
    var text = ""
    var run = ""
    var paint: Paint?
    for cell in self {
      if cell.paint != paint {
        text += medium.paint(run, paint)
        (run, paint) = ("", cell.paint)
      }
      run.append(cell.character)
    }
    return text + medium.paint(run, paint)
  }
}
