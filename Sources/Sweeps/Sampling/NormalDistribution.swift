import Foundation

/// The normal distribution with mean 0 and standard deviation 1.
enum NormalDistribution {
  /// ln √2π.
  static let logScale = 0.5 * log(2 * Double.pi)

  /// The mass up to a number.
  static func mass(below x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

  /// The mass between two numbers, exact in the tails too.
  static func mass(from a: Double, to b: Double) -> Double {
    // Above the middle, the two are differences from 1 of what is small: so the other side is taken.
    a > 0 ? mass(below: -a) - mass(below: -b) : mass(below: b) - mass(below: a)
  }

  /// The number below which a share of the mass between two numbers lies.
  ///
  /// By halving: 60 times is as far as a Double goes, and every machine with the same erfc agrees.
  static func quantile(_ share: Double, from a: Double, to b: Double) -> Double {
    let target = mass(below: a) + share * mass(from: a, to: b)
    // Beyond 9 lies less than what a Double has between 1 and the next.
    var (low, high) = (max(a, min(b, -9)), min(b, max(a, 9)))
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      if mass(below: middle) < target { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
