/// A chart as an inline SVG picture; each curve is of the class `run-N`, by its place.
struct ChartSVG {
  private let chart: Chart
  private let width = 400
  private let height = 200
  private let left = 62
  private let top = 8
  private let markHeight = 12
  /// Between the lowest value's label and the first mark's.
  private let markGap = 8
  private let mostLayers = 6

  /// A picture of a chart that has at least one point.
  init(_ chart: Chart) { self.chart = chart }

  /// The figure: its title and caption, and the picture.
  var figure: HTML {
    let shown = chart.curves.reduce(0) { $0 + $1.places.count }
    guard let across = chart.axisScale else {
      return
        "<figure class=\"chart\"><figcaption><b>\(chart.title)</b> no points</figcaption></figure>\n"
    }
    let marks = marks(across)
    let bottom = top + height + (marks.isEmpty ? 0 : marks.count * markHeight + markGap)
    let title = "\(chart.title) by \(chart.axis.rawValue)"
    return """
      <figure class="chart"><figcaption><b>\(chart.title)</b> \(chart.caption(shown: shown))</figcaption>
      <svg viewBox="0 0 \(left + width + 8) \(bottom + 20)" role="img" aria-label="\(title)">
      <path class="axis" d="M\(left) \(top)V\(bottom)H\(left + width)"/>
      \(valueLabels)\(axisLabels(across, y: bottom + 14))\(curves(across))\(marks)</svg></figure>

      """
  }

  private var valueLabels: [HTML] {
    guard let scale = chart.valueScale else { return [] }
    let fractions = scale.low < scale.high ? [1, 0.5, 0] : [0.5]
    return fractions.map { fraction in
      let y = top + Int((1 - fraction) * Double(height))
      return """
        <path class="grid" d="M\(left) \(y)h\(width)"/>
        <text x="\(left - 6)" y="\(y + 4)" class="end">\(figures(scale.number(at: fraction)))</text>

        """
    }
  }

  private func axisLabels(_ scale: ChartScale, y: Int) -> HTML {
    let name = chart.axis.rawValue
    guard scale.low < scale.high else {
      return "<text x=\"\(left)\" y=\"\(y)\">\(name) \(chart.axis.text(scale.low))</text>\n"
    }
    return """
      <text x="\(left)" y="\(y)">\(chart.axis.text(scale.low))</text>
      <text x="\(left + width / 2)" y="\(y)" class="middle">\(name)</text>
      <text x="\(left + width)" y="\(y)" class="end">\(chart.axis.text(scale.high))</text>

      """
  }

  private func curves(_ across: ChartScale) -> [HTML] {
    guard let scale = chart.valueScale else { return [] }
    return chart.curves.enumerated().map { place, curve in
      var path = ""
      var isOpen = false
      for (number, point) in curve.places.enumerated() {
        guard point.y.isFinite else {
          isOpen = false
          continue
        }
        let y = Double(top) + (1 - scale.fraction(point.y)) * Double(height)
        path += "\(isOpen ? "L" : "M")\(tenths(x(point, across))) \(tenths(y))"
        let next = curve.places.dropFirst(number + 1).first
        // A point alone: a line of no length, which round ends make a dot.
        if !isOpen, next.map({ !$0.y.isFinite }) ?? true { path += "h.01" }
        isOpen = true
      }
      return path.isEmpty
        ? HTML()
        : "<path class=\"curve run-\(place)\" d=\"\(path)\"><title>\(curve.name)</title></path>\n"
    }
  }

  /// Lines of marks below the curves: for each kind of value that is no number one a run, and for many
  /// runs the last line for the rest.
  private func marks(_ across: ChartScale) -> [HTML] {
    OddValue.allCases.flatMap { kind in
      let curves = chart.curves.enumerated().filter {
        $0.element.places.contains { OddValue($0.y) == kind }
      }
      return curves.prefix(mostLayers).indices.map { layer in (kind, layer, curves) }
    }.enumerated().map { line, mark in
      let (kind, layer, curves) = mark
      let y = top + height + markGap + line * markHeight + 8
      let here = curves.enumerated().filter { min($0.offset, mostLayers - 1) == layer }
      let paths = here.map { _, curve -> HTML in
        let crosses = curve.element.places.filter { OddValue($0.y) == kind }.map {
          "M\(tenths(x($0, across) - 3)) \(y - 3)l6 6m0-6l-6 6"
        }
        return """
          <path class="mark run-\(curve.offset)" d="\(crosses.joined())"><title>\(curve.element.name): \
          \(kind.rawValue)</title></path>

          """
      }
      let label: HTML =
        layer == 0
        ? "<text x=\"\(left - 6)\" y=\"\(y + 4)\" class=\"end\">\(kind.rawValue)</text>\n" : ""
      return "\(label)\(paths)"
    }
  }

  private func x(_ point: Chart.Place, _ across: ChartScale) -> Double {
    Double(left) + across.fraction(point.x) * Double(width)
  }
}

/// A coordinate to a tenth, as short as that is written.
func tenths(_ coordinate: Double) -> String {
  let tenths = Int((coordinate * 10).rounded())
  guard tenths % 10 != 0 else { return String(tenths / 10) }
  return (tenths < 0 ? "-" : "") + "\(abs(tenths) / 10).\(abs(tenths % 10))"
}
