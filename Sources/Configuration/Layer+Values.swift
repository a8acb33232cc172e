import Networks
import RunModel

extension Layer {
  /// The layers of a list, first to last.
  static func list(_ values: Values, _ key: String) throws(ConfigurationError) -> [Layer] {
    var layers: [Layer] = []
    while values.hasMap("\(key).\(layers.count)") {
      layers.append(try Layer(values, "\(key).\(layers.count)"))
    }
    return layers
  }

  private init(_ values: Values, _ key: String) throws(ConfigurationError) {
    self.init(
      try Self.kind(values, key), norm: try Self.norm(values, key + ".norm"),
      activation: try Self.activation(values, key + ".activation"),
      bias: values.has(key + ".bias") ? try values.boolean(key + ".bias") : false,
      initializer: try Self.initializer(values, key + ".init"),
      equalized: values.has(key + ".equalized") ? try values.boolean(key + ".equalized") : false,
      startsAtMarginals: values.has(key + ".bias_init"))
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
    if let kind = try pictureKind(values, key) { return kind }
    if values.has(key + ".minibatch_stddev") {
      return .minibatchStddev(group: try values.integer(key + ".minibatch_stddev"))
    }
    if values.hasMap(key + ".residual") {
      return .residual(try list(values, key + ".residual"))
    }
    var shape: [Int] = []
    while values.has("\(key).reshape.\(shape.count)") {
      shape.append(try values.integer("\(key).reshape.\(shape.count)"))
    }
    return .reshape(shape)
  }

  private static func pictureKind(
    _ values: Values, _ key: String
  ) throws(ConfigurationError) -> Kind? {
    if values.has(key + ".conv") {
      return try .convolution(
        channels: values.integer(key + ".conv"), kernel: values.integer(key + ".kernel"),
        stride: values.integer(key + ".stride"), pad: values.integer(key + ".pad"))
    }
    if values.has(key + ".conv_transpose") {
      return try .transposedConvolution(
        channels: values.integer(key + ".conv_transpose"), kernel: values.integer(key + ".kernel"),
        stride: values.integer(key + ".stride"), pad: values.integer(key + ".pad"),
        outputPad: values.integer(key + ".output_pad"))
    }
    if values.has(key + ".upsample") {
      return .upsample(factor: try values.integer(key + ".upsample"))
    }
    if values.has(key + ".pool") { return .pool(side: try values.integer(key + ".pool")) }
    if values.has(key + ".pixel_shuffle") {
      return .pixelShuffle(factor: try values.integer(key + ".pixel_shuffle"))
    }
    return nil
  }

  private static func norm(_ values: Values, _ key: String) throws(ConfigurationError) -> Norm? {
    guard values.has(key + ".kind") else { return nil }
    switch try values.text(key + ".kind") {
    case "batch":
      return try .batch(
        momentum: values.number(key + ".momentum"), epsilon: values.number(key + ".eps"))
    case "layer": return .layer(epsilon: try values.number(key + ".eps"))
    case "pixel": return .pixel(epsilon: try values.number(key + ".eps"))
    default: return .spectral
    }
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
