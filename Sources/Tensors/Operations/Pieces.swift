extension Tensor {
  /// The largest of `pieces` pieces of columns: `[r, pieces · n]`, piece outermost, to `[r, n]`.
  ///
  /// Goodfellow and others, "Maxout networks" (2013). Of equal pieces the first counts.
  package func maximum(pieces: Int) -> Tensor { gathered(by: self, pieces: pieces) }

  /// From this tensor's pieces the one whose counterpart in `other` is the largest.
  fileprivate func gathered(by other: Tensor, pieces: Int) -> Tensor {
    precondition(
      rows.isBatch && rows == other.rows && columns == other.columns && columns % pieces == 0,
      "\(shape) does not fall into \(pieces) pieces of \(other.shape)")
    return graph.append(
      .gatherPieces(pieces), [self, other], rows: rows, columns: columns / pieces)
  }

  /// This tensor in the piece that is the largest of `other`, zeros in the others.
  fileprivate func scattered(by other: Tensor, pieces: Int) -> Tensor {
    precondition(
      rows.isBatch && rows == other.rows && columns * pieces == other.columns,
      "\(shape) is no piece of \(other.shape)")
    return graph.append(
      .scatterPieces(pieces), [self, other], rows: rows, columns: other.columns)
  }
}

extension Graph {
  /// Which piece is largest is a constant: the second operand has no derivative.
  func pieceDerivative(of node: Node, by place: Int, adjoint: Tensor) -> Tensor? {
    guard place == 0 else { return nil }
    let choice = tensor(node.operands[1])
    return switch node.operation {
    case .gatherPieces(let pieces): adjoint.scattered(by: choice, pieces: pieces)
    case .scatterPieces(let pieces): adjoint.gathered(by: choice, pieces: pieces)
    default: nil
    }
  }
}
