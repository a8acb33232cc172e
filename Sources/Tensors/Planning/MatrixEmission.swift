import CKernels

extension Emission {
  mutating func emitPieces(
    _ index: Int, _ kernel: Kernel, _ operands: [Int], _ pieces: Int, width: Int
  ) {
    for lane in lanes {
      let rows = part(index, lane: lane).rows
      guard !rows.isEmpty else { continue }
      var call = gr_call()
      call.kernel = kernel
      call.out = place(index) + rows.lowerBound * planner.nodes[index].columns
      call.a =
        UnsafePointer(place(operands[0])) + rows.lowerBound * planner.nodes[operands[0]].columns
      call.b =
        UnsafePointer(place(operands[1])) + rows.lowerBound * planner.nodes[operands[1]].columns
      (call.rows, call.columns, call.inner) = (Int64(rows.count), Int64(width), Int64(pieces))
      add(call, stage: planner.stage[index], lane: lane)
    }
  }

  /// The sum over all rows of an operand, which hold the result's values one after another.
  ///
  /// Each lane sums its own part of them over all rows, in their order: no partial sums, and bits that
  /// no cut changes.
  mutating func emitSumRows(_ index: Int, _ operand: Int) {
    let (columns, width) = (planner.nodes[index].columns, planner.nodes[operand].columns)
    for lane in lanes {
      // A fixed matrix is cut as its readers expect it, by whole rows but for a single one.
      let part = part(index, lane: lane)
      let start = part.rows.lowerBound * columns + part.columns.lowerBound
      let count = part.rows.count * part.columns.count
      guard count > 0 else { continue }
      var call = gr_call()
      call.kernel = gr_sum_rows
      call.out = place(index) + start
      call.a = UnsafePointer(place(operand)) + start
      call.a_row = Int64(width)
      (call.rows, call.columns) = (Int64(planner.rowCount(operand)), Int64(count))
      call.flags = planner.accumulator[index]?.previous == nil ? 0 : 1
      add(call, stage: planner.stage[index], lane: lane)
    }
  }

  mutating func emitSumColumns(_ index: Int, _ operand: Int) {
    let width = planner.nodes[operand].columns
    for lane in lanes {
      let part = part(index, lane: lane)
      guard !part.rows.isEmpty, !part.columns.isEmpty else { continue }
      var call = gr_call()
      call.kernel = gr_sum_columns
      call.out = place(index) + part.rows.lowerBound
      call.a = UnsafePointer(place(operand)) + part.rows.lowerBound * width
      call.a_row = Int64(width)
      (call.rows, call.columns) = (Int64(part.rows.count), Int64(width))
      add(call, stage: planner.stage[index], lane: lane)
    }
  }

  /// op(a) op(b): the rows of a batch are cut by shard; a fixed result is cut by its own rows, over the
  /// whole of what is contracted.
  mutating func emitProduct(
    _ index: Int, _ operands: [Int], transposeA: Bool, transposeB: Bool
  ) {
    let node = planner.nodes[index]
    let (aWidth, bWidth) = (
      planner.nodes[operands[0]].columns, planner.nodes[operands[1]].columns
    )
    for lane in lanes {
      let part = part(index, lane: lane)
      guard !part.rows.isEmpty, !part.columns.isEmpty else { continue }
      var call = gr_call()
      call.kernel = gr_product
      call.out = place(index) + part.rows.lowerBound * node.columns + part.columns.lowerBound
      call.out_row = Int64(node.columns)
      call.a =
        UnsafePointer(place(operands[0])) + part.rows.lowerBound * (transposeA ? 1 : aWidth)
      call.b =
        UnsafePointer(place(operands[1])) + part.columns.lowerBound * (transposeB ? bWidth : 1)
      (call.a_row, call.b_row) = (Int64(aWidth), Int64(bWidth))
      (call.rows, call.columns) = (Int64(part.rows.count), Int64(part.columns.count))
      call.inner = Int64(transposeA ? planner.rowCount(operands[0]) : aWidth)
      call.flags = (transposeA ? 1 : 0) | (transposeB ? 2 : 0)
      call.p = planner.accumulator[index]?.previous == nil ? 0 : 1
      call.failure = memory.failure
      chooseProduct(&call, isBatch: node.rows.isBatch)
      add(call, stage: planner.stage[index], lane: lane)
    }
  }

