import CKernels

extension Emission {
  /// A lane's rows of a node: its shard of a batch; all rows of a fixed matrix fall to the first lane.
  private func wholeRows(_ index: Int, lane: Int) -> Range<Int> {
    guard case .fixed(let count) = planner.nodes[index].rows else {
      return part(index, lane: lane).rows
    }
    return lane == 0 ? 0..<count : 0..<0
  }

  mutating func emitPermute(_ index: Int, _ operand: Int, _ permutation: Permutation) {
    let axes = UnsafeMutablePointer<gr_axes>.allocate(capacity: 1)
    axes.initialize(to: gr_axes())
    memory.ownings.axes.append(axes)
    let parts = permutation.axes
    axes.pointee.rank = Int32(parts.count)
    withUnsafeMutableBytes(of: &axes.pointee.extents) { extents in
      for (place, part) in parts.enumerated() {
        extents.storeBytes(of: Int64(part.extent), toByteOffset: 8 * place, as: Int64.self)
      }
    }
    withUnsafeMutableBytes(of: &axes.pointee.strides) { strides in
      for (place, part) in parts.enumerated() {
        strides.storeBytes(of: Int64(part.stride), toByteOffset: 8 * place, as: Int64.self)
      }
    }
    var call = gr_call()
    call.kernel = gr_permute
    call.axes = UnsafePointer(axes)
    call.columns = Int64(planner.nodes[index].columns)
    emitRows(index, operand, call)
  }

  mutating func emitScale(
    _ index: Int, _ operand: Int, _ scale: PictureScale, _ kernel: Kernel
  ) {
    var call = gr_call()
    call.kernel = kernel
    (call.a_row, call.inner) = (Int64(scale.height), Int64(scale.width))
    (call.b_row, call.flags) = (Int64(scale.channels), UInt32(scale.factor))
    emitRows(index, operand, call)
  }

  /// A call for each lane's rows of a node and of its operand.
  private mutating func emitRows(_ index: Int, _ operand: Int, _ call: gr_call) {
    for lane in lanes {
      let rows = wholeRows(index, lane: lane)
      guard !rows.isEmpty else { continue }
      var call = call
      call.out = place(index) + rows.lowerBound * planner.nodes[index].columns
      call.a =
        UnsafePointer(place(operand)) + rows.lowerBound * planner.nodes[operand].columns
      call.rows = Int64(rows.count)
      add(call, stage: planner.stage[index], lane: lane)
    }
  }

  mutating func emitConcatColumns(_ index: Int, _ operands: [Int]) {
    var start = 0
    for operand in operands {
      copyColumns(from: operand, 0, to: index, start, planner.nodes[operand].columns)
      start += planner.nodes[operand].columns
    }
  }

  mutating func emitSliceColumns(_ index: Int, _ operand: Int, _ range: Range<Int>) {
    copyColumns(from: operand, range.lowerBound, to: index, 0, range.count)
  }

  mutating func emitPadColumns(_ index: Int, _ operand: Int, _ range: Range<Int>) {
    let width = planner.nodes[index].columns
    copyColumns(from: nil, 0, to: index, 0, range.lowerBound)
    copyColumns(from: operand, 0, to: index, range.lowerBound, range.count)
    copyColumns(from: nil, 0, to: index, range.upperBound, width - range.upperBound)
  }

  /// Copies some columns, or zeros where there is no operand.
  private mutating func copyColumns(
    from operand: Int?, _ source: Int, to index: Int, _ target: Int, _ count: Int
  ) {
    guard count > 0 else { return }
    for lane in lanes {
      let rows = wholeRows(index, lane: lane)
      guard !rows.isEmpty else { continue }
      let width = planner.nodes[index].columns
      var call = gr_call()
      call.kernel = gr_copy_columns
      call.out = place(index) + rows.lowerBound * width + target
      call.out_row = Int64(width)
      if let operand {
        let own = planner.nodes[operand].columns
        call.a = UnsafePointer(place(operand)) + rows.lowerBound * own + source
        call.a_row = Int64(own)
      }
      (call.rows, call.columns) = (Int64(rows.count), Int64(count))
      add(call, stage: planner.stage[index], lane: lane)
    }
  }
}
