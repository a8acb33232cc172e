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
    let limit =
      name == "discriminator" && values.has("weight_clip")
      ? try values.number("weight_clip") : nil
    optimizer = try OptimizerSettings(
      values, name + ".optimizer", averageDecay: ema, weightLimit: limit)
    batchSize = values.has(name + ".batch_size") ? try values.integer(name + ".batch_size") : nil
  }
}

/// How gradients change weights.
package struct OptimizerSettings: Sendable, Hashable {
  /// The rule, with the momentum of descent.
  package let kind: OptimizerKind
  package let learningRate: Ramp
  /// The rule's other constants, the decay of the network's moving average where it keeps one, and the
  /// limit of its weights where they are clipped.
  package let constants: UpdateSettings

  init(
    _ values: Values, _ key: String, averageDecay: Double?, weightLimit: Double?
  ) throws(ConfigurationError) {
    learningRate = try Ramp(values, key + ".lr")
    var constants = UpdateSettings(weightLimit: weightLimit)
    if let averageDecay { constants.averageDecay = averageDecay }
    switch try values.text(key + ".kind") {
    case "sgd": kind = .sgd(momentum: try Ramp(values, key + ".momentum"))
    case "rmsprop":
      kind = .rmsprop
      constants.squareDecay = try values.number(key + ".decay")
      constants.epsilon = try values.number(key + ".eps")
    default:
      kind = .adam
      constants.beta1 = try values.number(key + ".beta1")
      constants.beta2 = try values.number(key + ".beta2")
      constants.epsilon = try values.number(key + ".eps")
    }
    self.constants = constants
  }
}

extension Ramp {
  fileprivate init(_ values: Values, _ key: String) throws(ConfigurationError) {
    if values.has(key + ".factor") {
      self = try .geometric(
        start: values.number(key + ".start"), factor: values.number(key + ".factor"),
        floor: values.has(key + ".floor") ? values.number(key + ".floor") : 0)
    } else if values.has(key + ".start") {
      self = try .linear(
        start: values.number(key + ".start"), end: values.number(key + ".end"),
        epochs: values.number(key + ".over_epochs"))
    } else {
      self = .constant(try values.number(key))
    }
  }
}
