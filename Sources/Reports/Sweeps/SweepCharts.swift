import RunModel

/// Where a chart's plot stands within its picture.
struct PlotFrame: Sendable {
  var left = 62.0
  var top = 10.0
  var width = 400.0
  var height = 180.0

  var bottom: Double { top + height }
  func x(_ fraction: Double) -> Double { left + fraction * width }
  func y(_ fraction: Double) -> Double { top + (1 - fraction) * height }

  /// The axes, and the values' labels.
  func axes(_ scale: ChartScale?) -> HTML {
    var axes: HTML = """
      <path class="axis" d="M\(tenths(left)) \(tenths(top))V\(tenths(bottom))h\(tenths(width))"/>

      """
    guard let scale else { return axes }
    for fraction in scale.low < scale.high ? [1, 0.5, 0] : [0.5] {
      axes += """
        <path class="grid" d="M\(tenths(left)) \(tenths(y(fraction)))h\(tenths(width))"/>
        <text x="\(tenths(left - 6))" y="\(tenths(y(fraction) + 4))" class="end">\
        \(figures(scale.number(at: fraction)))</text>

        """
    }
    return axes
  }

  /// A text below the plot, at a fraction of its width.
  func label(_ text: String, at fraction: Double, line: Double = 16) -> HTML {
    let side = fraction <= 0 ? "start" : fraction >= 1 ? "end" : "middle"
    return """
      <text x="\(tenths(x(fraction)))" y="\(tenths(bottom + line))" class="\(side)">\(text)</text>

      """
  }
}

/// A point's mark: a dot, or a cross where it came to no value.
func mark(_ trial: TrialStanding, _ values: SweepValues, x: Double, y: Double) -> HTML {
  let number = trial.trial.number
  guard trial.mean != nil else {
    return """
      <path class="cross" data-point="\(number)" d="M\(tenths(x - 3)) \(tenths(y - 3))l6 6m0-6l-6 6"/>

      """
  }
  return """
    <circle class="dot \(values.look(of: trial))" data-point="\(number)" cx="\(tenths(x))" \
    cy="\(tenths(y))" r="3.5"/>

    """
}

/// Every value by its point's number, with the best so far as a line.
struct HistorySVG {
  let standing: SweepStanding
  let trials: [TrialStanding]
  let values: SweepValues

  var figure: HTML {
    let frame = PlotFrame()
    let last = max(standing.points - 1, 1)
    func x(_ number: Int) -> Double { frame.x(Double(number) / Double(last)) }
    let lost = frame.bottom + 12
    let marks = values.drawn(trials).map { trial -> HTML in
      let y = trial.mean.flatMap { mean in values.scale.map { frame.y($0.fraction(mean.value)) } }
      return mark(trial, values, x: x(trial.trial.number), y: y ?? lost)
    }
    var line = ""
    for (number, value) in standing.bestSoFar(epochs: values.epochs) {
      guard let scale = values.scale else { break }
      let y = tenths(frame.y(scale.fraction(value)))
      line += line.isEmpty ? "M\(tenths(x(number))) \(y)" : "H\(tenths(x(number)))V\(y)"
    }
    if !line.isEmpty { line += "H\(tenths(x(trials.last?.trial.number ?? last)))" }
    return """
      <figure class="chart"><figcaption><b>Values by point</b> the line is the best so far of \
      \(counted(values.epochs, "epoch")); hollow dots have fewer, crosses diverged or failed; \
      \(values.caption)</figcaption>
      <svg viewBox="0 0 470 232" role="img" aria-label="\(standing.objective) by point">
      \(frame.axes(values.scale))<path class="best" d="\(line)"/>
      \(marks)\(frame.label("0", at: 0, line: 34))\(frame.label("point", at: 0.5, line: 34))\
      \(frame.label(String(last), at: 1, line: 34))</svg></figure>

      """
  }
}

/// The values along one parameter.
struct SliceSVG {
  let axis: SweepAxis
  let trials: [TrialStanding]
  let values: SweepValues
  /// The parameter's part, of 1, in being among the best.
  let importance: Double?

  var figure: HTML {
    let frame = PlotFrame(width: 250, height: 140)
    let marks = values.drawn(trials).compactMap { trial -> HTML? in
      guard let value = trial.trial.parameters.first(where: { $0.key == axis.key })?.value,
        let fraction = axis.fraction(value)
      else { return nil }
      let y = trial.mean.flatMap { mean in values.scale.map { frame.y($0.fraction(mean.value)) } }
      return mark(
        trial, values, x: frame.x(fraction + shift(trial.trial.number)), y: y ?? frame.bottom + 9)
    }
    return """
      <figure class="chart"><figcaption><b>\(axis.key)</b> \(caption)</figcaption>
      <svg viewBox="0 0 320 188" role="img" aria-label="\(axis.key)">
      \(frame.axes(values.scale))\(marks)\(labels(frame))</svg></figure>

      """
  }

  private var caption: String {
    var parts: [String] = []
    if case .numbers(_, _, true) = axis.values { parts.append("log scale") }
    if let importance { parts.append("importance \(Int((importance * 100).rounded())) %") }
    return parts.joined(separator: ", ")
  }

  /// Points of one category stand beside one another, each always at the same place.
  private func shift(_ number: Int) -> Double {
    guard case .categories(let names) = axis.values else { return 0 }
    return Double(number % 11 * 7 % 11 - 5) / 11 * 0.7 / Double(names.count)
  }

  private func labels(_ frame: PlotFrame) -> [HTML] {
    let labels = axis.labels
    guard case .categories = axis.values else {
      return labels.map { frame.label($0.text, at: $0.fraction, line: 28) }
    }
    // About six units a letter.
    let room = Int(frame.width / Double(labels.count) / 6)
    guard room >= 3 else {
      return [frame.label(counted(labels.count, "choice"), at: 0.5, line: 28)]
    }
    return labels.map { frame.label(truncated($0.text, to: room), at: $0.fraction, line: 28) }
  }
}

extension TrialStanding {
  /// Whether it came to a value, or to none for good.
  var hasEnded: Bool { mean != nil || state == .diverged || state == .failed }
}

extension SweepStanding {
  /// The best values so far, at the points that improved on all before, of those trained so far.
  func bestSoFar(epochs: Int) -> [(number: Int, value: Double)] {
    var best: [(number: Int, value: Double)] = []
    for trial in trials where trial.epochs == epochs {
      guard let value = trial.mean?.value else { continue }
      if best.last.map({ minimizes ? value < $0.value : value > $0.value }) ?? true {
        best.append((trial.trial.number, value))
      }
    }
    return best
  }
}
