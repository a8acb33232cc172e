extension Tensor {
  /// The sum over rows, from sums that are there where it can be.
  ///
  /// A sum of terms is the sum of their sums, factors of columns can wait until after it, and what is left
  /// of a matrix without its mean sums to zero. So the derivative of a normalisation needs the sums over
  /// its adjoint, and over adjoint times values, but none over what it hands on (Ioffe and Szegedy, "Batch
  /// normalization", 2015, §3, has the same sums). The identities hold for all values: whatever is
  /// derived from their results is right too.
  var distributedSumRows: Tensor {
    guard rows.isBatch, let cost = graph.sumsToAdd(for: index, depth: 0), cost <= 1 else {
      return sumRows
    }
    return graph.distributedSum(of: index) ?? graph.constant(0, columns: columns)
  }
}

extension Graph {
  /// Sums over whole matrices that distributing a sum would add, `nil` where that makes no sense.
  fileprivate func sumsToAdd(for index: Int, depth: Int) -> Int? {
    if rowSums[index] != nil { return 0 }
    // Terms of terms may be shared; the derivatives meant here are three deep.
    guard depth < 8 else { return nil }
    let operands = nodes[index].operands
    switch nodes[index].operation {
    case .binary(.add):
      guard let first = sumsToAdd(for: operands[0], depth: depth + 1),
        let second = sumsToAdd(for: operands[1], depth: depth + 1)
      else { return nil }
      return first + second
    case .binary(.subtract): return isCentered(index) ? 0 : 1
    case .binary(.multiply), .binary(.divide):
      guard let (matrix, _) = factors(index) else { return 1 }
      return sumsToAdd(for: matrix, depth: depth + 1)
    case .unary(.affine(_, 0)): return sumsToAdd(for: operands[0], depth: depth + 1)
    case .broadcastRows, .broadcastColumns, .constant: return nil
    default: return 1
    }
  }

  /// The sum over rows of a matrix, `nil` where it is zero.
  fileprivate func distributedSum(of index: Int) -> Tensor? {
    if rowSums[index] != nil { return tensor(index).sumRows }
    let operands = nodes[index].operands
    switch nodes[index].operation {
    case .binary(.add):
      let terms = operands.compactMap(distributedSum)
      return terms.count == 2 ? terms[0] + terms[1] : terms.first
    case .binary(.subtract): return isCentered(index) ? nil : tensor(index).sumRows
    case .binary(.multiply):
      guard let (matrix, row) = factors(index) else { return tensor(index).sumRows }
      return distributedSum(of: matrix).map { $0 * tensor(row) }
    case .binary(.divide):
      guard let (matrix, row) = factors(index) else { return tensor(index).sumRows }
      return distributedSum(of: matrix).map { $0 / tensor(row) }
    case .unary(.affine(let scale, 0)):
      return distributedSum(of: operands[0])?.affine(scale: scale, shift: 0)
    default: return tensor(index).sumRows
    }
  }

  /// The factors of a matrix times a repeated row, or divided by one.
  private func factors(_ index: Int) -> (matrix: Int, row: Int)? {
    let operands = nodes[index].operands
    let divides = if case .binary(.divide) = nodes[index].operation { true } else { false }
    for (place, operand) in operands.enumerated() where place == 1 || !divides {
      if case .broadcastRows = nodes[operand].operation {
        return (operands[1 - place], nodes[operand].operands[0])
      }
    }
    return nil
  }

  /// Whether a difference is that of a matrix and its mean over rows.
  private func isCentered(_ index: Int) -> Bool {
    let (matrix, repeated) = (nodes[index].operands[0], nodes[nodes[index].operands[1]])
    guard case .batch(let perUnit) = nodes[matrix].rows, case .broadcastRows = repeated.operation
    else { return false }
    let mean = nodes[repeated.operands[0]]
    guard case .scale(.oneOverRows(perUnit)) = mean.operation else { return false }
    let sum = nodes[mean.operands[0]]
    if case .sumRows = sum.operation { return sum.operands[0] == matrix }
    return false
  }
}
