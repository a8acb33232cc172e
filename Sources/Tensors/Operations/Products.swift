/// The matrix product op(a) op(b), op being the transpose where asked for.
///
/// Three kinds: rows of a batch times a fixed matrix; the contraction over a batch, `aᵀ b`, which is a
/// fixed matrix; fixed times fixed.
package func matmul(
  _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false
) -> Tensor {
  let (aRows, aColumns) = transposed(a, transposeA)
  let (bRows, bColumns) = transposed(b, transposeB)
  guard aColumns == bRows, case .fixed(let columns) = bColumns else {
    preconditionFailure(
      "\(a.shape)\(transposeA ? "ᵀ" : "") times \(b.shape)\(transposeB ? "ᵀ" : "") is no product")
  }
  return a.graph.append(
    .product(transposeA: transposeA, transposeB: transposeB), [a, b], rows: aRows,
    columns: columns)
}

private func transposed(_ tensor: Tensor, _ isTransposed: Bool) -> (Rows, Rows) {
  let columns = Rows.fixed(tensor.columns)
  return isTransposed ? (columns, tensor.rows) : (tensor.rows, columns)
}

extension Graph {
  func productDerivative(
    by place: Int, a: Tensor, b: Tensor, transposeA: Bool, transposeB: Bool, adjoint: Tensor
  ) -> Tensor {
    switch (place, transposeA, transposeB) {
    case (0, false, _): matmul(adjoint, b, transposeB: !transposeB)
    case (0, true, _): matmul(b, adjoint, transposeA: transposeB, transposeB: true)
    case (_, _, false): matmul(a, adjoint, transposeA: !transposeA)
    case (_, _, true): matmul(adjoint, a, transposeA: true, transposeB: transposeA)
    }
  }
}
