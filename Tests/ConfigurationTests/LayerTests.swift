import Configuration
import Networks
import RunModel
import Testing

@Suite("Layers in a configuration")
struct LayerTests {
  /// The layers of a network, as a list of YAML.
  private static func layers(
    _ text: String, of network: String = "generator"
  ) throws -> [Layer] {
    let configuration = try RunConfiguration.load(
      file: ("a.yaml", minimal), sets: ["\(network).layers=\(text)"])
    return network == "generator"
      ? configuration.generator.layers : configuration.discriminator.layers
  }

  @Test(
    "kinds and what belongs to them are read, defaults filled in",
    arguments: [
      ("{conv: 8}", Layer(.convolution(channels: 8, kernel: 4, stride: 2, pad: 1))),
      (
        "{conv: 8, kernel: 3, stride: 1, pad: 0, bias: false}",
        Layer(.convolution(channels: 8, kernel: 3, stride: 1, pad: 0), bias: false)
      ),
      (
        "{conv_transpose: 3}",
        Layer(.transposedConvolution(channels: 3, kernel: 4, stride: 2, pad: 1, outputPad: 0))
      ),
      (
        "{conv_transpose: 3, kernel: 5, pad: 2, output_pad: 1, activation: tanh}",
        Layer(
          .transposedConvolution(channels: 3, kernel: 5, stride: 2, pad: 2, outputPad: 1),
          activation: .tanh)
      ),
      ("{upsample: 2}", Layer(.upsample(factor: 2), bias: false)),
      ("{pool: 3}", Layer(.pool(side: 3), bias: false)),
      ("{pixel_shuffle: 2}", Layer(.pixelShuffle(factor: 2), bias: false)),
      (
        "{residual: [{dense: 2, norm: pixel}, {residual: [flatten]}], norm: layer, activation: relu}",
        Layer(
          .residual([
            Layer(.dense(units: 2), norm: .pixel()),
            Layer(.residual([Layer(.flatten, bias: false)]), bias: false),
          ]), norm: .layer(), activation: .relu, bias: false)
      ),
      ("{dense: 2, norm: spectral}", Layer(.dense(units: 2), norm: .spectral)),
      (
        "{dense: 2, norm: {kind: layer, eps: 1e-3}}",
        Layer(.dense(units: 2), norm: .layer(epsilon: 1e-3))
      ),
      ("{maxout: 2, equalized: true}", Layer(.maxout(units: 2, pieces: 5), equalized: true)),
      (
        "{dense: 2, bias_init: data-marginals}", Layer(.dense(units: 2), startsAtMarginals: true)
      ),
    ])
  func kinds(text: String, expected: Layer) throws {
    let layers = try Self.layers("[\(text)]")
    #expect(layers == [expected])
  }

  @Test("a residual's layers are known by their own keys, and print and store as they were")
  func nested() throws {
    let configuration = try RunConfiguration.load(
      file: ("a.yaml", minimal),
      sets: ["discriminator.layers=[{dense: 2}, {residual: [{dense: 2}]}, {dense: 1}]"])
    #expect(
      configuration.parameters["discriminator.layers.1.residual.0.dense"] == .integer(2))
    #expect(
      configuration.parameters["discriminator.layers.1.residual.0.bias"] == .boolean(true))
    let printed = try RunConfiguration.load(file: ("b.yaml", configuration.yaml()))
    #expect(printed == configuration)
    let changed = try configuration.changed(by: ["discriminator.layers.1.residual.0.norm=layer"])
    #expect(changed.discriminator.layers[1].kind != configuration.discriminator.layers[1].kind)
  }

  @Test(
    "what a layer can't have is refused with its place",
    arguments: [
      (
        "generator", "[{upsample: 2, norm: spectral}]",
        "norm spectral belongs to layers with weights"
      ),
      (
        "generator", "[{dense: 2, norm: spectral, init: {normal: 0}}]",
        "which init.normal 0 makes 0"
      ),
      ("generator", "[{minibatch_stddev: 2}]", "belongs to the discriminator"),
      (
        "generator", "[{residual: [{minibatch_stddev: 2}]}]", "layers.0.residual.0.minibatch_stddev"
      ),
      ("generator", "[{residual: []}]", "at least one layer"),
      ("generator", "[{residual: {dense: 1}}]", "a list of layers"),
      ("generator", "[{dense: 2, equalized: true, init: he}]", "drop init or equalized"),
      ("discriminator", "[{dense: 1, bias_init: data-marginals}]", "belongs to the generator"),
      ("generator", "[{maxout: 1, bias_init: data-marginals}]", "layers of kind dense"),
      ("generator", "[{conv: 1, output_pad: 1}]", "layers of kind conv_transpose"),
      ("generator", "[{dense: 1, norm: {kind: pixel, momentum: 0.1}}]", "norm.kind batch"),
      ("generator", "[{residual: [{dense: 1, kernle: 2}]}]", "did you mean 'kernel'"),
      ("generator", "[{conv: 1, kernel: 0}]", "kernel"),
    ])
  func refused(network: String, text: String, reason: String) throws {
    let message = try #require(
      RefusalTests.message(minimal, sets: ["\(network).layers=\(text)"]))
    #expect(message.contains(reason), "\(message)")
    #expect(message.hasPrefix("--set \(network).layers: "), "\(message)")
  }

  @Test("groups of minibatch_stddev stay whole: in a batch, and within its shards")
  func groups() throws {
    func load(_ groups: [Int], _ sets: String...) throws -> RunConfiguration {
      let layers = groups.map { "{minibatch_stddev: \($0)}" }.joined(separator: ", ")
      return try RunConfiguration.load(
        file: ("a.yaml", minimal), sets: ["discriminator.layers=[\(layers), {dense: 1}]"] + sets)
    }
    #expect(try load([4]).groupSize == 4)
    #expect(try load([4, 8, 2]).groupSize == 8)
    #expect(try load([4, 6], "batch_size=24").groupSize == 12)
    // 24 inputs are two groups, so two shards at most.
    #expect(try load([4, 6], "batch_size=24").shards == 2)
    #expect(try load([64]).shards == 1)
    for sets in [["batch_size=66"], ["shards=17"], ["packing=32"], ["generator.batch_size=6"]] {
      let message = try #require(
        RefusalTests.message(
          minimal, sets: ["discriminator.layers=[{minibatch_stddev: 4}, {dense: 1}]"] + sets))
      #expect(message.contains("minibatch_stddev"), "\(message)")
    }
    let huge =
      "[" + String(repeating: "{minibatch_stddev: 99991}, {minibatch_stddev: 99989}, ", count: 9)
    let message = RefusalTests.message(
      minimal, sets: ["discriminator.layers=\(huge){dense: 1}]"])
    #expect(message?.contains("do not divide") == true)
  }
}
