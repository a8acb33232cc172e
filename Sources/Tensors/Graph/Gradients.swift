/// The derivatives of a scalar by some tensors, as new nodes of its graph.
///
/// Reverse mode: every derivative is made of the same operations, so it has derivatives itself. Only
/// nodes between the scalar and the asked-for tensors get one; a tensor that the scalar does not depend
/// on gets zeros.
package func gradients(of scalar: Tensor, for tensors: [Tensor]) -> [Tensor] {
  precondition(scalar.isScalar, "the gradient of \(scalar.shape), which is no scalar")
  let graph = scalar.graph
  let end = scalar.index
  var reaches = [Bool](repeating: false, count: end + 1)
  for tensor in tensors where tensor.index <= end { reaches[tensor.index] = true }
  for index in 0...end where !reaches[index] {
    if case .stopGradient = graph.nodes[index].operation { continue }
    reaches[index] = graph.nodes[index].operands.contains { reaches[$0] }
  }
  var adjoints = [Tensor?](repeating: nil, count: end + 1)
  adjoints[end] = graph.constant(1)
  for index in (0...end).reversed() where reaches[index] {
    guard let adjoint = adjoints[index] else { continue }
    for (place, operand) in graph.nodes[index].operands.enumerated() where reaches[operand] {
      guard let term = graph.derivative(of: index, by: place, adjoint: adjoint) else { continue }
      adjoints[operand] = adjoints[operand].map { $0 + term } ?? term
    }
  }
  return tensors.map { tensor in
    let adjoint = tensor.index <= end ? adjoints[tensor.index] : nil
    return adjoint ?? graph.constant(0, like: tensor)
  }
}

extension Graph {
  /// What a node's adjoint adds to the adjoint of one operand, `nil` where that is zero everywhere.
  fileprivate func derivative(of index: Int, by place: Int, adjoint: Tensor) -> Tensor? {
    let node = nodes[index]
    let operands = node.operands.map(tensor)
    let result = tensor(index)
    switch node.operation {
    case .read, .input, .constant, .random, .stopGradient, .lowered: return nil
    case .unary(let unary): return unary.derivative(x: operands[0], y: result, adjoint: adjoint)
    case .binary(let binary):
      return binary.derivative(by: place, x: operands[0], y: operands[1], adjoint: adjoint)
    case .scale(let factor): return adjoint.scaled(by: factor)
    case .gatherPieces, .scatterPieces:
      return pieceDerivative(of: node, by: place, adjoint: adjoint)
    case .sumRows: return adjoint.broadcastRows(to: operands[0].rows)
    case .sumColumns: return adjoint.broadcastColumns(to: operands[0].columns)
    case .broadcastRows: return adjoint.distributedSumRows
    case .broadcastColumns: return adjoint.sumColumns
    case .reshape, .concatRows, .sliceRows, .padRows:
      return rowDerivative(of: node, by: place, adjoint: adjoint)
    case .permute, .concatColumns, .sliceColumns, .padColumns:
      return columnDerivative(of: node, by: place, adjoint: adjoint)
    case .upsample, .sumPool: return scaleDerivative(of: node, adjoint: adjoint)
    case .convolution(let part, let geometry):
      return convolutionDerivative(part, geometry, by: place, operands, adjoint: adjoint)
    case .product(let transposeA, let transposeB):
      return productDerivative(
        by: place, a: operands[0], b: operands[1], transposeA: transposeA,
        transposeB: transposeB, adjoint: adjoint)
    }
  }
}
