import Tensors

extension Pass {
  /// A layer's norm over rows of its output's last dimension; a spectral norm has done its work in the
  /// weight.
  mutating func normalize(_ placed: PlacedLayer, _ x: Tensor) -> Tensor {
    switch placed.layer.norm {
    case .batch(let momentum, let epsilon):
      normalizeBatch(placed, x, momentum: momentum, epsilon: epsilon)
    case .layer(let epsilon): normalizeLayer(placed, x, epsilon: epsilon)
    case .pixel(let epsilon):
      // Karras and others, "Progressive growing of GANs" (2018), §4.2.
      x / x.square.meanColumns.affine(scale: 1, shift: Float(epsilon)).sqrt
    case .spectral, nil: x
    }
  }

  private func scaling(of placed: PlacedLayer) -> (factor: Tensor, offset: Tensor) {
    guard let (factor, offset) = placed.scaling else {
      preconditionFailure("the norm of layer \(placed.name) has no factors")
    }
    return (parameters[factor], parameters[offset])
  }

  /// Ioffe and Szegedy, "Batch normalization" (2015): over all rows.
  private mutating func normalizeBatch(
    _ placed: PlacedLayer, _ x: Tensor, momentum: Double, epsilon: Double
  ) -> Tensor {
    guard let (meanPlace, variancePlace) = placed.statistics, case .batch(let rows) = x.rows else {
      preconditionFailure("the norm of layer \(placed.name) keeps no statistics")
    }
    let (factor, offset) = scaling(of: placed)
    let (meanSlot, varianceSlot) = (statistics[meanPlace], statistics[variancePlace])
    let graph = x.graph
    let centered: Tensor
    let variance: Tensor
    switch mode {
    case .training(_, _, let learns):
      let mean = x.meanRows
      centered = x - mean
      variance = centered.square.meanRows
      let newest = [(mean, meanSlot), (variance.unbiased(perUnit: rows), varianceSlot)]
      for (statistic, slot) in newest where learns {
        let kept = graph.latest(slot).affine(scale: Float(1 - momentum), shift: 0)
        newStatistics.append(
          (kept + statistic.affine(scale: Float(momentum), shift: 0), slot))
      }
    case .evaluation:
      centered = x - graph.read(meanSlot)
      variance = graph.read(varianceSlot)
    }
    let deviation = variance.affine(scale: 1, shift: Float(epsilon)).sqrt
    return centered * (factor / deviation) + offset
  }

  /// Ba and others, "Layer normalization" (2016): over each row.
  private func normalizeLayer(_ placed: PlacedLayer, _ x: Tensor, epsilon: Double) -> Tensor {
    let (factor, offset) = scaling(of: placed)
    let centered = x - x.meanColumns
    let deviation = centered.square.meanColumns.affine(scale: 1, shift: Float(epsilon)).sqrt
    return centered / deviation * factor + offset
  }
}

extension Tensor {
  /// The mean of each row, a column.
  fileprivate var meanColumns: Tensor {
    columns == 1 ? self : sumColumns.affine(scale: Float(1 / Double(columns)), shift: 0)
  }
}
