extension Tensor {
  /// The same values with rows and columns traded: `[p a unit, c]` to `[q a unit, p · c / q]`, a view.
  package func reshape(perUnit: Int) -> Tensor {
    guard case .batch(let own) = rows, own * columns % perUnit == 0 else {
      preconditionFailure("\(shape) can't be read as \(perUnit) rows a unit")
    }
    if own == perUnit { return self }
    return graph.append(
      .reshape, [self], rows: .batch(perUnit: perUnit), columns: own * columns / perUnit)
  }

  /// In each shard this tensor's rows, then another's: real and fake examples as one batch.
  package func concatRows(_ other: Tensor) -> Tensor {
    guard case .batch(let own) = rows, case .batch(let more) = other.rows,
      columns == other.columns
    else { preconditionFailure("\(shape) and \(other.shape) can't be joined by rows") }
    return graph.append(
      .concatRows, [self, other], rows: .batch(perUnit: own + more), columns: columns)
  }

  /// One part of rows that were joined: `perUnit` rows a unit, at the start or the end of each shard.
  package func sliceRows(_ half: RowHalf, perUnit: Int) -> Tensor {
    guard case .batch(let own) = rows, perUnit > 0, perUnit < own else {
      preconditionFailure("\(shape) has no part of \(perUnit) rows a unit")
    }
    return graph.append(
      .sliceRows(half), [self], rows: .batch(perUnit: perUnit), columns: columns)
  }

  /// This tensor as one part of joined rows, zeros in the other part.
  fileprivate func padRows(_ half: RowHalf, to rows: Rows) -> Tensor {
    graph.append(.padRows(half), [self], rows: rows, columns: columns)
  }
}

extension Graph {
  func rowDerivative(of node: Node, by place: Int, adjoint: Tensor) -> Tensor? {
    let operand = tensor(node.operands[place])
    guard case .batch(let perUnit) = operand.rows else { return nil }
    return switch node.operation {
    case .reshape: adjoint.reshape(perUnit: perUnit)
    case .concatRows: adjoint.sliceRows(place == 0 ? .first : .second, perUnit: perUnit)
    case .sliceRows(let half): adjoint.padRows(half, to: operand.rows)
    case .padRows(let half): adjoint.sliceRows(half, perUnit: perUnit)
    default: nil
    }
  }
}
