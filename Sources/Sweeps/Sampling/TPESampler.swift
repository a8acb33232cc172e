/// The tree-structured Parzen estimator: points like the best tenth, unlike the others.
///
/// Bergstra and others, "Algorithms for hyper-parameter optimization" (2011), with the choices of Optuna 5.0:
/// densities over all parameters at once, a width for each kernel and parameter, points without a result
/// among the others. Conditions are our own: `ParzenEstimate`.
package struct TPESampler: Sampler {
  /// How many points are drawn, of which the likeliest is suggested.
  static let candidates = 24

  /// What it searches.
  package let space: Space
  /// How many results it draws by chance before.
  package let startup: Int
  private let random: RandomSampler
  private let axes: [Axis]
  private let names: [UInt32]

  /// A sampler of a space.
  package init(_ space: Space, startup: Int = 10) {
    self.space = space
    self.startup = startup
    random = RandomSampler(space)
    axes = space.parameters.map { Axis($0.domain) }
    names = space.parameters.map(\.nameWord)
  }

  /// It looks at the history.
  package var learns: Bool { true }

  /// The parameters of a point.
  package func suggest(point: Int, draw: Int, seed: UInt64, history: [Observation]) -> Assignment {
    let sides = Sides(history)
    guard sides.finished >= startup else {
      return random.suggest(point: point, draw: draw, seed: seed, history: history)
    }
    let (good, others) = densities(sides)
    let draws = CounterDraw(seed: seed, point: point, draw: draw)
    let assignments = (0..<Self.candidates).map { number in
      let kernel = good.kernel(at: draws.uniform(0, .kernel(number)))
      return space.assignment { parameter in
        axes[parameter].value(
          atPosition: good.position(
            parameter, kernel: kernel, at: draws.uniform(names[parameter], .candidate(number))))
      }
    }
    let positions = assignments.map { self.positions(of: $0) }
    let scores = zip(good.logDensities(positions), others.logDensities(positions)).map { $0 - $1 }
    var best = 0
    // The first of equals; a comparison with NaN is false.
    for candidate in scores.indices where scores[candidate] > scores[best] { best = candidate }
    return assignments[best]
  }

  /// The logarithm of the density of the best over that of the others: what a candidate is chosen by.
  package func logRatio(of assignment: Assignment, history: [Observation]) -> Double {
    let (good, others) = densities(Sides(history))
    let positions = [self.positions(of: assignment)]
    return zip(good.logDensities(positions), others.logDensities(positions)).map { $0 - $1 }[0]
  }

  private func densities(_ sides: Sides) -> (good: ParzenEstimate, others: ParzenEstimate) {
    (estimate(sides.below), estimate(sides.above))
  }

  private func estimate(_ observations: [Observation]) -> ParzenEstimate {
    let rows = observations.map { positions(of: $0.assignment) }
    let columns = axes.indices.map { parameter in rows.map { $0[parameter] } }
    return ParzenEstimate(axes, columns, count: rows.count)
  }

  private func positions(of assignment: Assignment) -> [Double?] {
    axes.indices.map { parameter in
      guard assignment.values.indices.contains(parameter) else { return nil }
      return axes[parameter].position(of: assignment.values[parameter])
    }
  }
}

/// A history in two: the best tenth, at most 25, and the others with those that have no result yet.
private struct Sides {
  /// How many have a result.
  let finished: Int
  /// Each in the order of points.
  let below: [Observation]
  let above: [Observation]

  init(_ history: [Observation]) {
    let ranked = history.ranked()
    let count = min((ranked.count + 9) / 10, 25)
    finished = ranked.count
    below = ranked.prefix(count).sorted { $0.point < $1.point }
    // Where a worker is at, or was when it vanished, no other need look: the constant liar.
    let running = history.filter { $0.result == .running }
    above = (ranked.dropFirst(count) + running).sorted { $0.point < $1.point }
  }
}
