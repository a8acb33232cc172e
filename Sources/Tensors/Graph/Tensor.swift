/// How many rows a matrix has.
package enum Rows: Sendable, Hashable {
  /// The same number in every plan: weights, vectors `[1, c]`, scalars `[1, 1]`.
  case fixed(Int)
  /// So many rows for each unit of the plan's batch.
  case batch(perUnit: Int)

  /// How many there are in a batch of some units.
  func count(units: Int) -> Int {
    switch self {
    case .fixed(let count): count
    case .batch(let perUnit): perUnit * units
    }
  }

  var isBatch: Bool { if case .batch = self { true } else { false } }
}

/// A node of a graph: a row-major matrix of float32 values that a plan will compute.
package struct Tensor: Sendable {
  package let graph: Graph
  let index: Int
  package let rows: Rows
  package let columns: Int

  /// The shape as messages show it.
  var shape: String {
    switch rows {
    case .fixed(let count): "[\(count), \(columns)]"
    case .batch(let perUnit): "[\(perUnit) a unit, \(columns)]"
    }
  }

  var isScalar: Bool { rows == .fixed(1) && columns == 1 }

  /// The same value, which derivatives take for a constant.
  package var stopGradient: Tensor {
    graph.append(.stopGradient, [self], rows: rows, columns: columns)
  }
}
