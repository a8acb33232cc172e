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
  case permute(Permutation)
  case concatColumns
  case sliceColumns(Range<Int>)
  /// The adjoint of `sliceColumns`: zeros in the other columns.
  case padColumns(Range<Int>)
  case upsample(PictureScale)
  /// The adjoint of `upsample`.
  case sumPool(PictureScale)
  /// In each shard the first operand's rows, then the second's.
  case concatRows
  case sliceRows(RowHalf)
  /// The adjoint of `sliceRows`: zeros in the other half.
  case padRows(RowHalf)
  case product(transposeA: Bool, transposeB: Bool)
  case convolution(ConvolutionPart, Convolution)
  /// What a convolution becomes in a plan; no expression holds it.
  case lowered(LoweredConvolution)
  case stopGradient

  /// Whether element i of the result depends on element i of the operands alone, broadcasts apart.
  var isPointwise: Bool {
    switch self {
    case .unary, .binary, .scale: true
    default: false
    }
  }
}

extension Operation {
  /// Whether each lane computes its part of a fixed result; else the first computes all of it.
  var isCutForLanes: Bool {
    switch self {
    case .permute, .concatColumns, .sliceColumns, .padColumns, .upsample, .sumPool,
      .lowered(.layWeight):
      false
    default: true
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
