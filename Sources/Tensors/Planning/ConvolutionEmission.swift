import CKernels

extension Emission {
  mutating func emitLowered(
    _ index: Int, _ operation: LoweredConvolution, _ operands: [Int]
  ) throws(MemoryError) {
    switch operation {
    case .layWeight(let descriptor):
      // One call; different weights go to different lanes.
      let call = try prepared(.lay, descriptor, from: place(operands[0]), to: place(index))
      add(call, stage: planner.stage[index], lane: index % planner.sharding.shards)
    case .library(let part, let convolutions, let weights):
      try emitLibrary(index, part, convolutions, operands, weights)
    case .libraryWeight(let convolutions):
      try emitLibraryWeight(index, convolutions, operands)
    case .columnsToWide(let columns):
      emitColumns(index, gr_columns_to_wide, columns, operands)
    case .columnsToNarrow(let columns):
      emitColumns(index, gr_columns_to_narrow, columns, operands)
    case .columnsWeight(let columns): emitColumnsWeight(index, columns, operands)
    case .sumOwnRows:
      guard let group = planner.groupOf[index] else {
        preconditionFailure("a sum over a lane's rows has no tiles")
      }
      emitTiled(index, group, gr_sum_rows, [operand(operands[0])], p: 0, q: 0)
    // The lanes' shares in their order: bits that depend on the sharding, not on threads.
    case .sumLanes: emitSumRows(index, operands[0])
    }
  }

  /// Where a lane's rows of a node's values begin.
  private func rows(_ index: Int, lane: Int) -> UnsafeMutablePointer<Float> {
    place(index) + part(index, lane: lane).rows.lowerBound * planner.nodes[index].columns
  }

  private mutating func emitLibrary(
    _ index: Int, _ part: ConvolutionPart, _ convolutions: LaneConvolutions, _ operands: [Int],
    _ weights: [Int]
  ) throws(MemoryError) {
    for (lane, descriptor) in convolutions.lanes.enumerated() {
      guard let descriptor else { continue }
      let (own, other) = (rows(operands[0], lane: lane), rows(index, lane: lane))
      let call = try prepared(
        descriptor, data: part == .forward ? own : other,
        weight: place(operands[weights[lane]]), output: part == .forward ? other : own,
        lane: lane)
      add(call, stage: planner.stage[index], lane: lane)
    }
  }

  /// Each lane's share: in the library's format in scratch, then plain in a row of the result.
  private mutating func emitLibraryWeight(
    _ index: Int, _ convolutions: LaneConvolutions, _ operands: [Int]
  ) throws(MemoryError) {
    var row = place(index)
    for (lane, descriptor) in convolutions.lanes.enumerated() {
      guard let descriptor else { continue }
      let laid = memory.scratch[lane].pointer + descriptor.scratchCount
      let call = try prepared(
        descriptor, data: rows(operands[0], lane: lane), weight: laid,
        output: rows(operands[1], lane: lane), lane: lane)
      add(call, stage: planner.stage[index], lane: lane)
      let copy = try prepared(.plain, descriptor, from: laid, to: row)
      add(copy, stage: planner.stage[index], lane: lane)
      row += planner.nodes[index].columns
    }
  }

  private mutating func emitColumns(
    _ index: Int, _ kernel: Kernel, _ columns: ColumnConvolution, _ operands: [Int]
  ) {
    for lane in lanes {
      let count = part(index, lane: lane).rows.count
      guard count > 0 else { continue }
      var call = gr_call()
      call.kernel = kernel
      call.columns_plan = columns.pointer
      call.out = rows(index, lane: lane)
      call.second = memory.scratch[lane].pointer
      call.a = UnsafePointer(rows(operands[0], lane: lane))
      call.b = UnsafePointer(place(operands[1]))
      call.rows = Int64(count)
      call.failure = memory.failure
      add(call, stage: planner.stage[index], lane: lane)
    }
  }

  private mutating func emitColumnsWeight(
    _ index: Int, _ columns: ColumnConvolution, _ operands: [Int]
  ) {
    var row = place(index)
    for lane in lanes {
      let count = part(operands[0], lane: lane).rows.count
      guard count > 0 else { continue }
      var call = gr_call()
      call.kernel = gr_columns_weight
      call.columns_plan = columns.pointer
      call.out = row
      call.second = memory.scratch[lane].pointer
      call.a = UnsafePointer(rows(operands[0], lane: lane))
      call.b = UnsafePointer(rows(operands[1], lane: lane))
      call.rows = Int64(count)
      call.failure = memory.failure
      add(call, stage: planner.stage[index], lane: lane)
      row += planner.nodes[index].columns
    }
  }
}

// MARK: - Prepared calls

extension Emission {
  private enum WeightCopy: Int32 {
    case plain = 0
    case lay = 1
  }

  private func prepared(
    _ descriptor: ConvolutionDescriptor, data: UnsafeMutablePointer<Float>,
    weight: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>, lane: Int
  ) throws(MemoryError) -> gr_call {
    var status: Int32 = 0
    let prepared = gr_prepare_convolution(
      descriptor.pointer, data, weight, output, memory.scratch[lane].pointer, &status)
    return try call(prepared, descriptor)
  }

  private func prepared(
    _ copy: WeightCopy, _ descriptor: ConvolutionDescriptor,
    from: UnsafeMutablePointer<Float>, to: UnsafeMutablePointer<Float>
  ) throws(MemoryError) -> gr_call {
    var status: Int32 = 0
    let prepared = gr_prepare_weights(descriptor.pointer, copy.rawValue, from, to, &status)
    return try call(prepared, descriptor)
  }

  /// A call of what was prepared.
  ///
  /// A description that the library accepted fails to become code for want of memory only.
  private func call(
    _ prepared: OpaquePointer?, _ descriptor: ConvolutionDescriptor
  ) throws(MemoryError) -> gr_call {
    guard let prepared else {
      throw MemoryError(count: descriptor.laidCount + descriptor.scratchCount)
    }
    memory.ownings.prepared.append(prepared)
    memory.ownings.descriptors.append(descriptor)
    var call = gr_call()
    call.kernel = gr_prepared_call
    call.prepared = prepared
    call.failure = memory.failure
    return call
  }
}

/// What calls point to beside numbers; freed with the plan.
final class CallOwnings {
  var prepared: [OpaquePointer] = []
  /// What was prepared refers to the engines of these, which so outlive it.
  var descriptors: [ConvolutionDescriptor] = []
  var axes: [UnsafeMutablePointer<gr_axes>] = []
  var steps: [UnsafeMutablePointer<gr_step>] = []

  deinit {
    for call in prepared { gr_destroy_prepared(call) }
    for axes in axes { axes.deallocate() }
    for steps in steps { steps.deallocate() }
  }
}
