import Testing

@testable import Tensors

/// An expression over a few leaves that comes to a scalar, to be checked with its derivatives.
struct OperationCase: Sendable, CustomTestStringConvertible {
  /// A leaf's shape in terms of two random widths.
  enum Leaf: Sendable {
    case batch(perUnit: Int, columns: Int)
    case fixed(rows: Int, columns: Int)
  }

  let name: String
  let leaves: @Sendable (_ m: Int, _ n: Int) -> [Leaf]
  let build: @Sendable ([Tensor]) -> Tensor

  var testDescription: String { name }

  private static func pointwise(
    _ name: String, _ build: @escaping @Sendable (Tensor) -> Tensor
  ) -> OperationCase {
    OperationCase(
      name: name, leaves: { m, _ in [.batch(perUnit: 1, columns: m)] },
      build: { weighted(build($0[0])) })
  }

  private static func pair(
    _ name: String, _ build: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) -> OperationCase {
    OperationCase(
      name: name,
      leaves: { m, _ in [.batch(perUnit: 2, columns: m), .batch(perUnit: 2, columns: m)] },
      build: { weighted(build($0[0], $0[1])) })
  }

  /// A scalar whose derivative differs from element to element.
  static func weighted(_ x: Tensor) -> Tensor { (x + x.square.affine(scale: 0.3, shift: 0)).mean }

  static let all = matrices + shapes + convolutions

  private static let matrices: [OperationCase] = [
    pointwise("affine") { $0.affine(scale: -1.5, shift: 0.25) },
    pointwise("exp") { $0.exp },
    pointwise("log") { $0.square.affine(scale: 1, shift: 0.5).log },
    pointwise("sqrt") { $0.square.affine(scale: 1, shift: 0.5).sqrt },
    pointwise("tanh") { $0.tanh },
    pointwise("sigmoid") { $0.sigmoid },
    pointwise("softplus") { $0.softplus },
    pointwise("square") { $0.square },
    pointwise("relu") { $0.leaky(slope: 0) },
    pointwise("leaky") { $0.leaky(slope: 0.2) },
    pointwise("clamp") { $0.clamp(low: -0.7, high: 1.1) },
    pointwise("a stopped factor") { $0 * $0.stopGradient },
    pair("sum") { $0 + $1 },
    pair("difference") { $0 - $1 },
    pair("product of elements") { $0 * $1 },
    pair("quotient") { $0 / $1.square.affine(scale: 1, shift: 0.5) },
    pair("joined rows") { $0.concatRows($1).tanh },
    pair("a slice of joined rows") { x, y in
      let joined = x.concatRows(y)
      return joined.sliceRows(.second, perUnit: 2) * joined.sliceRows(.first, perUnit: 2).exp
    },
    pair("packed rows") { $0.reshape(perUnit: 1).tanh + $1.reshape(perUnit: 1) },
    pair("transposed blocks") { x, y in
      x.reshape(perUnit: 1).transposeBlocks(outer: 2, inner: x.columns).tanh
        * y.reshape(perUnit: 1)
    },
    OperationCase(
      name: "a repeated row",
      leaves: { m, _ in [.batch(perUnit: 1, columns: m), .fixed(rows: 1, columns: m)] },
      build: { weighted($0[0] * $0[1].tanh + $0[1]) }),
    OperationCase(
      name: "a repeated column",
      leaves: { m, _ in [.batch(perUnit: 1, columns: m), .batch(perUnit: 1, columns: 1)] },
      build: { weighted($0[0] * $0[1].tanh - $0[1]) }),
    OperationCase(
      name: "a repeated scalar",
      leaves: { m, _ in [.batch(perUnit: 1, columns: m), .fixed(rows: 1, columns: 1)] },
      build: { weighted($0[1] * $0[0].exp) }),
    OperationCase(
      name: "maxout", leaves: { m, _ in [.batch(perUnit: 1, columns: 3 * m)] },
      build: { weighted($0[0].maximum(pieces: 3).square) }),
    OperationCase(
      name: "batch normalisation", leaves: { m, _ in [.batch(perUnit: 3, columns: m)] },
      build: { leaves in
        let centered = leaves[0] - leaves[0].meanRows
        let variance = centered.square.meanRows.unbiased(perUnit: 3)
        return weighted((centered / variance.affine(scale: 1, shift: 0.1).sqrt).tanh)
      }),
    OperationCase(
      name: "batch normalisation with factors",
      leaves: { m, _ in
        [
          .batch(perUnit: 3, columns: m), .fixed(rows: 1, columns: m),
          .fixed(rows: 1, columns: m),
        ]
      },
      build: { weighted($0[0].normalized(factor: $0[1], offset: $0[2]).tanh) }),
    OperationCase(
      name: "a batch times a weight",
      leaves: { m, n in [.batch(perUnit: 2, columns: m), .fixed(rows: m, columns: n)] },
      build: { weighted(matmul($0[0], $0[1])) }),
    OperationCase(
      name: "a batch times a transposed weight",
      leaves: { m, n in [.batch(perUnit: 1, columns: m), .fixed(rows: n, columns: m)] },
      build: { weighted(matmul($0[0], $0[1], transposeB: true)) }),
    OperationCase(
      name: "a contraction over the batch",
      leaves: { m, n in [.batch(perUnit: 1, columns: m), .batch(perUnit: 1, columns: n)] },
      build: { weighted(matmul($0[0], $0[1], transposeA: true)) }),
    OperationCase(
      name: "fixed products, both transposed",
      leaves: { m, n in [.fixed(rows: m, columns: n), .fixed(rows: 5, columns: m)] },
      build: { weighted(matmul($0[0], $0[1], transposeA: true, transposeB: true)) }),
    OperationCase(
      name: "one weight used twice",
      leaves: { m, n in
        [
          .batch(perUnit: 1, columns: m), .batch(perUnit: 1, columns: m),
          .fixed(rows: m, columns: n), .fixed(rows: 1, columns: n),
        ]
      },
      build: { leaves in
        let outputs = leaves.prefix(2).map { x in
          (matmul(x, leaves[2]) + leaves[3]).tanh.mean
        }
        return outputs[0] * outputs[1].exp
      }),
    OperationCase(
      name: "two layers",
      leaves: { m, n in
        [
          .batch(perUnit: 1, columns: m), .fixed(rows: m, columns: n),
          .fixed(rows: 1, columns: n), .fixed(rows: n, columns: 1),
        ]
      },
      build: { leaves in
        let hidden = (matmul(leaves[0], leaves[1]) + leaves[2]).sigmoid
        return (-matmul(hidden, leaves[3])).softplus.mean
      }),
    OperationCase(
      name: "a gradient's norm for each row",
      leaves: { m, n in
        [
          .batch(perUnit: 1, columns: m), .fixed(rows: m, columns: n),
          .fixed(rows: n, columns: 1),
        ]
      },
      build: { leaves in
        let score = matmul(matmul(leaves[0], leaves[1]).tanh, leaves[2]).sum
        let slope = gradients(of: score, for: [leaves[0]])[0]
        let norm = slope.square.sumColumns.affine(scale: 1, shift: 0.01).sqrt
        return norm.affine(scale: 1, shift: -1).square.mean
      }),
  ]
}

extension Tensor {
  /// Batch normalisation as networks write it.
  func normalized(factor: Tensor, offset: Tensor) -> Tensor {
    let centered = self - meanRows
    let deviation = centered.square.meanRows.affine(scale: 1, shift: 0.1).sqrt
    return centered * (factor / deviation) + offset
  }
}
