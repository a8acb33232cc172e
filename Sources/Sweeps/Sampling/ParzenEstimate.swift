import Foundation

/// A density of points: a kernel around each of some observations, and one over the whole space.
///
/// A kernel is a product over the parameters. Where its observation lacks one (that took no part there),
/// it has the kernel of the whole space in that place.
struct ParzenEstimate {
  private let weights: [Double]
  private let columns: [Column]

  /// The kernels of one parameter; the last is that of the whole space.
  private enum Column {
    case choice(ChoiceKernels)
    case number(NumberKernels)
  }

  /// The density of observations, in the order of points.
  ///
  /// - Parameter positions: by parameter, then by observation.
  init(_ axes: [Axis], _ positions: [[Double?]], count: Int) {
    var weights = Self.weights(count) + [1]
    let sum = weights.reduce(0, +)
    for index in weights.indices { weights[index] /= sum }
    self.weights = weights
    columns = zip(axes, positions).map { axis, positions in
      switch axis {
      case .choice(let values): .choice(ChoiceKernels(values.count, positions))
      case .number(let axis): .number(NumberKernels(axis, positions))
      }
    }
  }

  /// The weights of observations: 1 for the last 25, less and less for those before.
  static func weights(_ count: Int) -> [Double] {
    let older = count - 25
    guard older > 0 else { return Array(repeating: 1, count: count) }
    let first = 1 / Double(count)
    return (0..<older).map { index in
      older == 1 ? first : first + (1 - first) * Double(index) / Double(older - 1)
    } + Array(repeating: 1, count: 25)
  }

  /// The kernel at a share of the weight.
  func kernel(at share: Double) -> Int {
    var sum = 0.0
    for (kernel, weight) in weights.enumerated() {
      sum += weight
      if share < sum { return kernel }
    }
    return weights.count - 1
  }

  /// The position at a share of one kernel in one parameter.
  func position(_ parameter: Int, kernel: Int, at share: Double) -> Double {
    switch columns[parameter] {
    case .choice(let kernels): kernels.position(kernel, at: share)
    case .number(let kernels): kernels.position(kernel, at: share)
    }
  }

  /// The logarithm of the density at each of some points, over the parameters that take part there.
  ///
  /// - Parameter candidates: by point, then by parameter.
  func logDensities(_ candidates: [[Double?]]) -> [Double] {
    let logWeights = weights.map { log($0) }
    var rows = columns.map { _ in [Double: [Double]]() }
    var row = logWeights
    return candidates.map { candidate in
      var sums = logWeights
      for (parameter, column) in columns.enumerated() {
        guard let position = candidate[parameter] else { continue }
        switch column {
        case .number(let kernels) where kernels.axis.step == nil:
          kernels.logDensities(position, into: &row)
          Self.add(row, to: &sums)
        // Candidates have few different ones of these values, and they cost more.
        case .number(let kernels):
          if rows[parameter][position] == nil {
            kernels.logMasses(position, into: &row)
            rows[parameter][position] = row
          }
          Self.add(rows[parameter][position] ?? [], to: &sums)
        case .choice(let kernels):
          kernels.logMasses(position, into: &row)
          Self.add(row, to: &sums)
        }
      }
      return Self.logSumOfExponentials(sums)
    }
  }

  private static func add(_ row: [Double], to sums: inout [Double]) {
    for index in 0..<min(row.count, sums.count) { sums[index] += row[index] }
  }

  private static func logSumOfExponentials(_ terms: [Double]) -> Double {
    let largest = terms.max() ?? -.infinity
    guard largest.isFinite else { return largest }
    // What is below e^−60 of the largest is lost in a Double's sum with it; and most kernels are.
    return log(terms.reduce(0) { $1 - largest < -60 ? $0 : $0 + exp($1 - largest) }) + largest
  }
}
