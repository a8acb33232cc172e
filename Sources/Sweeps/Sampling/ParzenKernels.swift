import Foundation

/// Kernels of a choice: of n observations' each, every value has 1 / (n + 1), its own 1 more, over the sum.
struct ChoiceKernels {
  private let count: Int
  private let own: [Int?]
  private let ownMass: Double
  private let otherMass: Double

  /// Kernels around the indices of choices, and one of equal masses.
  init(_ count: Int, _ positions: [Double?]) {
    let share = 1 / Double(positions.count { $0 != nil } + 1)
    self.count = count
    own = positions.map { $0.map { Int($0) } } + [nil]
    otherMass = share / (1 + share * Double(count))
    ownMass = (1 + share) / (1 + share * Double(count))
  }

  private func mass(_ kernel: Int, _ index: Int) -> Double {
    guard let own = own[kernel] else { return 1 / Double(count) }
    return own == index ? ownMass : otherMass
  }

  /// The choice at a share of one kernel.
  func position(_ kernel: Int, at share: Double) -> Double {
    var sum = 0.0
    for index in 0..<count {
      sum += mass(kernel, index)
      if share < sum { return Double(index) }
    }
    return Double(count - 1)
  }

  /// The logarithm of each kernel's mass at a choice.
  func logMasses(_ position: Double, into row: inout [Double]) {
    let (own, other, whole) = (log(ownMass), log(otherMass), -log(Double(count)))
    for kernel in row.indices {
      row[kernel] = self.own[kernel].map { Double($0) == position ? own : other } ?? whole
    }
  }
}

/// Kernels of a number: normal distributions cut off at the ends of its axis, in the axis' coordinates.
///
/// A kernel is as wide as the gap to the farther neighbour. Watanabe, "Tree-structured Parzen estimator:
/// understanding its algorithm components and their roles" (2023), names the choices that there are; these
/// are Optuna's from version 5 on.
struct NumberKernels {
  let axis: NumberAxis
  private let means: [Double]
  private let deviations: [Double]
  /// The logarithm of a kernel's mass between the ends.
  private let logMasses: [Double]
  /// The logarithms of the deviations and the masses: what the logarithm of a density is less.
  private let logNorms: [Double]

  /// Kernels around numbers, and one around the middle that is as wide as the axis.
  init(_ axis: NumberAxis, _ positions: [Double?]) {
    let (lower, upper) = (axis.lower, axis.upper)
    self.axis = axis
    let known = positions.indices.filter { positions[$0] != nil }
    let widths = Self.widths(
      known.map { axis.coordinate(positions[$0] ?? axis.low) }, lower: lower, upper: upper)
    var means = Array(repeating: 0.5 * (lower + upper), count: positions.count + 1)
    var deviations = Array(repeating: upper - lower, count: positions.count + 1)
    for (index, kernel) in known.enumerated() {
      means[kernel] = axis.coordinate(positions[kernel] ?? axis.low)
      deviations[kernel] = widths[index]
    }
    self.means = means
    self.deviations = deviations
    logMasses = zip(means, deviations).map { mean, deviation in
      log(
        NormalDistribution.mass(
          from: (lower - mean) / deviation, to: (upper - mean) / deviation))
    }
    logNorms = zip(logMasses, deviations).map { $0 + log($1) }
  }

  /// A standard deviation for each of some means: the larger of the gaps beside it.
  ///
  /// The ends of the axis are neighbours too, but from two means on not of the outermost.
  private static func widths(_ means: [Double], lower: Double, upper: Double) -> [Double] {
    let range = upper - lower
    let narrowest = range / min(100, Double(2 + means.count))
    // By place where equal: the order must be the same everywhere.
    let order = means.indices.sorted { (means[$0], $0) < (means[$1], $1) }
    var widths = means
    for (place, index) in order.enumerated() {
      let isFirst = place == 0
      let isLast = place == order.count - 1
      let before = means[index] - (isFirst ? lower : means[order[place - 1]])
      let after = (isLast ? upper : means[order[place + 1]]) - means[index]
      var width = max(before, after)
      if order.count > 1 {
        if isFirst { width = after }
        if isLast { width = before }
      }
      widths[index] = min(max(width, narrowest), range)
    }
    return widths
  }

  /// The number at a share of one kernel.
  func position(_ kernel: Int, at share: Double) -> Double {
    let (mean, deviation) = (means[kernel], deviations[kernel])
    guard deviation > 0 else { return axis.low }
    let deviate = NormalDistribution.quantile(
      share, from: (axis.lower - mean) / deviation, to: (axis.upper - mean) / deviation)
    return axis.number(atCoordinate: mean + deviation * deviate)
  }

  /// The logarithm of each kernel's density at a number without a step.
  func logDensities(_ position: Double, into row: inout [Double]) {
    guard axis.upper > axis.lower else { return Self.clear(&row) }
    let coordinate = axis.coordinate(position)
    for kernel in row.indices {
      let deviate = (coordinate - means[kernel]) / deviations[kernel]
      row[kernel] = -0.5 * deviate * deviate - NormalDistribution.logScale - logNorms[kernel]
    }
  }

  /// The logarithm of each kernel's mass at a number with a step.
  func logMasses(_ position: Double, into row: inout [Double]) {
    guard axis.upper > axis.lower else { return Self.clear(&row) }
    let bin = axis.bin(around: position)
    for kernel in row.indices {
      let (mean, deviation) = (means[kernel], deviations[kernel])
      let mass = NormalDistribution.mass(
        from: (bin.lower - mean) / deviation, to: (bin.upper - mean) / deviation)
      row[kernel] = log(mass) - logMasses[kernel]
    }
  }

  /// An axis of one number tells nothing.
  private static func clear(_ row: inout [Double]) {
    for kernel in row.indices { row[kernel] = 0 }
  }
}
