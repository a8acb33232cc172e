/// An array's axes in another order.
struct Permutation: Hashable {
  /// The operand's extents, outermost first.
  let shape: [Int]
  /// The result's axis i is the operand's axis order[i].
  let order: [Int]

  var inverse: Permutation {
    var back = order
    for (place, axis) in order.enumerated() { back[axis] = place }
    return Permutation(shape: order.map { shape[$0] }, order: back)
  }

  /// The result's axes as extents and strides in the operand; axes that stay together are one.
  var axes: [(extent: Int, stride: Int)] {
    var strides = shape
    var stride = 1
    for axis in shape.indices.reversed() {
      strides[axis] = stride
      stride *= shape[axis]
    }
    var axes: [(extent: Int, stride: Int)] = []
    for axis in order where shape[axis] > 1 {
      if let last = axes.last, last.stride == shape[axis] * strides[axis] {
        axes[axes.count - 1] = (last.extent * shape[axis], strides[axis])
      } else {
        axes.append((shape[axis], strides[axis]))
      }
    }
    return axes.isEmpty ? [(1, 1)] : axes
  }
}

extension Tensor {
  /// Each row, an array of `shape`, with its axes in another order: the result's axis i is axis order[i].
  package func permute(_ shape: [Int], _ order: [Int]) -> Tensor {
    precondition(
      shape.reduce(1, *) == columns && order.sorted() == Array(shape.indices)
        && shape.count <= 8,
      "\(self.shape) has no rows \(shape) to be put in the order \(order)")
    let permutation = Permutation(shape: shape, order: order)
    if permutation.axes.count == 1 { return self }
    return graph.append(.permute(permutation), [self], rows: rows, columns: columns)
  }

  /// Each row's blocks `[outer, inner, block]` as `[inner, outer, block]`: pictures of a pack joined along
  /// their channels.
  package func transposeBlocks(outer: Int, inner: Int) -> Tensor {
    precondition(
      outer > 0 && inner > 0 && columns % (outer * inner) == 0,
      "\(shape) does not fall into \(outer) times \(inner) blocks")
    return permute([outer, inner, columns / (outer * inner)], [1, 0, 2])
  }

  /// In each row this tensor's columns, then another's.
  package func concatColumns(_ other: Tensor) -> Tensor {
    precondition(
      rows == other.rows, "\(shape) and \(other.shape) can't be joined by columns")
    return graph.append(
      .concatColumns, [self, other], rows: rows, columns: columns + other.columns)
  }

  /// Some columns of each row.
  package func sliceColumns(_ range: Range<Int>) -> Tensor {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= columns && !range.isEmpty,
      "\(shape) has no columns \(range)")
    if range.count == columns { return self }
    return graph.append(.sliceColumns(range), [self], rows: rows, columns: range.count)
  }

  /// This tensor as some columns of wider rows, zeros in the others: the adjoint of a slice.
  fileprivate func padColumns(_ range: Range<Int>, to columns: Int) -> Tensor {
    graph.append(.padColumns(range), [self], rows: rows, columns: columns)
  }
}

extension Graph {
  func columnDerivative(of node: Node, by place: Int, adjoint: Tensor) -> Tensor? {
    let operand = tensor(node.operands[place])
    switch node.operation {
    case .permute(let permutation):
      return adjoint.permute(permutation.inverse.shape, permutation.inverse.order)
    case .concatColumns:
      let start = place == 0 ? 0 : nodes[node.operands[0]].columns
      return adjoint.sliceColumns(start..<start + operand.columns)
    case .sliceColumns(let range): return adjoint.padColumns(range, to: operand.columns)
    case .padColumns(let range): return adjoint.sliceColumns(range)
    default: return nil
    }
  }
}
