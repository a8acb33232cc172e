import RunModel

extension Catalogue {
  /// The keys that name a layer's kind: a layer holds exactly one.
  static let layerKinds = layerKindSettings.map(\.key)
  /// Those of them that hold weights.
  static let weightedLayerKinds = ["dense", "maxout"] + convolutions

  private static let units: SettingType = .integer(1...10_000_000)
  private static let convolutions = ["conv", "conv_transpose"]

  private static let layerKindSettings: [Setting] = [
    Setting("dense", units, .absent(""), "a product with a weight matrix: outputs"),
    Setting("maxout", units, .absent(""), "the largest of `pieces` dense layers: outputs"),
    Setting(
      "dropout", .number(.fraction), .absent(""),
      "probability of dropping a value; survivors are divided by 1 − p"),
    Setting("flatten", .boolean, .absent(""), "all dimensions as one, in NHWC order"),
    Setting(
      "reshape", .list(units, count: 1...4), .absent(""), "the same values in another shape"),
    Setting("conv", units, .absent(""), "a convolution of pictures: output channels"),
    Setting("conv_transpose", units, .absent(""), "a transposed convolution: output channels"),
    Setting(
      "upsample", .integer(1...64), .absent(""), "each pixel as a square of equal ones: its side"),
    Setting("pool", .integer(1...64), .absent(""), "means of squares of pixels: their side"),
    Setting(
      "pixel_shuffle", .integer(1...64), .absent(""),
      "factor² channels as one of a larger picture: factor"),
    Setting(
      "minibatch_stddev", .integer(1...100_000), .absent(""),
      "one more channel, the spread over a group of adjacent discriminator inputs: group size"),
    Setting(
      "residual", .layers, .absent(""), "its input plus what these layers make of it"),
  ]

  /// Settings of one layer, by the key behind its index.
  static let layer: [Setting] =
    layerKindSettings + [
      Setting(
        "pieces", .integer(1...1000), .value(.integer(5)), "dense layers that it chooses from",
        layers: ["maxout"]),
      Setting(
        "kernel", .integer(1...1000), .value(.integer(4)), "side of the kernel",
        layers: convolutions),
      Setting(
        "stride", .integer(1...1000), .value(.integer(2)), "pixels that the kernel moves by",
        layers: convolutions),
      Setting(
        "pad", .integer(0...1000), .value(.integer(1)),
        "zeros around the input; of a transposed convolution, pixels cut off around the output",
        layers: convolutions),
      Setting(
        "output_pad", .integer(0...1000), .value(.integer(0)),
        "rows and columns more at the end, fewer than `stride`", layers: ["conv_transpose"]),
      Setting(
        "norm.kind", .choice(["batch", "layer", "pixel", "spectral"]),
        .absent("no norm"),
        "how the output is normalised, over its last dimension; `spectral`: how the weight is"),
      Setting(
        "norm.momentum", .number(Bounds(0, 1, excludesLowest: true)), .value(.number(0.1)),
        "part of a batch's statistics that enters the running ones",
        when: .init(key: "norm.kind", values: ["batch"])),
      Setting(
        "norm.eps", .number(.positive), .value(.number(1e-5)), "added to the variance",
        when: .init(key: "norm.kind", values: ["batch", "layer"])),
      Setting(
        "norm.eps", .number(.positive), .value(.number(1e-8)), "added to the mean square",
        when: .init(key: "norm.kind", values: ["pixel"])),
      Setting(
        "activation", .choice(["relu", "leaky-relu", "tanh", "sigmoid", "none"]),
        .value(.text("none")), "the function at the layer's end"),
      Setting(
        "activation.leaky-relu", .number(.notNegative), .absent(""),
        "leaky-relu with this slope below 0; `leaky-relu` alone means 0.2"),
      Setting(
        "bias", .boolean, .value(.boolean(true)), "whether a bias is added",
        layers: weightedLayerKinds),
      Setting(
        "init", .choice(["he", "xavier", "orthogonal"]),
        .absent("uniform within ±1/√inputs"), "how the weights begin", layers: weightedLayerKinds),
      Setting(
        "init.normal", .number(.notNegative), .absent(""),
        "normal weights with this standard deviation", layers: weightedLayerKinds),
      Setting(
        "init.uniform", .number(.notNegative), .absent(""), "uniform weights within ± this",
        layers: weightedLayerKinds),
      Setting(
        "bias_init", .choice(["data-marginals"]), .absent("as `init` says"),
        "the generator's last bias: the activation's inverse at the data's means",
        layers: ["dense"] + convolutions),
      Setting(
        "equalized", .boolean, .value(.boolean(false)),
        "weights begin as N(0, 1) and are used times gain / √inputs; gain √2 before a rectifier",
        layers: weightedLayerKinds),
    ]

  private typealias Bounds = SettingType.Bounds
}
