import CKernels

extension Emission {
  /// Adds a kernel to its group's steps; the last one closes the group, which is one call a lane.
  mutating func emitTiled(
    _ index: Int, _ place: Int, _ kernel: Kernel, _ operands: [Operand], p: Float, q: Float
  ) {
    let group = planner.groups[place]
    var steps = openSteps.removeValue(forKey: place) ?? Array(repeating: [], count: lanes.count)
    for lane in lanes {
      steps[lane].append(step(index, group, kernel, operands, lane: lane, p: p, q: q))
    }
    guard index == group.members.last else {
      openSteps[place] = steps
      return
    }
    for lane in lanes {
      let rows = part(group.matrix, lane: lane).rows.count
      guard rows > 0 else { continue }
      let memory = UnsafeMutablePointer<gr_step>.allocate(capacity: steps[lane].count)
      memory.initialize(from: steps[lane], count: steps[lane].count)
      self.memory.ownings.steps.append(memory)
      var call = gr_call()
      call.kernel = gr_tiles
      call.steps = UnsafePointer(memory)
      (call.rows, call.columns) = (Int64(rows), Int64(steps[lane].count))
      call.inner = Int64(group.tileRows)
      add(call, stage: group.stage, lane: lane)
    }
  }

  private func step(
    _ index: Int, _ group: TileGroup, _ kernel: Kernel, _ operands: [Operand], lane: Int,
    p: Float, q: Float
  ) -> gr_step {
    let width = planner.nodes[index].columns
    let start = part(group.matrix, lane: lane).rows.lowerBound
    let tiles = memory.scratch[lane].pointer
    func located(_ operand: Operand) -> (pointer: UnsafePointer<Float>, step: Int) {
      if let offset = operand.tileOffset { return (UnsafePointer(tiles + offset), 0) }
      return (operand.pointer + start * operand.row, operand.row)
    }
    var step = gr_step()
    step.call.kernel = variant.kernel(kernel)
    (step.call.p, step.call.q) = (p, q)
    let isSum = planner.isOwnSum(index)
    if isSum {
      step.call.out = place(index) + ownRow(lane, of: group.matrix) * width
      step.adds = 1
    } else if let offset = planner.tileOffsets[planner.owner(index)] {
      step.call.out = tiles + offset
    } else {
      step.call.out = place(index) + start * width
      step.out_step = Int64(width)
    }
    let isDense = !isSum && operands.allSatisfy { $0.row == width * $0.column }
    (step.call.rows, step.call.columns) = (isDense ? 1 : 0, Int64(width))
    let a = located(operands[0])
    (step.call.a, step.a_step) = (a.pointer, Int64(a.step))
    (step.call.a_row, step.call.a_column) = (Int64(operands[0].row), Int64(operands[0].column))
    if operands.count > 1 {
      let b = located(operands[1])
      (step.call.b, step.b_step) = (b.pointer, Int64(b.step))
      (step.call.b_row, step.call.b_column) = (
        Int64(operands[1].row), Int64(operands[1].column)
      )
    }
    return step
  }

  /// A lane's row among those of the lanes that have rows of a matrix.
  private func ownRow(_ lane: Int, of matrix: Int) -> Int {
    (0..<lane).count { !part(matrix, lane: $0).rows.isEmpty }
  }
}
