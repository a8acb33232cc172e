import CKernels

/// All memory that a plan uses beside slots.
struct PlanMemory {
  let arena: FloatBuffer
  /// One value a node of the graph, where the node is one number everywhere.
  let constants: FloatBuffer
  let inputs: [FloatBuffer]
  let hostScalars: UnsafeMutablePointer<Float>
  let counters: UnsafeMutablePointer<UInt64>
  /// For each update that is asked for it, the gradient's norm and after it the blocks' sums.
  let norms: [UnsafeMutablePointer<Double>?]
  let failure: UnsafeMutablePointer<Int32>
  /// Each lane's room for what one call needs beside its operands.
  let scratch: [FloatBuffer]
  let ownings = CallOwnings()

  init(_ planner: Planner, sharing shared: SharedArena) throws(MemoryError) {
    let graph = planner.graph
    arena = try shared.room(for: planner.arenaCount)
    constants = FloatBuffer(count: graph.nodes.count + 1)
    for (index, value) in planner.constants.enumerated() {
      constants.pointer[index] = value ?? 0
    }
    inputs = try graph.inputs.map { (_, node) throws(MemoryError) in
      try FloatBuffer(allocating: planner.elementCount(node))
    }
    scratch = try (0..<planner.sharding.shards).map { (lane) throws(MemoryError) in
      try FloatBuffer(allocating: planner.scratchCount(lane: lane))
    }
    hostScalars = .allocate(capacity: max(1, graph.hostScalars.count))
    hostScalars.initialize(repeating: 0, count: max(1, graph.hostScalars.count))
    counters = .allocate(capacity: max(1, graph.counters.count))
    counters.initialize(repeating: 0, count: max(1, graph.counters.count))
    norms = graph.updates.map { update, _ in
      guard update.gradientNorm != nil else { return nil }
      let count = Self.blocks(update) + 1
      let sums = UnsafeMutablePointer<Double>.allocate(capacity: count)
      sums.initialize(repeating: 0, count: count)
      return sums
    }
    failure = .allocate(capacity: 1)
    failure.initialize(to: 0)
  }

  func deallocate() {
    hostScalars.deallocate()
    counters.deallocate()
    for sums in norms { sums?.deallocate() }
    failure.deallocate()
  }

  /// Where the gradient's norm of an update stands that was asked for it.
  func norm(_ update: Int) -> UnsafeMutablePointer<Double> {
    guard let sums = norms[update] else { preconditionFailure("update \(update) has no norm") }
    return sums
  }

  /// A zero to repeat.
  var zero: UnsafeMutablePointer<Float> { constants.pointer + (constants.count - 1) }

  static func blocks(_ update: Update) -> Int {
    (update.count + Int(GR_SUM_BLOCK) - 1) / Int(GR_SUM_BLOCK)
  }

  /// Where the values lie that a node owns.
  func place(_ owner: Int, _ planner: Planner) -> UnsafeMutablePointer<Float> {
    switch planner.nodes[owner].operation {
    case .read(let slot): return slot.buffer.pointer + slot.offset
    case .input(let index): return inputs[index].pointer
    default: break
    }
    if let slot = planner.directSlots[owner] { return slot.buffer.pointer + slot.offset }
    guard let offset = planner.arenaOffsets[owner] else {
      preconditionFailure("node \(owner) has no memory in this plan")
    }
    return arena.pointer + offset
  }
}
