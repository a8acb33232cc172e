/// The stages that end a segment.
struct SegmentEnding {
  /// Where assigned values are copied into their slots.
  let assignments: Int
  /// Where updates pass over their buffers; gradient norms are finished one stage later.
  let updates: Int
}

extension Planner {
  /// Gives each kernel the earliest stage in which all that it reads is there.
  ///
  /// Within a stage a lane sees what it computed itself; what other lanes computed it sees a stage later.
  mutating func layOutStages() {
    var base = 0
    var last = 0
    var index = 0
    for segment in 0...graph.segment {
      last = max(last, base)
      while index < nodes.count, nodes[index].segment == segment {
        if needed[index], !absorbed[index] {
          stage[index] = earliestStage(index, base: base)
          if hasKernel(index) { last = max(last, stage[index]) }
        }
        index += 1
      }
      let copies = graph.assignments.contains { $0.segment == segment && needsCopy($0) }
      let updates = graph.updates.contains { $0.segment == segment }
      let ending = SegmentEnding(assignments: last + 1, updates: last + (copies ? 2 : 1))
      endings.append(ending)
      if updates { last = ending.updates } else if copies { last = ending.assignments }
      if updates || copies { base = last + 1 }
    }
    let hasNorms = graph.updates.contains { $0.update.gradientNorm != nil }
    stageCount = last + (hasNorms ? 2 : 1)
  }

  private func earliestStage(_ index: Int, base: Int) -> Int {
    if let terms = accumulations[index], let last = terms.last { return stage[last] }
    var earliest = base
    for operand in operands(index) {
      if let ready = readyStage(operand, for: index) { earliest = max(earliest, ready) }
    }
    if let previous = accumulator[index]?.previous { earliest = max(earliest, stage[previous]) }
    return earliest
  }

  /// The first stage in which a node's kernel may read an operand, `nil` where that is there from the
  /// start.
  private func readyStage(_ operand: Int, for reader: Int) -> Int? {
    let index = root(operand)
    if isLeaf(index) { return nil }
    if isVirtual(index) {
      return constants[index] == nil
        ? nodes[index].operands.compactMap { readyStage($0, for: reader) }.max() : nil
    }
    return stage[index] + (readsOwnPart(of: index, by: reader) ? 0 : 1)
  }

  /// Whether each lane of a kernel reads of an operand only what the same lane wrote.
  func readsOwnPart(of operand: Int, by reader: Int) -> Bool {
    let (written, read) = (nodes[operand], nodes[reader])
    if case .lowered(let lowered) = read.operation, lowered.isForEachLane {
      return written.rows.isBatch
    }
    if written.rows.isBatch || read.rows.isBatch {
      return written.rows.isBatch && read.rows.isBatch
    }
    return read.operation.isPointwise && written.operation.isCutForLanes
      && written.rows == read.rows
      && written.columns == read.columns
  }
}
