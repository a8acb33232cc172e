package import Networks
import RunModel

/// One network's layers and how it learns.
package struct NetworkSettings: Sendable, Hashable {
  package let layers: [Layer]
  package let optimizer: OptimizerSettings
  /// Decay of the generator's moving average; `nil`: none.
  package let ema: Double?
  /// Fakes in a generator update; `nil`: the batch size.
  package let batchSize: Int?

  init(_ values: Values, _ name: String) throws(ConfigurationError) {
    layers = try Layer.list(values, name + ".layers")
    ema = values.has(name + ".ema") ? try values.number(name + ".ema") : nil
    optimizer = try OptimizerSettings(values, name + ".optimizer", ema: ema)
    batchSize = values.has(name + ".batch_size") ? try values.integer(name + ".batch_size") : nil
  }
}

/// How gradients change weights.
package struct OptimizerSettings: Sendable, Hashable {
  /// The rule, with the momentum of descent.
  package let kind: OptimizerKind
  package let learningRate: Double
  /// The rule's other constants, and the decay of the network's moving average where it keeps one.
  package let constants: UpdateSettings

  init(_ values: Values, _ key: String, ema: Double?) throws(ConfigurationError) {
    learningRate = try values.number(key + ".lr")
    var constants = UpdateSettings()
    if let ema { constants.averageDecay = ema }
    switch try values.text(key + ".kind") {
    case "sgd": kind = .sgd(momentum: try values.number(key + ".momentum"))
    default:
      kind = .adam
      constants.beta1 = try values.number(key + ".beta1")
      constants.beta2 = try values.number(key + ".beta2")
      constants.epsilon = try values.number(key + ".eps")
    }
    self.constants = constants
  }
}
