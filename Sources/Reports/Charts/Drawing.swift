/// A chart's curves, each on a canvas of its own, and the columns where values are no numbers.
struct Drawing {
  /// How many points the curves that are not faint show.
  private(set) var shown = 0
  private var canvases: [BrailleCanvas] = []
  /// For each kind the curves that have such a value, by column.
  private var odd: [OddValue: [Int: [Int]]] = [:]

  /// Draws a chart in so many cells.
  init(_ chart: Chart, across: ChartScale, width: Int, height: Int) {
    let scale = chart.valueScale
    for (place, curve) in chart.curves.enumerated() {
      var canvas = BrailleCanvas(width: width, height: height)
      // Four stretches of points for every column of dots: no dot of the whole curve is missed by much,
      // and none at all of its highest and lowest.
      let places = thinned(curve.places, to: max(4, 8 * canvas.dotsAcross)) { $0.y }
      if !curve.isFaint { shown += places.count }
      var last: BrailleCanvas.Dot?
      for point in places {
        let x = Int((across.fraction(point.x) * Double(canvas.dotsAcross - 1)).rounded())
        if let kind = OddValue(point.y) {
          if odd[kind]?[x / 2]?.last != place {
            odd[kind, default: [:]][x / 2, default: []].append(place)
          }
          last = nil
        } else if let scale {
          let y = Int(((1 - scale.fraction(point.y)) * Double(canvas.dotsDown - 1)).rounded())
          let dot = BrailleCanvas.Dot(x: x, y: y)
          canvas.line(from: last ?? dot, to: dot)
          last = dot
        }
      }
      canvases.append(canvas)
    }
  }

  /// A cell of the picture: where several curves meet, they take turns from column to column, so that
  /// none hides another for long.
  func cell(_ column: Int, _ row: Int, _ pen: CurvePen) -> PaintedCell {
    let meeting = canvases.indices.filter { canvases[$0][column, row] != 0 }
    guard let curve = turn(meeting, column, pen) else { return PaintedCell(character: " ") }
    guard pen.drawsDots else {
      return PaintedCell(character: pen.mark(curve), paint: pen.paint(curve))
    }
    let dots = meeting.filter { pen.isFaint($0) == pen.isFaint(curve) }
      .reduce(0) { $0 | canvases[$1][column, row] }
    return PaintedCell(character: brailleCharacter(dots), paint: pen.paint(curve))
  }

  /// How many lines the marks of one kind take: where the curves that meet in a column are few, each has
  /// its mark.
  func layers(of kind: OddValue) -> Int {
    min(odd[kind]?.values.reduce(0) { max($0, $1.count) } ?? 0, Self.mostLayers)
  }

  private static let mostLayers = 6

  /// A cell of a line of marks of one kind.
  ///
  /// - Parameter layer: which of the kind's lines, from 0.
  func mark(_ column: Int, _ kind: OddValue, _ layer: Int, _ pen: CurvePen) -> PaintedCell {
    let meeting = (odd[kind]?[column] ?? []).dropFirst(layer)
    guard let first = meeting.first else { return PaintedCell(character: " ") }
    let isLast = layer == Self.mostLayers - 1
    let curve = isLast ? turn(Array(meeting), column, pen) ?? first : first
    return PaintedCell(
      character: pen.drawsDots ? "×" : pen.mark(curve), paint: pen.paint(curve))
  }

  private func turn(_ meeting: [Int], _ column: Int, _ pen: CurvePen) -> Int? {
    let strong = meeting.filter { !pen.isFaint($0) }
    let among = strong.isEmpty ? meeting : strong
    return among.isEmpty ? nil : among[column % among.count]
  }
}
