/// A UInt64 that the host sets before a run: which draw of a random stream it is.
package struct Counter: Sendable, Hashable {
  let index: Int
}

/// A Float that the host sets before a run: a learning rate, a bias correction.
package struct HostScalar: Sendable, Hashable {
  let index: Int
}

/// A value that the host reads after a run.
package struct Output: Sendable, Hashable {
  let index: Int
}

/// Expressions over matrices, built once, append-only, then planned.
// Unchecked: one thread builds a graph; plans read it after.
package final class Graph: @unchecked Sendable {
  struct Assignment {
    var value: Int
    let slot: Slot
    let segment: Int
  }

  enum OutputSource {
    case node(Int)
    /// The place among the graph's updates.
    case gradientNorm(Int)
  }

  private(set) var nodes: [Node] = []
  private(set) var inputs: [(name: String, node: Int)] = []
  private(set) var counters: [String] = []
  private(set) var hostScalars: [String] = []
  private(set) var outputs: [(name: String, source: OutputSource)] = []
  private(set) var assignments: [Assignment] = []
  private(set) var updates: [(update: Update, segment: Int)] = []
  private(set) var segment = 0
  private var readers: [Slot: Int] = [:]
  /// Sums over rows of this segment, by the matrix that they sum.
  private(set) var rowSums: [Int: Int] = [:]

  /// A graph of nothing yet.
  package init() {}

  /// Another graph with its nodes rewritten.
  ///
  /// - Parameter places: where each node of the other graph went.
  init(_ other: Graph, nodes: [Node], places: [Int]) {
    self.nodes = nodes
    inputs = other.inputs.map { ($0.name, places[$0.node]) }
    counters = other.counters
    hostScalars = other.hostScalars
    outputs = other.outputs.map { output in
      guard case .node(let index) = output.source else { return output }
      return (output.name, .node(places[index]))
    }
    assignments = other.assignments.map {
      Assignment(value: places[$0.value], slot: $0.slot, segment: $0.segment)
    }
    updates = other.updates
    segment = other.segment
  }

  func append(_ operation: Operation, _ operands: [Tensor], rows: Rows, columns: Int) -> Tensor {
    for operand in operands {
      precondition(operand.graph === self, "an operand belongs to another graph")
    }
    precondition(columns > 0, "a matrix needs columns")
    nodes.append(
      Node(
        operation: operation, operands: operands.map(\.index), rows: rows, columns: columns,
        segment: segment))
    return tensor(nodes.count - 1)
  }

  func tensor(_ index: Int) -> Tensor {
    Tensor(graph: self, index: index, rows: nodes[index].rows, columns: nodes[index].columns)
  }

  /// The matrix in a slot, read when the kernel that needs it runs.
  ///
  /// After a sequence point it is the updated one. The same slot gives the same node, so that
  /// derivatives of several uses add up.
  package func read(_ slot: Slot) -> Tensor {
    if let index = readers[slot] { return tensor(index) }
    let leaf = append(.read(slot), [], rows: .fixed(slot.rows), columns: slot.columns)
    readers[slot] = leaf.index
    return leaf
  }

  /// The value that this segment assigns to a slot, or else what is in it.
  ///
  /// Running statistics of a network that is applied twice in one segment go on from its first pass.
  package func latest(_ slot: Slot) -> Tensor {
    let pending = assignments.last { $0.slot == slot && $0.segment == segment }
    return pending.map { tensor($0.value) } ?? read(slot)
  }

  /// A matrix `[perUnit a unit, columns]` that the host fills before a run.
  package func input(_ name: String, perUnit: Int, columns: Int) -> Tensor {
    precondition(inputs.allSatisfy { $0.name != name }, "two inputs are named \(name)")
    let leaf = append(.input(inputs.count), [], rows: .batch(perUnit: perUnit), columns: columns)
    inputs.append((name, leaf.index))
    return leaf
  }

  /// A matrix of one value.
  package func constant(_ value: Float, rows: Rows = .fixed(1), columns: Int = 1) -> Tensor {
    append(.constant(value), [], rows: rows, columns: columns)
  }

  /// A matrix of one value, in another's shape.
  package func constant(_ value: Float, like tensor: Tensor) -> Tensor {
    constant(value, rows: tensor.rows, columns: tensor.columns)
  }

  /// A counter that random numbers are drawn by.
  package func counter(_ name: String) -> Counter {
    counters.append(name)
    return Counter(index: counters.count - 1)
  }

  /// A number that updates read.
  package func hostScalar(_ name: String) -> HostScalar {
    hostScalars.append(name)
    return HostScalar(index: hostScalars.count - 1)
  }

  /// Keeps a tensor's value for the host to read after a run.
  @discardableResult
  package func output(_ tensor: Tensor, _ name: String) -> Output {
    precondition(tensor.graph === self, "an output belongs to another graph")
    return addOutput(name, .node(tensor.index))
  }

  private func addOutput(_ name: String, _ source: OutputSource) -> Output {
    precondition(outputs.allSatisfy { $0.name != name }, "two outputs are named \(name)")
    outputs.append((name, source))
    return Output(index: outputs.count - 1)
  }

  /// How many outputs there are.
  package var outputCount: Int { outputs.count }

  /// Writes a value into a slot at the end of the current segment, after all its reads.
  ///
  /// A second assignment to the slot in one segment takes the first one's place.
  package func assign(_ value: Tensor, to slot: Slot) {
    precondition(value.graph === self, "an assigned value belongs to another graph")
    precondition(
      value.rows == .fixed(slot.rows) && value.columns == slot.columns,
      "\(value.shape) can't be assigned to [\(slot.rows), \(slot.columns)]")
    if let place = assignments.firstIndex(where: { $0.slot == slot && $0.segment == segment }) {
      assignments[place].value = value.index
    } else {
      assignments.append(Assignment(value: value.index, slot: slot, segment: segment))
    }
  }

  /// Updates whole flat buffers at the end of the segment, after its assignments.
  ///
  /// - Returns: the gradient's norm, where the update names one.
  @discardableResult
  package func update(_ update: Update) -> Output? {
    updates.append((update, segment))
    return update.gradientNorm.map { addOutput($0, .gradientNorm(updates.count - 1)) }
  }

  /// Begins a segment: what is built after sees the updates; values computed before stay usable.
  package func sequencePoint() {
    segment += 1
    rowSums = [:]
  }

  /// The sum over rows of a matrix, the same node for all who ask for it in a segment.
  func rowSum(of tensor: Tensor) -> Tensor {
    if let index = rowSums[tensor.index] { return self.tensor(index) }
    let sum = append(.sumRows, [tensor], rows: .fixed(1), columns: tensor.columns)
    rowSums[tensor.index] = sum.index
    return sum
  }
}
