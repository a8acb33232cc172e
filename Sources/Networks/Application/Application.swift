package import Tensors

extension Network {
  /// How a network is applied.
  package enum Mode {
    /// Batch statistics of the whole batch, dropout active. A layer drops by stream `dropoutStream`
    /// plus its number.
    ///
    /// - learns: whether running statistics and spectral vectors go on; of a network that only judges
    ///   not a bit may change.
    case training(dropoutStream: UInt32, dropoutCounter: Counter, learns: Bool = true)
    /// Running statistics, no dropout; of the moving average where that is asked for and kept.
    case evaluation(useAverage: Bool)
  }

  /// One use of a network within a graph.
  package struct Applied {
    /// `[p a unit, values of an output example]`.
    package let output: Tensor
    /// The leaves that were read, in the order of `parameters`.
    package let parameters: [Tensor]
    /// The new running statistics: to be assigned where this network trains, and before it is applied
    /// again in the same segment, so that the second use goes on from the first.
    package let statistics: [(value: Tensor, slot: Slot)]
  }

  /// Builds the layers' operations over a batch `[p a unit, values of an input example]`.
  package func apply(_ x: Tensor, mode: Mode) -> Applied {
    precondition(
      x.columns == inputShape.reduce(1, *),
      "\(name) takes examples of \(inputShape), not of \(x.columns) values")
    guard case .batch(let perUnit) = x.rows else {
      preconditionFailure("\(name) takes a batch of examples")
    }
    let (places, statistics) = slots(for: mode)
    var pass = Pass(
      mode: mode, perUnit: perUnit, parameters: places.map(x.graph.read), statistics: statistics)
    let output = pass.apply(placedLayers, to: x)
    return Applied(
      output: output, parameters: pass.parameters, statistics: pass.newStatistics)
  }

  private func slots(for mode: Mode) -> (parameters: [Slot], statistics: [Slot]) {
    if case .evaluation(useAverage: true) = mode, let average {
      return (
        places(of: parameters, in: average.weights).map(\.slot),
        places(of: runningStatistics, in: average.statistics).map(\.slot)
      )
    }
    return (parameters.map(\.slot), runningStatistics.map(\.slot))
  }
}

/// The state of one application; each family of layers adds its part in its own file.
struct Pass {
  let mode: Network.Mode
  /// Examples a unit of the plan's batch.
  let perUnit: Int
  let parameters: [Tensor]
  let statistics: [Slot]
  var newStatistics: [(value: Tensor, slot: Slot)] = []

  init(mode: Network.Mode, perUnit: Int, parameters: [Tensor], statistics: [Slot]) {
    self.mode = mode
    self.perUnit = perUnit
    self.parameters = parameters
    self.statistics = statistics
  }

  mutating func apply(_ layers: [PlacedLayer], to x: Tensor) -> Tensor {
    var value = x
    for layer in layers { value = apply(layer, to: value) }
    return value
  }

  private mutating func apply(_ placed: PlacedLayer, to x: Tensor) -> Tensor {
    let layer = placed.layer
    var value = transform(placed, x)
    if layer.norm != nil || layer.activation != .none {
      // One row for each place of the output, its last dimension as the columns.
      value = value.reshape(perUnit: perUnit * placed.output.dropLast().reduce(1, *))
      value = activate(normalize(placed, value), layer.activation)
    }
    return value.reshape(perUnit: perUnit)
  }

  /// What a layer does before norm and activation; rows may already be places.
  private mutating func transform(_ placed: PlacedLayer, _ x: Tensor) -> Tensor {
    switch placed.layer.kind {
    case .dense: biased(matmul(x, weight(of: placed)), placed)
    case .maxout(_, let pieces):
      biased(matmul(x, weight(of: placed)), placed).maximum(pieces: pieces)
    case .convolution(_, let kernel, let stride, let pad):
      convolve(x, placed, kernel: kernel, stride: stride, pad: pad)
    case .transposedConvolution(_, let kernel, let stride, let pad, _):
      convolveTransposed(x, placed, kernel: kernel, stride: stride, pad: pad)
    case .upsample(let factor): upsample(x, placed.input, factor: factor)
    case .pool(let side): pool(x, placed.input, side: side)
    case .pixelShuffle(let factor): shufflePixels(x, placed.input, factor: factor)
    case .minibatchStddev(let group): appendSpread(x, placed.input, group: group)
    case .residual: x + apply(placed.inner, to: x)
    case .dropout(let probability): drop(x, probability, number: placed.number)
    case .flatten, .reshape: x
    }
  }

  private func drop(_ x: Tensor, _ probability: Double, number: Int) -> Tensor {
    guard case .training(let stream, let counter, _) = mode, probability > 0 else { return x }
    let mask = x.graph.random(
      .keep(dropping: Float(probability), scale: Float(1 / (1 - probability))),
      perUnit: perUnit, columns: x.columns, stream: stream + UInt32(number), counter: counter)
    return x * mask
  }

  private func activate(_ x: Tensor, _ activation: Layer.Activation) -> Tensor {
    switch activation {
    case .none: x
    case .relu: x.leaky(slope: 0)
    case .leakyReLU(let slope): x.leaky(slope: Float(slope))
    case .tanh: x.tanh
    case .sigmoid: x.sigmoid
    }
  }
}
