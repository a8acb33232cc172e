import Foundation
import RunModel
import Sweeps

/// A function to be minimised, with its space and its minimum.
struct Problem: Sendable {
  let name: String
  let space: Space
  let minimum: Double
  let value: @Sendable (Assignment) -> Double

  /// The problems of the comparison.
  static func all() throws -> [Problem] { [branin, hartmann, try gansurr(), rosenbrock] }

  private static func numbers(_ assignment: Assignment) -> [Double] {
    assignment.values.map { $0?.doubleValue ?? .nan }
  }

  private static func cube(_ dimensions: Int, _ bounds: ClosedRange<Double>) -> Space {
    Space(
      (0..<dimensions).map { index in
        Parameter(
          key: "x\(index)",
          domain: .range(low: bounds.lowerBound, high: bounds.upperBound, step: nil))
      })
  }

  /// Branin, "Widely convergent method for finding multiple solutions of simultaneous nonlinear equations"
  /// (1972).
  private static let branin = Problem(
    name: "Branin",
    space: Space([
      Parameter(key: "x0", domain: .range(low: -5, high: 10, step: nil)),
      Parameter(key: "x1", domain: .range(low: 0, high: 15, step: nil)),
    ]), minimum: 0.397887
  ) { assignment in
    let x = numbers(assignment)
    let bend = x[1] - 5.1 / (4 * .pi * .pi) * x[0] * x[0] + 5 / .pi * x[0] - 6
    return bend * bend + 10 * (1 - 1 / (8 * .pi)) * cos(x[0]) + 10
  }

  /// Hartman, "Some experiments in global optimization" (1973), in six dimensions.
  private static let hartmann = Problem(
    name: "Hartmann-6", space: cube(6, 0...1), minimum: -3.322368
  ) { assignment in
    let x = numbers(assignment)
    let heights = [1, 1.2, 3, 3.2]
    let widths: [[Double]] = [
      [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
      [17, 8, 0.05, 10, 0.1, 14],
    ]
    let centres: [[Double]] = [
      [1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
      [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381],
    ]
    return -zip(heights, zip(widths, centres)).reduce(0) { sum, hill in
      let (height, (widths, centres)) = hill
      let distance = x.indices.reduce(0) { sum, index in
        let offset = x[index] - centres[index] * 1e-4
        return sum + widths[index] * offset * offset
      }
      return sum + height * exp(-distance)
    }
  }

  /// Rosenbrock's valley, in four dimensions.
  private static let rosenbrock = Problem(
    name: "Rosenbrock-4", space: cube(4, -2.048...2.048), minimum: 0
  ) { assignment in
    let x = numbers(assignment)
    return zip(x, x.dropFirst()).reduce(0) { sum, pair in
      let valley = pair.1 - pair.0 * pair.0
      return sum + 100 * valley * valley + (1 - pair.0) * (1 - pair.0)
    }
  }

  /// What the search of a GAN's settings is like: a loss decides which parameters there are.
  private static func gansurr() throws -> Problem {
    let penalized = try Condition(parsing: "loss = 'wasserstein-gp'")
    let losses = ["nonsaturating", "hinge", "wasserstein-gp"]
    let space = Space([
      Parameter(key: "loss", domain: .choice(losses.map { .text($0) })),
      Parameter(key: "lr", domain: .log(low: 1e-5, high: 1e-2)),
      Parameter(key: "beta1", domain: .range(low: 0, high: 0.9, step: 0.1)),
      Parameter(key: "lambda", domain: .log(low: 0.1, high: 100), condition: penalized),
      Parameter(
        key: "d_steps", domain: .int(low: 1, high: 5, isLog: false), condition: penalized),
    ])
    return Problem(name: "gansurr", space: space, minimum: 0) { assignment in
      let x = numbers(assignment)
      let isPenalized = assignment.values[0] == .text("wasserstein-gp")
      let base = isPenalized ? 0 : assignment.values[0] == .text("hinge") ? 0.2 : 0.3
      let rate = log10(x[1]) - (isPenalized ? -4 : -3.7)
      let value = base + rate * rate + (x[2] - 0.5) * (x[2] - 0.5)
      guard isPenalized else { return value }
      let lambda = log10(x[3]) - 1
      return value + 0.25 * lambda * lambda + 0.05 * (5 - x[4])
    }
  }
}
