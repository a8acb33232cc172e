import CKernels

/// Writes the calls of a planned graph, with every pointer filled in.
struct Emission {
  let planner: Planner
  let memory: PlanMemory
  let seed: UInt64
  let variant: KernelVariant
  /// The calls of each stage and lane, `stage * lanes + lane`.
  private(set) var buckets: [[gr_call]]
  /// The steps of the groups whose last kernel is still to come, lane by lane.
  var openSteps: [Int: [[gr_step]]] = [:]

  /// A matrix as a kernel reads it; a stride of 0 repeats.
  struct Operand {
    var pointer: UnsafePointer<Float>
    var row: Int
    var column: Int
    /// Its place in a lane's scratch, where it has a tile's memory; the pointer then means nothing.
    var tileOffset: Int?
  }

  init(
    planner: Planner, memory: PlanMemory, seed: UInt64, variant: KernelVariant
  ) throws(MemoryError) {
    self.planner = planner
    self.memory = memory
    self.seed = seed
    self.variant = variant
    buckets = Array(
      repeating: [], count: planner.stageCount * planner.sharding.shards)
    for index in planner.nodes.indices where planner.hasKernel(index) { try emit(index) }
    emitAssignments()
    emitUpdates()
  }

  var lanes: Range<Int> { 0..<planner.sharding.shards }

  mutating func add(_ call: gr_call, stage: Int, lane: Int) {
    var call = call
    call.kernel = variant.kernel(call.kernel)
    buckets[stage * planner.sharding.shards + lane].append(call)
  }

  /// Where a node's values lie.
  func place(_ index: Int) -> UnsafeMutablePointer<Float> {
    memory.place(planner.owner(index), planner)
  }

  func operand(_ index: Int) -> Operand {
    let index = planner.source(index)
    if planner.isVirtual(index) { return repeated(index) }
    if let offset = planner.tileOffsets[planner.owner(index)] {
      return Operand(
        pointer: UnsafePointer(memory.zero), row: planner.nodes[index].columns, column: 1,
        tileOffset: offset)
    }
    return Operand(pointer: place(index), row: planner.nodes[index].columns, column: 1)
  }

  /// A repeated value, read where it lies.
  private func repeated(_ index: Int) -> Operand {
    if planner.constants[index] != nil {
      return Operand(pointer: memory.constants.pointer + index, row: 0, column: 0)
    }
    var inner = operand(planner.nodes[index].operands[0])
    if case .broadcastRows = planner.nodes[index].operation {
      inner.row = 0
    } else {
      inner.column = 0
    }
    return inner
  }

  /// A lane's part of a node's values.
  func part(_ index: Int, lane: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    let node = planner.nodes[index]
    switch node.rows {
    case .batch(let perUnit):
      let units = planner.sharding.units(of: lane)
      return (units.lowerBound * perUnit..<units.upperBound * perUnit, 0..<node.columns)
    case .fixed(let rows):
      return planner.sharding.part(of: lane, rows: rows, columns: node.columns)
    }
  }

