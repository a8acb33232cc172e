/// A curve on one line of a few cells: dots, with a × where a value is no number.
package func sparkline(_ places: [Chart.Place], width: Int) -> String {
  let chart = Chart(
    title: "", axis: .step,
    curves: [Chart.Curve(name: "", places: places, total: places.count)])
  guard let across = chart.axisScale else { return "" }
  let drawing = Drawing(chart, across: across, width: width, height: 1)
  let pen = CurvePen(areFaint: [false], hasColor: true)
  return String(
    (0..<width).map { column in
      for kind in OddValue.allCases {
        let mark = drawing.mark(column, kind, 0, pen).character
        if mark != " " { return mark }
      }
      return drawing.cell(column, 0, pen).character
    })
}
