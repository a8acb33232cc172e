package import Tensors

/// How weights follow their gradients.
package enum OptimizerKind: Sendable, Hashable {
  case adam
  /// Descent, with a momentum buffer unless the momentum is 0 throughout.
  case sgd(momentum: Ramp)
  /// Descent along the gradient over the root of its mean square (Tieleman and Hinton, 2012).
  case rmsprop

  /// The names of its moments, as in a checkpoint.
  package var moments: [String] {
    switch self {
    case .adam: ["m", "v"]
    case .sgd(let momentum): momentum.isZero ? [] : ["m"]
    case .rmsprop: ["v"]
    }
  }
}

/// A generator or a discriminator: its layers, and its numbers in flat buffers.
// Sendable by its parts: buffers take turns by the stages of a plan.
package final class Network: Sendable {
  /// A named matrix of the network.
  package typealias Parameter = (name: String, shape: [Int], slot: Slot)

  /// As in the configuration: `generator` or `discriminator`.
  package let name: String
  package let layers: [Layer]
  /// The shape of one input example, channels last.
  package let inputShape: [Int]
  /// The shape of one output example, channels last.
  package let outputShape: [Int]
  package let optimizer: OptimizerKind

  package let weights: FloatBuffer
  package let gradients: FloatBuffer
  /// `m` and `v` of Adam, `m` of momentum, `v` of RMSProp: as long as the weights.
  package let moments: [(name: String, buffer: FloatBuffer)]
  /// Running means and variances, and singular vectors.
  package let statistics: FloatBuffer
  /// The moving average of weights and running statistics.
  package let average: (weights: FloatBuffer, statistics: FloatBuffer)?

  /// Weights, biases and the norms' factors and offsets, in layer order: `0.weight`, `0.norm.bias`.
  package let parameters: [Parameter]
  /// What norms keep from pass to pass: `0.norm.running_mean`, `0.norm.running_var`; of a spectral norm
  /// the singular vectors `0.norm.u` (of the outputs) and `0.norm.v` (of the inputs).
  package let runningStatistics: [Parameter]
  /// Numbers that training changes, running statistics apart.
  package let parameterCount: Int
  /// Its layers in their places.
  let placedLayers: [PlacedLayer]

  /// Whether a bias of it starts at the data's means.
  package var startsAtMarginals: Bool { layers.contains(where: \.startsAtMarginals) }

  /// The shape of one output example of some layers; nothing is allocated.
  ///
  /// - Throws: `NetworkError` where shapes do not meet.
  package static func outputShape(
    name: String, layers: [Layer], inputShape: [Int]
  ) throws(NetworkError) -> [Int] {
    try Layout(network: name, layers: layers, inputShape: inputShape).outputShape
  }

  /// The names and shapes of some layers' parameters and running statistics; nothing is allocated.
  ///
  /// - Throws: `NetworkError` where shapes do not meet.
  package static func layout(
    name: String, layers: [Layer], inputShape: [Int]
  ) throws(NetworkError) -> (
    parameters: [(name: String, shape: [Int])], statistics: [(name: String, shape: [Int])]
  ) {
    let layout = try Layout(network: name, layers: layers, inputShape: inputShape)
    return (
      layout.weights.entries.map { ($0.name, $0.shape) },
      layout.statistics.entries.map { ($0.name, $0.shape) }
    )
  }

  /// Builds the buffers of some layers; the numbers are zero until `initialize`.
  ///
  /// - Parameters:
  ///   - inputShape: one example's; its last size is the channels.
  ///   - ema: whether a moving average is kept.
  /// - Throws: `NetworkError` where shapes do not meet, `MemoryError` where there is no room.
  package init(
    name: String, layers: [Layer], inputShape: [Int], optimizer: OptimizerKind, ema: Bool
  ) throws {
    let layout = try Layout(network: name, layers: layers, inputShape: inputShape)
    self.name = name
    self.layers = layers
    self.inputShape = inputShape
    self.optimizer = optimizer
    outputShape = layout.outputShape
    placedLayers = layout.layers
    let weights = try FloatBuffer(allocating: layout.weights.count)
    let statistics = try FloatBuffer(allocating: layout.statistics.count)
    self.weights = weights
    self.statistics = statistics
    gradients = try FloatBuffer(allocating: weights.count)
    moments = try optimizer.moments.map { ($0, try FloatBuffer(allocating: weights.count)) }
    average =
      ema
      ? (
        try FloatBuffer(allocating: weights.count),
        try FloatBuffer(allocating: statistics.count)
      ) : nil
    parameters = layout.weights.places(in: weights)
    runningStatistics = layout.statistics.places(in: statistics)
    parameterCount = parameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
  }

  /// The same places in another buffer of the weights' layout: a moment, the gradients, an average.
  package func places(
    of parameters: [Parameter], in buffer: FloatBuffer
  ) -> [Parameter] {
    parameters.map { parameter in
      let slot = parameter.slot
      return (
        parameter.name, parameter.shape,
        Slot(buffer: buffer, offset: slot.offset, rows: slot.rows, columns: slot.columns)
      )
    }
  }
}
