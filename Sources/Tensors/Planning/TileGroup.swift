/// Neighbouring kernels over large matrices of one shape, pointwise ones and sums over a lane's rows: they
/// run tile by tile, so that what one writes is still in the cache when the next reads it.
///
/// Values that only the group reads have a tile's memory. A sum runs by tiles even where it is alone, so
/// that its bits depend on the shape and on the sharding, not on its neighbours.
struct TileGroup {
  /// Nodes in the order of their kernels.
  var members: [Int]
  let stage: Int
  /// A node with the rows and columns that all members pass over.
  let matrix: Int
  /// Rows of a tile.
  let tileRows: Int
  /// Values of a tile.
  let tileCount: Int
  /// Memory that members read or write, by the nodes that it was made for.
  var touched: Set<Int> = []
  /// Tiles of memory for the values that only the group reads.
  var slots = 0

  /// Values that a tile aims at: a few tiles of 8 KB fit into a core's first cache.
  static let aim = 2048
  /// Values of a lane from which on tiles pay: half a second cache of 1 MB holds two such matrices.
  static let least = 1 << 16
}

extension Planner {
  /// Groups kernels that follow one another in a stage and have one shape.
  ///
  /// A kernel of another kind ends a group only where it has to do with what the group reads or writes:
  /// else it can just as well run before.
  mutating func groupPointwise() {
    var open: [Int: TileGroup] = [:]
    for index in nodes.indices where hasKernel(index) {
      let touched = touchedMemory(index)
      let previous = open[stage[index]]
      guard isTiled(index) else {
        if let previous, !previous.touched.isDisjoint(with: touched) {
          open[stage[index]] = nil
          close(previous)
        }
        continue
      }
      let matrix = tiledMatrix(index)
      if var group = previous, hasShape(group.matrix, matrix) {
        group.members.append(index)
        group.touched.formUnion(touched)
        open[group.stage] = group
        continue
      }
      if let previous { close(previous) }
      let columns = nodes[matrix].columns
      let tileRows = max(1, TileGroup.aim / columns)
      open[stage[index]] = TileGroup(
        members: [index], stage: stage[index], matrix: matrix, tileRows: tileRows,
        tileCount: (tileRows * columns + 15) / 16 * 16, touched: touched)
    }
    for group in open.values.sorted(by: { $0.stage < $1.stage }) { close(group) }
  }

  private mutating func close(_ group: TileGroup) {
    guard group.members.count > 1 || isOwnSum(group.members[0]) else { return }
    for index in group.members { groupOf[index] = groups.count }
    groups.append(group)
  }

  private func isTiled(_ index: Int) -> Bool {
    isOwnSum(index)
      || nodes[index].operation.isPointwise && constants[index] == nil && nodes[index].rows.isBatch
        && nodes[index].columns > 1 && directSlots[index] == nil
        && elementCount(index) / sharding.shards >= TileGroup.least
  }

  /// Whether a node sums each lane's rows.
  func isOwnSum(_ index: Int) -> Bool {
    if case .lowered(.sumOwnRows) = nodes[index].operation { true } else { false }
  }

  /// The node whose rows a tiled kernel passes over: what a sum reads, what another writes.
  private func tiledMatrix(_ index: Int) -> Int {
    isOwnSum(index) ? operands(index)[0] : index
  }

  /// What a kernel reads or writes.
  private func touchedMemory(_ index: Int) -> Set<Int> {
    var touched: Set<Int> = [index]
    func touch(_ operand: Int) {
      let operand = root(operand)
      if isVirtual(operand) {
        if constants[operand] == nil { nodes[operand].operands.forEach(touch) }
      } else {
        touched.insert(operand)
      }
    }
    operands(index).forEach(touch)
    return touched
  }

  private func hasShape(_ first: Int, _ second: Int) -> Bool {
    nodes[first].rows == nodes[second].rows && nodes[first].columns == nodes[second].columns
  }

  /// Whether a value is read by members of its own group alone.
  func isTileLocal(_ index: Int, _ readings: [[Reading]], kept: Set<Int>) -> Bool {
    guard let group = groupOf[index], !kept.contains(index) else { return false }
    return readings[index].allSatisfy { $0.reader.map { groupOf[$0] } == group }
  }

  /// Finds the values that only their group reads, and gives each a slot that is free while it lives.
  mutating func layOutTiles(_ readings: [[Reading]], kept: Set<Int>) {
    var users: [Int: [Int]] = [:]
    for index in nodes.indices where hasKernel(index) || accumulations[index] != nil {
      if needed[index], !absorbed[index] { users[owner(index), default: []].append(index) }
    }
    for place in groups.indices {
      let members = groups[place].members
      var busyUntil: [Int] = []
      for (position, index) in members.enumerated() {
        guard owner(index) == index, let values = users[index],
          let last = lastReader(values, in: place, readings, kept: kept)
        else { continue }
        let slot = busyUntil.firstIndex { $0 < position } ?? busyUntil.count
        if slot == busyUntil.count { busyUntil.append(last) } else { busyUntil[slot] = last }
        tileOffsets[index] = slot * groups[place].tileCount
      }
      groups[place].slots = busyUntil.count
    }
  }

  /// The position in a group of the last kernel that reads values of one memory, `nil` where others do.
  private func lastReader(
    _ values: [Int], in group: Int, _ readings: [[Reading]], kept: Set<Int>
  ) -> Int? {
    var readers = values
    for value in values {
      guard groupOf[value] == group, !kept.contains(value) else { return nil }
      for reading in readings[value] {
        guard let reader = reading.reader, groupOf[reader] == group else { return nil }
        readers.append(reader)
      }
    }
    return readers.compactMap { groups[group].members.firstIndex(of: $0) }.max()
  }
}
