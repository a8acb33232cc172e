import RunModel

/// The values of a sweep's points as charts place and colour them.
struct SweepValues: Sendable {
  /// Points with a value, from the best to the worst: those trained further first.
  let ranking: [TrialStanding]
  /// Where values stand, `nil` without any; values beyond it are drawn at its edge.
  let scale: ChartScale?
  /// How many values are beyond the scale.
  let beyond: Int
  /// The epochs of the points that were trained furthest.
  let epochs: Int
  private let shades: [Int: Int]

  /// How many shades tell good points from bad ones.
  static let shadeCount = 5

  /// The values of the trials that are drawn.
  init(_ trials: [TrialStanding], minimizes: Bool) {
    let ranking = trials.ranked(minimizes: minimizes)
    self.ranking = ranking
    epochs = ranking.first?.epochs ?? 0
    shades = Dictionary(
      uniqueKeysWithValues: ranking.enumerated().map {
        ($1.trial.number, $0 * Self.shadeCount / ranking.count)
      })
    // A few bad values would squeeze all others into a line: they may be a thousand times worse.
    let values = ranking.compactMap { $0.mean?.value }.sorted { minimizes ? $0 < $1 : $0 > $1 }
    var shown = values[...]
    if values.count >= 8, let best = values.first, let worst = values.last {
      let reach = 1.5 * (values[values.count * 3 / 4 - 1] - best)
      if reach != 0, (worst - best) / reach > 3 {
        shown = values.prefix { ($0 - best) / reach <= 1 }
      }
    }
    beyond = values.count - shown.count
    scale = ChartScale(shown, mayBeLogarithmic: true)
  }

  /// A point's shade, 0 for the best fifth; `nil` without a value.
  func shade(of trial: TrialStanding) -> Int? { shades[trial.trial.number] }

  /// The points that have a mark, in the order in which they are drawn: the best over all others.
  func drawn(_ trials: [TrialStanding]) -> [TrialStanding] {
    trials.filter { $0.mean == nil && $0.hasEnded } + ranking.reversed()
  }

  /// The classes of a point's mark.
  func look(of trial: TrialStanding) -> String {
    guard let shade = shade(of: trial) else { return "lost" }
    return "shade-\(shade)" + (trial.epochs < epochs ? " part" : "")
  }

  /// What is to be said of the scale beside a chart.
  var caption: String {
    guard let scale else { return "no values yet" }
    let parts =
      [scale.isLogarithmic ? "log scale of values" : "straight scale of values"]
      + (beyond > 0 ? ["\(counted(beyond, "worse value")) at the edge"] : [])
    return parts.joined(separator: ", ")
  }
}

extension Sequence<TrialStanding> {
  /// Those with a value, from the best to the worst: those trained further first, ties by number.
  func ranked(minimizes: Bool) -> [TrialStanding] {
    compactMap { trial in trial.mean.map { (trial, minimizes ? $0.value : -$0.value) } }
      .sorted { one, other in
        (other.0.epochs, one.1, one.0.trial.number) < (one.0.epochs, other.1, other.0.trial.number)
      }
      .map(\.0)
  }
}

extension TrialStanding {
  /// The point in a line: its value, how far it was trained, its parameters.
  var line: String {
    var parts = ["point \(trial.number)"]
    if let mean {
      parts.append(figures(mean.value) + (mean.deviation.map { " ± \(figures($0))" } ?? ""))
    }
    parts += [state.rawValue, counted(epochs, "epoch")]
    parts += trial.parameters.map { "\($0.key) \(figures(of: $0.value))" }
    return parts.joined(separator: " · ")
  }
}

/// A parameter's value for reading: numbers with four significant figures at most.
func figures(of value: ParameterValue) -> String {
  guard case .number(let number) = value else { return value.description }
  let (whole, rounded) = (number.shortestText, figures(number))
  return whole.count <= rounded.count ? whole : rounded
}
