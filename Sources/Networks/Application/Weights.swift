import Tensors

extension Layer {
  /// What an equalized weight is multiplied by: gain / √inputs.
  ///
  /// He's constant for rectifiers, √2, and 1 for anything else (Karras and others, "Progressive
  /// growing of GANs", 2018, §4.1).
  func equalization(inputs: Int) -> Double {
    let gain =
      switch activation {
      case .relu, .leakyReLU: 2.0.squareRoot()
      case .none, .tanh, .sigmoid: 1.0
      }
    return gain / Double(inputs).squareRoot()
  }
}

extension Pass {
  /// The weight as a layer uses it: equalized, then over its largest singular value.
  mutating func weight(of placed: PlacedLayer) -> Tensor {
    guard let place = placed.weight?.place else {
      preconditionFailure("layer \(placed.name) has no weight")
    }
    var weight = parameters[place]
    if placed.layer.equalized, case .fixed(let inputs) = weight.rows {
      weight = weight.affine(scale: Float(placed.layer.equalization(inputs: inputs)), shift: 0)
    }
    if placed.layer.norm == .spectral { weight = weight / largestSingularValue(of: weight, placed) }
    return weight
  }

  /// The layer's bias added, where it has one, to rows of its outputs.
  func biased(_ x: Tensor, _ placed: PlacedLayer) -> Tensor {
    placed.weight?.bias.map { x + parameters[$0] } ?? x
  }

  /// σ of a weight `[inputs, outputs]`, by one step of the power iteration where the network learns.
  ///
  /// Miyato and others, "Spectral normalization" (2018), algorithm 1: σ = vᵀ W u, whose derivative
  /// takes u (of the output side) and v for constants. Each training pass takes one step and keeps both
  /// vectors, as `torch.nn.utils.spectral_norm` does; other uses take them as they are.
  private mutating func largestSingularValue(of weight: Tensor, _ placed: PlacedLayer) -> Tensor {
    guard let (uPlace, vPlace) = placed.statistics else {
      preconditionFailure("layer \(placed.name) keeps no singular vectors")
    }
    let graph = weight.graph
    let (uSlot, vSlot) = (statistics[uPlace], statistics[vPlace])
    switch mode {
    case .training(_, _, learns: true):
      let v = matmul(graph.latest(uSlot), weight, transposeB: true).unit.stopGradient
      let image = matmul(v, weight)
      let u = image.unit.stopGradient
      newStatistics += [(u, uSlot), (v, vSlot)]
      return (image * u).sumColumns
    case .training, .evaluation(useAverage: false):
      return (matmul(graph.read(vSlot), weight) * graph.read(uSlot)).sumColumns
    case .evaluation(useAverage: true):
      // An average of unit vectors is shorter than one.
      return (matmul(graph.read(vSlot).unit, weight) * graph.read(uSlot).unit).sumColumns
    }
  }
}

extension Tensor {
  /// A row over its length; a row of zeros stays one.
  fileprivate var unit: Tensor {
    self / square.sumColumns.affine(scale: 1, shift: 1e-24).sqrt
  }
}
