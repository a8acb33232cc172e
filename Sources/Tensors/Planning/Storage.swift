extension Planner {
  /// One reading of a value's memory.
  struct Reading {
    let stage: Int
    /// The reading node, `nil` for an assignment's copy.
    let reader: Int?
  }

  /// Decides where every value lies: in the slot it is assigned to, in an operand's memory that nobody
  /// needs any more, or in the arena.
  mutating func layOutMemory() {
    for (sum, terms) in accumulations where needed[sum] {
      for term in terms { storage[term] = sum }
    }
    let readings = collectReadings()
    let kept = Set(outputNodes().map(root))
    reuseOperands(readings, kept: kept)
    layOutTiles(readings, kept: kept)
    layOutArena(readings, kept: kept)
  }

  /// Whether an assigned value has to be copied into its slot.
  func needsCopy(_ assignment: Graph.Assignment) -> Bool {
    directSlots[root(assignment.value)] != assignment.slot
  }

  /// The node that owns the memory of a node's values.
  func owner(_ index: Int) -> Int {
    var index = root(index)
    while storage[index] != index { index = storage[index] }
    return index
  }

  /// Values of scratch that a lane's calls need, one after the other.
  func scratchCount(lane: Int) -> Int {
    let tiles = groups.map { $0.slots * $0.tileCount }.max() ?? 0
    return nodes.indices.reduce(tiles) { largest, index in
      guard case .lowered(let lowered) = nodes[index].operation, hasKernel(index) else {
        return largest
      }
      return max(largest, lowered.scratchCount(lane: lane))
    }
  }

  private func outputNodes() -> [Int] {
    graph.outputs.compactMap { if case .node(let index) = $0.source { index } else { nil } }
  }

  /// A value whose only purpose is to be assigned is computed in its slot, where nobody reads the slot's
  /// former value.
  mutating func chooseDirectSlots() {
    var readCounts = [Int](repeating: 0, count: nodes.count)
    for index in nodes.indices where needed[index] && !absorbed[index] {
      for operand in operands(index) { readCounts[root(operand)] += 1 }
    }
    for output in outputNodes() { readCounts[root(output)] += 1 }
    for assignment in graph.assignments { readCounts[root(assignment.value)] += 1 }
    var readBuffers = Set<ObjectIdentifier>()
    for index in nodes.indices where needed[index] {
      if case .read(let slot) = nodes[index].operation {
        readBuffers.insert(ObjectIdentifier(slot.buffer))
      }
    }
    for assignment in graph.assignments {
      let value = root(assignment.value)
      let terms = accumulations[value] ?? [value]
      guard readCounts[value] == 1, !isLeaf(value), !isVirtual(value),
        terms.allSatisfy({ nodes[$0].segment == assignment.segment }),
        !readBuffers.contains(ObjectIdentifier(assignment.slot.buffer))
      else { continue }
      directSlots[value] = assignment.slot
    }
  }

  private func collectReadings() -> [[Reading]] {
    var readings = [[Reading]](repeating: [], count: nodes.count)
    for index in nodes.indices where hasKernel(index) {
      for operand in operands(index) { note(operand) }
      func note(_ operand: Int) {
        let operand = root(operand)
        if isVirtual(operand) {
          if constants[operand] == nil { nodes[operand].operands.forEach(note) }
        } else {
          readings[operand].append(Reading(stage: stage[index], reader: index))
        }
      }
    }
    for assignment in graph.assignments where needsCopy(assignment) {
      readings[root(assignment.value)].append(
        Reading(stage: endings[assignment.segment].assignments, reader: nil))
    }
    return readings
  }

  /// Lets a pointwise kernel write over an operand that it is the last to read, or over what its group of
  /// tiles read last: lines that are in the cache need not be fetched to be written.
  ///
  /// What only a group of tiles reads shares memory with its like alone: it is to stay in the cache.
  private mutating func reuseOperands(_ readings: [[Reading]], kept: Set<Int>) {
    var reused = Set<Int>()
    for index in nodes.indices where hasKernel(index) && nodes[index].operation.isPointwise {
      guard constants[index] == nil, directSlots[index] == nil else { continue }
      let isLocal = isTileLocal(index, readings, kept: kept)
      let own = operands(index).filter { !isVirtual($0) }.map(root)
      let value = (own + (isLocal ? [] : groupOperands(before: index))).first { value in
        !isLeaf(value) && directSlots[value] == nil && !kept.contains(value)
          && !reused.contains(value) && elementCount(value) == elementCount(index)
          && readsOwnPart(of: value, by: index)
          && isTileLocal(value, readings, kept: kept) == isLocal
          && readings[value].allSatisfy({ isBefore($0, index, value) })
      }
      guard let value else { continue }
      reused.insert(value)
      storage[index] = value
    }
  }

  /// What the members of a kernel's group that come before it read.
  private func groupOperands(before index: Int) -> [Int] {
    guard let group = groupOf[index] else { return [] }
    return groups[group].members.prefix { $0 < index }.flatMap { member in
      operands(member).filter { !isVirtual($0) }.map(root)
    }
  }

  /// Whether a reading of a value is over, in every lane, when a kernel writes over it.
  private func isBefore(_ reading: Reading, _ writer: Int, _ value: Int) -> Bool {
    guard let reader = reading.reader else { return false }
    if reader == writer { return readsOnlyOnce(value, writer) }
    if reading.stage != stage[writer] { return reading.stage < stage[writer] }
    return reader < writer && readsOwnPart(of: value, by: reader)
  }

  /// A kernel may write over an operand that it reads element by element, not over one that it repeats.
  private func readsOnlyOnce(_ value: Int, _ reader: Int) -> Bool {
    operands(reader).allSatisfy { operand in
      !isVirtual(operand) || !repeats(operand, value)
    }
  }

  private func repeats(_ operand: Int, _ value: Int) -> Bool {
    let operand = root(operand)
    if operand == value { return true }
    guard isVirtual(operand), constants[operand] == nil else { return false }
    return nodes[operand].operands.contains { repeats($0, value) }
  }

  /// Places values in the arena, the largest first, each at the lowest place that is free while it lives.
  private mutating func layOutArena(_ readings: [[Reading]], kept: Set<Int>) {
    var lives: [Int: ClosedRange<Int>] = [:]
    for index in nodes.indices where hasKernel(index) || accumulations[index] != nil {
      guard needed[index], !absorbed[index] else { continue }
      let home = owner(index)
      guard directSlots[home] == nil, tileOffsets[home] == nil else { continue }
      var end = readings[index].map(\.stage).max() ?? stage[index]
      if kept.contains(index) { end = stageCount }
      let life = stage[index]...max(stage[index], end)
      lives[home] =
        lives[home].map {
          min($0.lowerBound, life.lowerBound)...max($0.upperBound, life.upperBound)
        } ?? life
    }
    struct Block {
      let life: ClosedRange<Int>
      let range: Range<Int>
    }
    var blocks: [Block] = []
    let homes = lives.sorted {
      let (first, second) = (elementCount($0.key), elementCount($1.key))
      return first == second ? $0.key < $1.key : first > second
    }
    for (home, life) in homes {
      let size = (elementCount(home) + 15) / 16 * 16
      var offset = 0
      let others = blocks.filter { $0.life.overlaps(life) }
      for block in others.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
        if offset + size <= block.range.lowerBound { break }
        offset = max(offset, block.range.upperBound)
      }
      arenaOffsets[home] = offset
      blocks.append(Block(life: life, range: offset..<offset + size))
      arenaCount = max(arenaCount, offset + size)
    }
  }
}