  /// Takes the library's matrix primitive, or a kernel of our own, where that is faster than its function.
  ///
  /// The choice depends on shapes alone, and a primitive gives a row the same bits whatever the other rows
  /// (columns it does not: fixed matrices, which may be cut by columns, stay with the function).
  private func chooseProduct(_ call: inout gr_call, isBatch: Bool) {
    let transposesA = call.flags & 1 != 0
    if call.columns > 1, call.columns <= Int64(GR_NARROW_COLUMNS), call.inner > 16,
      transposesA || call.inner <= Int64(GR_NARROW_INNER)
    {
      call.kernel = gr_narrow_product
    } else if isBatch, call.flags == 2, call.p == 0, call.columns >= 16, call.inner >= 16,
      let prepared = gr_prepare_product(&call)
    {
      memory.ownings.prepared.append(prepared)
      call.kernel = gr_prepared_call
      call.prepared = prepared
    }
  }

  mutating func emitConcat(_ index: Int, _ operands: [Int]) {
    for lane in lanes {
      var start = part(index, lane: lane).rows.lowerBound
      for operand in operands {
        let rows = part(operand, lane: lane).rows
        copyRows(
          from: operand, rows.lowerBound, to: index, start, count: rows.count, lane: lane)
        start += rows.count
      }
    }
  }

  mutating func emitSlice(_ index: Int, _ operand: Int, _ half: RowHalf) {
    for lane in lanes {
      let rows = part(index, lane: lane).rows
      let all = part(operand, lane: lane).rows
      let start = half == .first ? all.lowerBound : all.upperBound - rows.count
      copyRows(from: operand, start, to: index, rows.lowerBound, count: rows.count, lane: lane)
    }
  }

  mutating func emitPad(_ index: Int, _ operand: Int, _ half: RowHalf) {
    for lane in lanes {
      let rows = part(operand, lane: lane).rows
      let all = part(index, lane: lane).rows
      let start = half == .first ? all.lowerBound : all.upperBound - rows.count
      let rest = half == .first ? all.lowerBound + rows.count : all.lowerBound
      copyRows(from: operand, rows.lowerBound, to: index, start, count: rows.count, lane: lane)
      copyRows(from: nil, 0, to: index, rest, count: all.count - rows.count, lane: lane)
    }
  }

  /// Copies some rows, or zeros where there is no operand.
  private mutating func copyRows(
    from operand: Int?, _ source: Int, to index: Int, _ target: Int, count: Int, lane: Int
  ) {
    guard count > 0 else { return }
    let width = planner.nodes[index].columns
    var call = gr_call()
    call.kernel = gr_copy
    call.out = place(index) + target * width
    call.a =
      operand.map { UnsafePointer(place($0)) + source * width } ?? UnsafePointer(memory.zero)
    call.a_column = operand == nil ? 0 : 1
    (call.rows, call.columns) = (1, Int64(count * width))
    add(call, stage: planner.stage[index], lane: lane)
  }

  /// Copies assigned values that could not be computed in their slots.
  mutating func emitAssignments() {
    for assignment in planner.graph.assignments where planner.needsCopy(assignment) {
      let (slot, stage) = (assignment.slot, planner.endings[assignment.segment].assignments)
      for lane in lanes {
        let cut = planner.sharding.cut(slot.rows * slot.columns, shard: lane, grain: 16)
        guard !cut.isEmpty else { continue }
        var call = gr_call()
        call.kernel = gr_copy
        call.out = slot.buffer.pointer + slot.offset + cut.lowerBound
        call.a = UnsafePointer(place(assignment.value)) + cut.lowerBound
        call.a_column = 1
        (call.rows, call.columns) = (1, Int64(cut.count))
        add(call, stage: stage, lane: lane)
      }
    }
  }
}
