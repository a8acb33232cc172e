import RunModel

extension Catalogue {
  /// The keys that name a layer's kind: a layer holds exactly one.
  static let layerKinds = layerKindSettings.map(\.key)
  /// Those of them that have to wait for a later version.
  static let laterLayerKinds = layerKindSettings.filter(\.isLater).map(\.key)

  private static let units: SettingType = .integer(1...10_000_000)
  private static let convolutions = ["conv", "conv_transpose"]
  private static let weighted = ["dense", "maxout"] + convolutions

  private static let layerKindSettings: [Setting] = [
    Setting("dense", units, .absent(""), "a product with a weight matrix: outputs"),
    Setting("maxout", units, .absent(""), "the largest of `pieces` dense layers: outputs"),
    Setting(
      "dropout", .number(.fraction), .absent(""),
      "probability of dropping a value; survivors are divided by 1 − p"),
    Setting("flatten", .boolean, .absent(""), "all dimensions as one, in NHWC order"),
    Setting(
      "reshape", .list(units, count: 1...4), .absent(""), "the same values in another shape"),
    Setting("conv", units, .absent(""), "a convolution: output channels", isLater: true),
    Setting(
      "conv_transpose", units, .absent(""), "a transposed convolution: output channels",
      isLater: true),
    Setting("upsample", .integer(1...64), .absent(""), "nearest neighbours: factor", isLater: true),
    Setting("pool", .integer(1...64), .absent(""), "means of squares: side", isLater: true),
    Setting(
      "pixel_shuffle", .integer(1...64), .absent(""), "channels into pixels: factor",
      isLater: true),
    Setting(
      "minibatch_stddev", .integer(1...100_000), .absent(""),
      "the spread over groups of examples as one more channel: group size", isLater: true),
    Setting("residual", .layers, .absent(""), "layers whose input is added", isLater: true),
  ]

  /// Settings of one layer, by the key behind its index.
  static let layer: [Setting] =
    layerKindSettings + [
      Setting(
        "pieces", .integer(1...1000), .value(.integer(5)), "dense layers that it chooses from",
        layers: ["maxout"]),
      Setting(
        "kernel", .integer(1...1000), .absent(""), "side of the kernel", layers: convolutions,
        isLater: true),
      Setting(
        "stride", .integer(1...1000), .absent(""), "steps of the kernel", layers: convolutions,
        isLater: true),
      Setting(
        "pad", .integer(0...1000), .absent(""), "zeros around the input", layers: convolutions,
        isLater: true),
      Setting(
        "output_pad", .integer(0...1000), .absent(""), "rows and columns added at the end",
        layers: ["conv_transpose"], isLater: true),
      Setting(
        "norm.kind", .choice(["batch"], later: ["layer", "pixel", "spectral"]),
        .absent("no norm"), "how the output is normalised, over its last dimension"),
      Setting(
        "norm.momentum", .number(Bounds(0, 1, excludesLowest: true)), .value(.number(0.1)),
        "part of a batch's statistics that enters the running ones",
        when: .init(key: "norm.kind", values: ["batch"])),
      Setting(
        "norm.eps", .number(.positive), .value(.number(1e-5)), "added to the variance",
        when: .init(key: "norm.kind", values: ["batch"])),
      Setting(
        "activation", .choice(["relu", "leaky-relu", "tanh", "sigmoid", "none"], later: []),
        .value(.text("none")), "the function at the layer's end"),
      Setting(
        "activation.leaky-relu", .number(.notNegative), .absent(""),
        "leaky-relu with this slope below 0; `leaky-relu` alone means 0.2"),
      Setting(
        "bias", .boolean, .value(.boolean(true)), "whether a bias is added", layers: weighted),
      Setting(
        "init", .choice(["he", "xavier", "orthogonal"], later: []),
        .absent("uniform within ±1/√inputs"), "how the weights begin", layers: weighted),
      Setting(
        "init.normal", .number(.notNegative), .absent(""),
        "normal weights with this standard deviation", layers: weighted),
      Setting(
        "init.uniform", .number(.notNegative), .absent(""), "uniform weights within ± this",
        layers: weighted),
      Setting(
        "bias_init", .choice(["data-marginals"], later: []), .absent("as the weights"),
        "how the bias begins", layers: weighted, isLater: true),
      Setting(
        "equalized", .boolean, .value(.boolean(false)),
        "weights of unit scale, scaled when used", layers: weighted, isLater: true),
    ]

  private typealias Bounds = SettingType.Bounds
}
