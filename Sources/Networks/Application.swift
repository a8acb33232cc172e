package import Tensors

extension Network {
  /// How a network is applied.
  package enum Mode {
    /// Batch statistics of the whole batch, dropout active. Layer i drops by stream
    /// `dropoutStream + i`.
    case training(dropoutStream: UInt32, dropoutCounter: Counter)
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
    let (places, norms) = slots(for: mode)
    var pass = Pass(
      mode: mode, perUnit: perUnit, parameters: places.map(x.graph.read), statistics: norms,
      value: x)
    var shape = inputShape
    for (index, layer) in layers.enumerated() { pass.apply(layer, index, &shape) }
    return Applied(
      output: pass.value, parameters: pass.parameters, statistics: pass.newStatistics)
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

/// The state of one application, layer by layer.
private struct Pass {
  let mode: Network.Mode
  let perUnit: Int
  let parameters: [Tensor]
  let statistics: [Slot]
  var value: Tensor
  var newStatistics: [(value: Tensor, slot: Slot)] = []
  private var nextParameter = 0
  private var nextStatistic = 0

  init(
    mode: Network.Mode, perUnit: Int, parameters: [Tensor], statistics: [Slot], value: Tensor
  ) {
    self.mode = mode
    self.perUnit = perUnit
    self.parameters = parameters
    self.statistics = statistics
    self.value = value
  }

  private mutating func parameter() -> Tensor {
    nextParameter += 1
    return parameters[nextParameter - 1]
  }

  mutating func apply(_ layer: Layer, _ index: Int, _ shape: inout [Int]) {
    if layer.weightColumns != nil {
      value = matmul(value, parameter())
      if layer.bias { value = value + parameter() }
    }
    switch layer.kind {
    case .dense(let units): shape = [units]
    case .maxout(let units, let pieces):
      value = value.maximum(pieces: pieces)
      shape = [units]
    case .dropout(let probability): drop(probability, index)
    case .flatten: shape = [shape.reduce(1, *)]
    case .reshape(let other): shape = other
    }
    if let norm = layer.norm { normalize(norm, channels: shape[shape.count - 1]) }
    activate(layer.activation)
  }

  private mutating func drop(_ probability: Double, _ index: Int) {
    guard case .training(let stream, let counter) = mode, probability > 0 else { return }
    let mask = value.graph.random(
      .keep(dropping: Float(probability), scale: Float(1 / (1 - probability))),
      perUnit: perUnit, columns: value.columns, stream: stream + UInt32(index),
      counter: counter)
    value = value * mask
  }

  private mutating func activate(_ activation: Layer.Activation) {
    switch activation {
    case .none: break
    case .relu: value = value.leaky(slope: 0)
    case .leakyReLU(let slope): value = value.leaky(slope: Float(slope))
    case .tanh: value = value.tanh
    case .sigmoid: value = value.sigmoid
    }
  }

  /// Ioffe and Szegedy, "Batch normalization" (2015): over all rows and all places but the channels.
  private mutating func normalize(_ norm: Layer.Norm, channels: Int) {
    guard case .batch(let momentum, let epsilon) = norm else { return }
    let (factor, offset) = (parameter(), parameter())
    let (meanSlot, varianceSlot) = (statistics[nextStatistic], statistics[nextStatistic + 1])
    nextStatistic += 2
    let graph = value.graph
    let rows = perUnit * value.columns / channels
    let x = value.reshape(perUnit: rows)
    let centered: Tensor
    let variance: Tensor
    switch mode {
    case .training:
      let mean = x.meanRows
      centered = x - mean
      variance = centered.square.meanRows
      let newest = [(mean, meanSlot), (variance.unbiased(perUnit: rows), varianceSlot)]
      for (statistic, slot) in newest {
        let kept = graph.latest(slot).affine(scale: Float(1 - momentum), shift: 0)
        newStatistics.append(
          (kept + statistic.affine(scale: Float(momentum), shift: 0), slot))
      }
    case .evaluation:
      centered = x - graph.read(meanSlot)
      variance = graph.read(varianceSlot)
    }
    let deviation = variance.affine(scale: 1, shift: Float(epsilon)).sqrt
    value = (centered * (factor / deviation) + offset).reshape(perUnit: perUnit)
  }
}
