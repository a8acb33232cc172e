import CKernels

extension Planner {
  /// Finds patterns that one kernel, or one pass over the same memory, computes.
  mutating func fuse() {
    let uses = countUses()
    for index in nodes.indices.reversed() where needed[index] && !absorbed[index] {
      guard constants[index] == nil else { continue }
      fuseBias(index, uses)
      fuseAccumulation(index, uses)
    }
  }

  /// How many needed nodes, outputs and assignments read each node.
  private func countUses() -> [Int] {
    var uses = [Int](repeating: 0, count: nodes.count)
    for index in nodes.indices where needed[index] {
      for operand in operands(index) { uses[operand] += 1 }
    }
    for case (_, .node(let index)) in graph.outputs { uses[source(index)] += 1 }
    for assignment in graph.assignments { uses[source(assignment.value)] += 1 }
    return uses
  }

  /// activation(x + bias): the addition is done in the activation's pass.
  private mutating func fuseBias(_ index: Int, _ uses: [Int]) {
    guard case .unary(let unary) = nodes[index].operation, unary.biasedKernel != nil else { return }
    let sum = source(nodes[index].operands[0])
    guard case .binary(.add) = nodes[sum].operation, uses[sum] == 1, constants[sum] == nil,
      nodes[sum].segment == nodes[index].segment
    else { return }
    let (first, second) = (source(nodes[sum].operands[0]), source(nodes[sum].operands[1]))
    guard case .broadcastRows = nodes[second].operation else { return }
    absorbed[sum] = true
    biasedOperands[index] = (first, second)
  }

  /// A sum of products, or of sums over rows: the later ones add to the first one's result.
  private mutating func fuseAccumulation(_ index: Int, _ uses: [Int]) {
    guard case .binary(.add) = nodes[index].operation else { return }
    var terms: [Int] = []
    var inner: [Int] = []
    var open = [index]
    while let sum = open.popLast() {
      for operand in nodes[sum].operands.map(source) {
        guard uses[operand] == 1, constants[operand] == nil else { return }
        switch nodes[operand].operation {
        case .binary(.add):
          inner.append(operand)
          open.append(operand)
        case .product, .sumRows, .lowered(.sumLanes): terms.append(operand)
        default: return
        }
      }
    }
    terms.sort()
    guard let first = terms.first, terms.allSatisfy({ accumulates(onto: first, $0) }) else {
      return
    }
    for sum in inner { absorbed[sum] = true }
    accumulations[index] = terms
    for (place, term) in terms.enumerated() {
      accumulator[term] = (index, place == 0 ? nil : terms[place - 1])
    }
  }

  private func accumulates(onto first: Int, _ term: Int) -> Bool {
    switch (nodes[first].operation, nodes[term].operation) {
    case (.product, .product), (.sumRows, .sumRows),
      (.lowered(.sumLanes), .lowered(.sumLanes)):
      true
    default: false
    }
  }
}

extension Unary {
  /// The kernel that adds a second operand first.
  var biasedKernel: Kernel? {
    switch self {
    case .leaky: gr_add_leaky
    case .tanh: gr_add_tanh
    case .sigmoid: gr_add_sigmoid
    default: nil
    }
  }
}
