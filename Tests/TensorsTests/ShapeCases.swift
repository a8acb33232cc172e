@testable import Tensors

extension OperationCase {
  /// Operations on the shapes of rows and of pictures in them.
  static let shapes: [OperationCase] = [
    shape("joined columns", perRow: { m, n in m + n }) { x, m, n in
      x.sliceColumns(0..<m).exp.concatColumns(x.sliceColumns(m..<m + n)).concatColumns(x)
    },
    shape("a slice of columns", perRow: { m, n in m + n }) { x, m, n in
      x.sliceColumns(m..<m + n) * x.sliceColumns(0..<n).tanh
    },
    shape("two axes traded", perRow: { m, n in m * n }) { x, m, n in
      x.permute([m, n], [1, 0]).tanh * x
    },
    shape("four axes in another order", perRow: { m, n in 2 * m * 3 * n }) { x, m, n in
      x.permute([2, m, 3, n], [2, 0, 3, 1]).tanh * x
    },
    shape("pixel shuffle", perRow: { m, n in 2 * 3 * 4 * n }) { x, _, n in
      // [height, width, 2, 2, channels] to [height, 2, width, 2, channels].
      x.permute([2, 3, 2, 2, n], [0, 2, 1, 3, 4]).tanh * x
    },
    shape("up-sampling", perRow: { _, n in 2 * 3 * n }) { x, _, n in
      x.upsample(height: 2, width: 3, channels: n, factor: 2).tanh
    },
    shape("pooling", perRow: { _, n in 6 * 3 * n }) { x, _, n in
      x.sumPool(height: 6, width: 3, channels: n, factor: 3).tanh
    },
    shape("up-sampled and pooled by another factor", perRow: { _, n in 4 * 4 * n }) { x, _, n in
      x.upsample(height: 4, width: 4, channels: n, factor: 3)
        .sumPool(height: 12, width: 12, channels: n, factor: 6).tanh
    },
    OperationCase(
      name: "columns of a fixed matrix",
      leaves: { m, n in [.fixed(rows: m, columns: 2 * n)] },
      build: { leaves in
        let half = leaves[0].columns / 2
        let swapped = leaves[0].permute([2, half], [1, 0])
        return weighted(swapped.sliceColumns(1..<half + 1).concatColumns(swapped).tanh)
      }),
  ]

  private static func shape(
    _ name: String, perRow: @escaping @Sendable (Int, Int) -> Int,
    _ build: @escaping @Sendable (Tensor, _ m: Int, _ n: Int) -> Tensor
  ) -> OperationCase {
    OperationCase(
      name: name,
      // The second leaf carries m in its columns, the third n.
      leaves: { m, n in
        [
          .batch(perUnit: 2, columns: perRow(m, n)), .fixed(rows: 1, columns: m),
          .fixed(rows: 1, columns: n),
        ]
      },
      build: { weighted(build($0[0], $0[1].columns, $0[2].columns)) })
  }
}
