/// Turns a graph into stages of kernel calls.
///
/// Passes, in this order: fold constants, keep what is needed, fuse, lay out stages, group, lay out memory;
/// emission then writes the calls. Everything is a function of graph and sharding alone.
struct Planner {
  let graph: Graph
  let sharding: Sharding
  let nodes: [Node]

  /// The value of nodes that are one number everywhere.
  var constants: [Float?]
  /// Nodes that an output or an assignment depends on.
  var needed: [Bool]
  /// Repeated values that some kernel wants in memory.
  var dense: [Bool]
  /// Nodes that another node's kernel computes on its way.
  var absorbed: [Bool]
  /// Activations that take bias addition along, and the two operands of that addition.
  var biasedOperands: [Int: (x: Int, bias: Int)] = [:]
  /// Sums of products, or of sums, that are computed in place: the sum's node to its terms, in order.
  var accumulations: [Int: [Int]] = [:]
  /// A term of such a sum to the sum and to the term before it.
  var accumulator: [Int: (sum: Int, previous: Int?)] = [:]

  /// The stage in which a node's kernel runs.
  var stage: [Int]
  /// Where each segment's assignments and updates run.
  var endings: [SegmentEnding] = []
  var stageCount = 0

  /// The node whose memory a node's values lie in.
  var storage: [Int]
  /// Values that are written into the slot they are assigned to.
  var directSlots: [Int: Slot] = [:]
  /// Pointwise kernels that run tile by tile, and the group of each.
  var groups: [TileGroup] = []
  var groupOf: [Int: Int] = [:]
  /// Where in a lane's scratch the values lie that only their group reads, by the node that owns them.
  var tileOffsets: [Int: Int] = [:]
  /// Where values lie in the arena, by the node that owns the memory.
  var arenaOffsets: [Int: Int] = [:]
  var arenaCount = 0

  init(_ graph: Graph, sharding: Sharding) {
    self.graph = graph
    self.sharding = sharding
    nodes = graph.nodes
    constants = Array(repeating: nil, count: nodes.count)
    needed = Array(repeating: false, count: nodes.count)
    dense = needed
    absorbed = needed
    stage = Array(repeating: 0, count: nodes.count)
    storage = Array(nodes.indices)
    foldConstants()
    markNeeded()
    fuse()
    markDense()
    chooseDirectSlots()
    layOutStages()
    groupPointwise()
    layOutMemory()
  }

  /// A node without the marks that only derivatives look at.
  func source(_ index: Int) -> Int {
    var index = index
    while case .stopGradient = nodes[index].operation { index = nodes[index].operands[0] }
    return index
  }

  /// The node that a view shows.
  func root(_ index: Int) -> Int {
    var index = source(index)
    while case .reshape = nodes[index].operation, constants[index] == nil {
      index = source(nodes[index].operands[0])
    }
    return index
  }

  /// What a node's kernel reads.
  func operands(_ index: Int) -> [Int] {
    if let fused = biasedOperands[index] { return [source(fused.x), source(fused.bias)] }
    return constants[index] == nil ? nodes[index].operands.map(source) : []
  }

  func isLeaf(_ index: Int) -> Bool {
    switch nodes[index].operation {
    case .read, .input: true
    default: false
    }
  }

  /// Whether a node is a repeated value that its readers repeat for themselves.
  func isVirtual(_ index: Int) -> Bool {
    if dense[index] { return false }
    if constants[index] != nil { return true }
    switch nodes[index].operation {
    case .broadcastRows, .broadcastColumns: return true
    default: return false
    }
  }

  /// Whether a call is made for a node.
  func hasKernel(_ index: Int) -> Bool {
    guard needed[index], !absorbed[index], !isLeaf(index), !isVirtual(index) else { return false }
    if constants[index] != nil { return true }
    switch nodes[index].operation {
    case .reshape, .stopGradient: return false
    default: return accumulations[index] == nil
    }
  }

  func rowCount(_ index: Int) -> Int { nodes[index].rows.count(units: sharding.units) }

  func elementCount(_ index: Int) -> Int { rowCount(index) * nodes[index].columns }

  private mutating func foldConstants() {
    for index in nodes.indices {
      let node = nodes[index]
      let values = node.operands.compactMap { constants[$0] }
      guard values.count == node.operands.count else { continue }
      switch node.operation {
      case .constant(let value): constants[index] = value
      case .unary, .binary, .scale:
        constants[index] = evaluate(node.operation, values, units: sharding.units)
      case .broadcastRows, .broadcastColumns, .reshape, .stopGradient:
        constants[index] = values[0]
      default: break
      }
    }
  }

  private mutating func markNeeded() {
    for case (_, .node(let index)) in graph.outputs { needed[source(index)] = true }
    for assignment in graph.assignments { needed[source(assignment.value)] = true }
    for index in nodes.indices.reversed() where needed[index] {
      for operand in operands(index) { needed[operand] = true }
    }
  }

  /// Marks repeated values that outputs, assignments or kernels without strides read.
  private mutating func markDense() {
    for case (_, .node(let index)) in graph.outputs { dense[source(index)] = true }
    for assignment in graph.assignments { dense[source(assignment.value)] = true }
    for index in nodes.indices.reversed() where needed[index] && !absorbed[index] {
      if constants[index] != nil || biasedOperands[index] != nil { continue }
      switch nodes[index].operation {
      case .binary, .broadcastRows, .broadcastColumns: continue
      default: for operand in operands(index) { dense[operand] = true }
      }
    }
  }
}
