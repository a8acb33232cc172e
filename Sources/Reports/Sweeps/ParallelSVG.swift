import RunModel

/// Parallel coordinates: an upright axis a parameter and one of values, and a line a point across them.
struct ParallelSVG {
  let objective: String
  let axes: [SweepAxis]
  let trials: [TrialStanding]
  let values: SweepValues

  private let step = 150.0
  private let side = 75.0

  /// The picture; the best points are drawn last, over the others.
  var svg: HTML {
    let frame = PlotFrame(
      left: side, top: 30, width: step * Double(axes.count), height: 230)
    let lines = values.drawn(trials).map { line($0, frame) }
    return """
      <svg class="parallel" viewBox="0 0 \(tenths(frame.width + 2 * side)) 310" \
      width="\(tenths(frame.width + 2 * side))" height="310" role="img" aria-label="Each point as a line \
      across its parameters and its value">
      \(lines)\(axes.enumerated().map { upright($1, at: $0, frame) })\(valueAxis(frame))</svg>

      """
  }

  private func line(_ trial: TrialStanding, _ frame: PlotFrame) -> HTML {
    var path = ""
    for (place, axis) in axes.enumerated() {
      let value = trial.trial.parameters.first { $0.key == axis.key }?.value
      let y = value.flatMap(axis.fraction).map(frame.y) ?? frame.bottom + 22
      path += "\(place == 0 ? "M" : "L")\(tenths(x(place))) \(tenths(y))"
    }
    let end = trial.mean.flatMap { mean in values.scale.map { frame.y($0.fraction(mean.value)) } }
    path += "L\(tenths(x(axes.count))) \(tenths(end ?? frame.bottom + 22))"
    return """
      <path class="trial \(values.look(of: trial))" data-point="\(trial.trial.number)" d="\(path)"/>

      """
  }

  private func x(_ place: Int) -> Double { side + Double(place) * step }

  private func upright(_ axis: SweepAxis, at place: Int, _ frame: PlotFrame) -> HTML {
    let names = shortNames(of: axes.map(\.key))
    let isSometimesAbsent = trials.contains { trial in
      !trial.trial.parameters.contains { $0.key == axis.key }
    }
    let labels = axis.labels
    // More would run into one another.
    let shown = labels.count <= 16 ? labels : [labels[0], labels[labels.count - 1]]
    return upright(
      names[place], whole: axis.key, at: place, frame, labels: shown,
      absent: isSometimesAbsent ? "takes no part" : nil)
  }

  private func valueAxis(_ frame: PlotFrame) -> HTML {
    let labels = values.scale.map { scale in
      (scale.low < scale.high ? [0, 0.5, 1] : [0.5]).map { ($0, figures(scale.number(at: $0))) }
    }
    let isAnyLost = trials.contains { $0.hasEnded && $0.mean == nil }
    return upright(
      "value", whole: objective, at: axes.count, frame, labels: labels ?? [],
      absent: isAnyLost ? "diverged, failed" : nil)
  }

  private func upright(
    _ name: String, whole: String, at place: Int, _ frame: PlotFrame,
    labels: [(Double, String)], absent: String?
  ) -> HTML {
    let x = x(place)
    let texts = labels.map { fraction, text -> HTML in
      """
      <text class="halo" x="\(tenths(x + 5))" y="\(tenths(frame.y(fraction) + 4))">\
      \(truncated(text, to: 20))</text>

      """
    }
    let none: HTML =
      absent.map {
        """
        <text class="middle halo" x="\(tenths(x))" y="\(tenths(frame.bottom + 40))">\($0)</text>

        """
      } ?? HTML()
    return """
      <path class="axis" d="M\(tenths(x)) \(tenths(frame.top))v\(tenths(frame.height))"/>
      <text class="middle name" x="\(tenths(x))" y="16">\(truncated(name, to: 22))<title>\(whole)</title></text>
      \(texts)\(none)
      """
  }
}
