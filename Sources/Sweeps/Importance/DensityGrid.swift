import Foundation

/// The cells of a parameter's axis, and the density of points over them.
enum DensityGrid {
  case choice(count: Int)
  case number(NumberAxis, count: Int)

  /// The cells of an axis, 50 at most; `nil` where there is but one value.
  init?(_ axis: Axis) {
    switch axis {
    case .choice(let values): self = .choice(count: values.count)
    case .number(let axis):
      let cells =
        if axis.step == nil {
          axis.high > axis.low ? 50.0 : 1
        } else if axis.isLog {
          log2(axis.high - axis.low + 1).rounded(.up) + 1
        } else {
          axis.count
        }
      self = .number(axis, count: Int(min(cells, 50)))
    }
    guard count > 1 else { return nil }
  }

  /// How many cells there are.
  var count: Int {
    switch self {
    case .choice(let count), .number(_, let count): count
    }
  }

  /// The mass of each cell: kernels around the points, and one over the whole axis that weighs as one point.
  func density(_ positions: [Double]) -> [Double] {
    var counts = Array(repeating: 0.0, count: count)
    for position in positions { counts[cell(of: position)] += 1 }
    let cells = counts.indices.filter { counts[$0] > 0 }
    var density = kernel(nil, of: cells, counts)
    for cell in cells {
      for (index, mass) in kernel(cell, of: cells, counts).enumerated() {
        density[index] += counts[cell] * mass
      }
    }
    return density.map { $0 / Double(positions.count + 1) }
  }

  private func cell(of position: Double) -> Int {
    switch self {
    case .choice: return min(max(Int(position), 0), count - 1)
    case .number(let axis, let count):
      let low = axis.coordinate(axis.low)
      let width = (axis.coordinate(axis.high) - low) / Double(count - 1)
      // Halfway between two cells is the lower one's.
      let cell = ((axis.coordinate(position) - low) / width - 0.5).rounded(.up)
      return Int(min(max(cell, 0), Double(count - 1)))
    }
  }

  /// The masses of the kernel around a cell, or of that over the whole axis.
  private func kernel(_ cell: Int?, of cells: [Int], _ counts: [Double]) -> [Double] {
    switch self {
    case .choice(let count):
      guard let cell else { return Array(repeating: 1 / Double(count), count: count) }
      let share = 1 / Double(cells.count + 1)
      return (0..<count).map { ($0 == cell ? 1 + share : share) / (1 + share * Double(count)) }
    case .number(_, let count):
      let mean = cell.map(Double.init) ?? Double(count - 1) / 2
      let deviation = cell == nil ? Double(count) : Self.width(cells, counts)
      func mass(from low: Double, to high: Double) -> Double {
        NormalDistribution.mass(from: (low - mean) / deviation, to: (high - mean) / deviation)
      }
      let whole = mass(from: -0.5, to: Double(count) - 0.5)
      return (0..<count).map { mass(from: Double($0) - 0.5, to: Double($0) + 0.5) / whole }
    }
  }

  /// The standard deviation of kernels by Scott's rule, at least so much that 90 % fall into one cell.
  ///
  /// Scott, "Multivariate density estimation" (1992), equation 6.42, with the smaller of the points' own
  /// deviation and what their quartiles tell; the quartiles are whole cells, as Optuna takes them.
  private static func width(_ cells: [Int], _ counts: [Double]) -> Double {
    let total = cells.reduce(0) { $0 + counts[$1] }
    let mean = cells.reduce(0) { $0 + Double($1) * counts[$1] } / total
    let squares = cells.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) * counts[$1] }
    var (sum, lower, upper) = (0.0, Int?.none, Int?.none)
    for cell in cells {
      sum += counts[cell]
      if lower == nil, sum >= (total / 4).rounded(.down) { lower = cell }
      if upper == nil, sum > (total * 3 / 4).rounded(.down) { upper = cell }
    }
    let quartiles = Double((upper ?? cells[cells.count - 1]) - (lower ?? cells[0]))
    let deviation = min(quartiles / 1.34, (squares / max(1, total - 1)).squareRoot())
    return max(1.059 * deviation * pow(total, -0.2), 0.5 / 1.64)
  }
}
