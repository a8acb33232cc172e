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
    var layers: [Layer] = []
    while values.hasMap("\(name).layers.\(layers.count)") {
      layers.append(try Layer(values, "\(name).layers.\(layers.count)"))
    }
    self.layers = layers
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

extension Layer {
  fileprivate init(_ values: Values, _ key: String) throws(ConfigurationError) {
    self.init(
      try Self.kind(values, key), norm: try Self.norm(values, key + ".norm"),
      activation: try Self.activation(values, key + ".activation"),
      bias: values.has(key + ".bias") ? try values.boolean(key + ".bias") : false,
      initializer: try Self.initializer(values, key + ".init"))
  }

  private static func kind(_ values: Values, _ key: String) throws(ConfigurationError) -> Kind {
    if values.has(key + ".dense") { return .dense(units: try values.integer(key + ".dense")) }
    if values.has(key + ".maxout") {
      return try .maxout(
        units: values.integer(key + ".maxout"), pieces: values.integer(key + ".pieces"))
    }
    if values.has(key + ".dropout") {
      return .dropout(probability: try values.number(key + ".dropout"))
    }
    if values.has(key + ".flatten") { return .flatten }
    var shape: [Int] = []
    while values.has("\(key).reshape.\(shape.count)") {
      shape.append(try values.integer("\(key).reshape.\(shape.count)"))
    }
    return .reshape(shape)
  }

  private static func norm(_ values: Values, _ key: String) throws(ConfigurationError) -> Norm? {
    guard values.has(key + ".kind") else { return nil }
    return try .batch(
      momentum: values.number(key + ".momentum"), epsilon: values.number(key + ".eps"))
  }

  private static func activation(
    _ values: Values, _ key: String
  ) throws(ConfigurationError) -> Activation {
    if values.has(key + ".leaky-relu") {
      return .leakyReLU(slope: try values.number(key + ".leaky-relu"))
    }
    switch try values.text(key) {
    case "relu": return .relu
    case "tanh": return .tanh
    case "sigmoid": return .sigmoid
    default: return .none
    }
  }

  private static func initializer(
    _ values: Values, _ key: String
  ) throws(ConfigurationError) -> Initializer? {
    if values.has(key + ".normal") { return .normal(stddev: try values.number(key + ".normal")) }
    if values.has(key + ".uniform") { return .uniform(bound: try values.number(key + ".uniform")) }
    guard values.has(key) else { return nil }
    switch try values.text(key) {
    case "he": return .he
    case "xavier": return .xavier
    default: return .orthogonal
    }
  }
}