  private mutating func emit(_ index: Int) throws(MemoryError) {
    let node = planner.nodes[index]
    let operands = planner.operands(index)
    if planner.constants[index] != nil {
      emitPointwise(index, gr_copy, [repeated(index)])
      return
    }
    switch node.operation {
    case .unary(let unary):
      let kernel = unary.kernel
      let biased = planner.biasedOperands[index] == nil ? nil : unary.biasedKernel
      emitPointwise(
        index, biased ?? kernel.function, operands.map(operand), p: kernel.p, q: kernel.q)
    case .binary(let binary):
      let kernel = binary.kernel
      emitPointwise(index, kernel.function, operands.map(operand), p: kernel.p, q: kernel.q)
    case .scale(let factor):
      emitPointwise(
        index, gr_affine, operands.map(operand), p: factor.value(units: planner.sharding.units))
    case .broadcastRows, .broadcastColumns: emitPointwise(index, gr_copy, [repeated(index)])
    case .random(let distribution, let stream, let counter):
      emitRandom(index, distribution, stream: stream, counter: counter)
    case .gatherPieces(let pieces):
      emitPieces(index, gr_gather_pieces, operands, pieces, width: node.columns)
    case .scatterPieces(let pieces):
      emitPieces(index, gr_scatter_pieces, operands, pieces, width: node.columns / pieces)
    case .sumRows: emitSumRows(index, operands[0])
    case .sumColumns: emitSumColumns(index, operands[0])
    case .concatRows: emitConcat(index, operands)
    case .sliceRows(let half): emitSlice(index, operands[0], half)
    case .padRows(let half): emitPad(index, operands[0], half)
    case .permute(let permutation): emitPermute(index, operands[0], permutation)
    case .concatColumns: emitConcatColumns(index, operands)
    case .sliceColumns(let range): emitSliceColumns(index, operands[0], range)
    case .padColumns(let range): emitPadColumns(index, operands[0], range)
    case .upsample(let scale): emitScale(index, operands[0], scale, gr_upsample)
    case .sumPool(let scale): emitScale(index, operands[0], scale, gr_sum_pool)
    case .product(let transposeA, let transposeB):
      emitProduct(index, operands, transposeA: transposeA, transposeB: transposeB)
    case .lowered(let lowered): try emitLowered(index, lowered, operands)
    case .convolution: preconditionFailure("a convolution was not lowered")
    case .read, .input, .constant, .reshape, .stopGradient: break
    }
  }

  mutating func emitPointwise(
    _ index: Int, _ kernel: Kernel, _ operands: [Operand], p: Float = 0, q: Float = 0
  ) {
    if let group = planner.groupOf[index] {
      emitTiled(index, group, kernel, operands, p: p, q: q)
      return
    }
    let width = planner.nodes[index].columns
    let out = place(index)
    for lane in lanes {
      let part = part(index, lane: lane)
      var call = gr_call()
      call.kernel = kernel
      call.out = out + part.rows.lowerBound * width + part.columns.lowerBound
      (call.p, call.q) = (p, q)
      var parts = operands.map { operand in
        Operand(
          pointer: operand.pointer + part.rows.lowerBound * operand.row
            + part.columns.lowerBound * operand.column,
          row: operand.row, column: operand.column)
      }
      var (rows, columns) = (part.rows.count, part.columns.count)
      if columns == 1 {
        // A column is one row with the row stride, which is 0 or 1 here.
        (rows, columns) = (1, rows)
        for place in parts.indices { parts[place].column = parts[place].row == 0 ? 0 : 1 }
      } else if parts.allSatisfy({ $0.row == columns * $0.column }) {
        // All is dense or one number: one long row.
        (rows, columns) = (1, rows * columns)
      }
      guard rows > 0, columns > 0 else { continue }
      (call.rows, call.columns) = (Int64(rows), Int64(columns))
      call.a = parts[0].pointer
      (call.a_row, call.a_column) = (Int64(parts[0].row), Int64(parts[0].column))
      if parts.count > 1 {
        call.b = parts[1].pointer
        (call.b_row, call.b_column) = (Int64(parts[1].row), Int64(parts[1].column))
      }
      add(call, stage: planner.stage[index], lane: lane)
    }
  }

  private mutating func emitRandom(
    _ index: Int, _ distribution: Distribution, stream: UInt32, counter: Counter
  ) {
    let kernel = distribution.kernel
    let width = planner.nodes[index].columns
    for lane in lanes {
      let rows = part(index, lane: lane).rows
      var call = gr_call()
      call.kernel = kernel.function
      (call.p, call.q) = (kernel.p, kernel.q)
      call.out = place(index) + rows.lowerBound * width
      call.first = UInt64(rows.lowerBound * width)
      call.columns = Int64(rows.count * width)
      (call.key, call.stream) = (seed, stream)
      call.counter = UnsafePointer(memory.counters + counter.index)
      if call.columns > 0 { add(call, stage: planner.stage[index], lane: lane) }
    }
  }
}
