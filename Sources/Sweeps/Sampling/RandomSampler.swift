/// Every parameter by chance, each keyed by its own name: one more parameter moves no other.
package struct RandomSampler: Sampler {
  /// What it searches.
  package let space: Space
  private let axes: [Axis]
  private let names: [UInt32]

  /// A sampler of a space.
  package init(_ space: Space) {
    self.space = space
    axes = space.parameters.map { Axis($0.domain) }
    names = space.parameters.map(\.nameWord)
  }

  /// It looks at no history.
  package var learns: Bool { false }

  /// The parameters of a point: uniform in each domain.
  package func suggest(point: Int, draw: Int, seed: UInt64, history: [Observation]) -> Assignment {
    let draws = CounterDraw(seed: seed, point: point, draw: draw)
    return space.assignment { axes[$0].value(at: draws.uniform(names[$0], .value)) }
  }
}
