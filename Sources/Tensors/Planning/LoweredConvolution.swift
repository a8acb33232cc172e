/// What the planner makes of convolutions, and of sums over large matrices.
enum LoweredConvolution {
  /// A plain weight in the format of a descriptor, `[1, laidCount]`.
  case layWeight(ConvolutionDescriptor)
  /// Data or outputs and the laid weights to the other; `weights` says for each lane which operand is its
  /// weight.
  case library(ConvolutionPart, LaneConvolutions, weights: [Int])
  /// Data and outputs to a plain weight for each lane that has rows, one a row.
  case libraryWeight(LaneConvolutions)
  /// The narrow side and the columns' weight to the wide side.
  case columnsToWide(ColumnConvolution)
  /// The wide side and the columns' weight to the narrow side.
  case columnsToNarrow(ColumnConvolution)
  /// The narrow and the wide side to the columns' weight for each lane that has rows, one a row.
  case columnsWeight(ColumnConvolution)
  /// The sum over the rows of each lane that has some, one a row.
  case sumOwnRows
  /// The sum of the operand's rows, read as a matrix.
  case sumLanes

  /// Whether each lane writes a row of its own, of a part of the batch.
  var isForEachLane: Bool {
    switch self {
    case .libraryWeight, .columnsWeight, .sumOwnRows: true
    default: false
    }
  }

  /// Values of scratch that a lane needs.
  func scratchCount(lane: Int) -> Int {
    switch self {
    case .library(_, let convolutions, _): convolutions.lanes[lane]?.scratchCount ?? 0
    case .libraryWeight(let convolutions):
      convolutions.lanes[lane].map { $0.scratchCount + $0.laidCount } ?? 0
    case .columnsToWide(let columns), .columnsToNarrow(let columns),
      .columnsWeight(let columns):
      columns.scratchCount
    case .layWeight, .sumOwnRows, .sumLanes: 0
    }
  }
}
