/// How much each parameter decides whether a point is among the best tenth.
///
/// PED-ANOVA: Watanabe and others, "PED-ANOVA: efficiently quantifying hyperparameter importance in
/// arbitrary subspaces" (2023), with conditions as Optuna 5.0 has them. It compares where the best points
/// lie with where all lie, and asks for their order alone.
package struct Importance: Sendable, Hashable {
  /// Of fewer points less than five are among the best tenth: they tell nothing.
  package static let fewestPoints = 50

  /// The divergence of each parameter, in the space's order: 0 where the best lie as all do.
  package let divergences: [Double]

  /// The importance of a space's parameters; `nil` for less than `fewestPoints` points with a rank.
  package init?(_ space: Space, _ observations: [Observation]) {
    let ranked = observations.ranked()
    guard ranked.count >= Self.fewestPoints else { return nil }
    divergences = space.parameters.indices.map { parameter in
      let axis = Axis(space.parameters[parameter].domain)
      let positions = ranked.map { observation -> Double? in
        let values = observation.assignment.values
        return values.indices.contains(parameter) ? axis.position(of: values[parameter]) : nil
      }
      return Self.divergence(axis, positions)
    }
  }

  /// The divergences as parts of 1; all 0 where nothing tells.
  package var shares: [Double] {
    let sum = divergences.reduce(0, +)
    return divergences.map { sum > 0 ? $0 / sum : 0 }
  }

  /// The divergence of a parameter, from its position in each point, the best first; `nil`: took no part.
  private static func divergence(_ axis: Axis, _ positions: [Double?]) -> Double {
    let best = (positions.count + 9) / 10
    let all = positions.compactMap(\.self)
    let top = positions.prefix(best).compactMap(\.self)
    guard let grid = DensityGrid(axis), all.count > 1, !top.isEmpty else { return 0 }
    // The Pearson divergence of one density from the other, both kept above 0.
    let divergence = zip(grid.density(top), grid.density(all)).reduce(0) { sum, pair in
      let (p, q) = (pair.0 + 1e-12, pair.1 + 1e-12)
      return sum + q * (p / q - 1) * (p / q - 1)
    }
    let share = Double(best) / Double(positions.count)
    let topPart = Double(top.count) / Double(best)
    let allPart = Double(all.count) / Double(positions.count)
    return share * share * topPart * topPart / allPart * divergence
  }
}
