/// What a node does; the cases of a family, its shape rule, derivative and kernel stand in its file.
enum Operation {
  case read(Slot)
  case input(Int)
  case constant(Float)
  case random(Distribution, stream: UInt32, counter: Counter)
  case unary(Unary)
  case binary(Binary)
  /// Times a number that the plan's batch decides.
  case scale(BatchFactor)
  /// From `pieces` pieces of columns the one whose counterpart in the second operand is the largest.
  case gatherPieces(Int)
  /// The adjoint of `gatherPieces` in its first operand.
  case scatterPieces(Int)
  case sumRows
  case sumColumns
  case broadcastRows
  case broadcastColumns
  case reshape
  /// Within each row the blocks `[outer, inner, block]` as `[inner, outer, block]`.
  case transposeBlocks(outer: Int, inner: Int)
  /// In each shard the first operand's rows, then the second's.
  case concatRows
  case sliceRows(RowHalf)
  /// The adjoint of `sliceRows`: zeros in the other half.
  case padRows(RowHalf)
  case product(transposeA: Bool, transposeB: Bool)
  case stopGradient

  /// Whether element i of the result depends on element i of the operands alone, broadcasts apart.
  var isPointwise: Bool {
    switch self {
    case .unary, .binary, .scale: true
    default: false
    }
  }
}

/// A part of the rows of each shard.
package enum RowHalf: Sendable, Hashable {
  case first
  case second
}

/// One operation of a graph, with the operands' places in it.
struct Node {
  let operation: Operation
  let operands: [Int]
  let rows: Rows
  let columns: Int
  /// Sequence points before it.
  let segment: Int
}
