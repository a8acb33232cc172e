package import Configuration
package import Networks
package import Tensors

/// The generator and the discriminator of a run, and the shape of what one makes and the other judges.
package struct Adversaries: Sendable {
  package let configuration: RunConfiguration
  /// One example, such as `[28, 28, 1]` or `[2]`.
  package let exampleShape: [Int]
  package let generator: Network
  package let discriminator: Network
  /// The registers that plans over these networks use; never part of the result.
  let variant: KernelVariant
  /// Temporaries of all plans that use these networks: one runs at a time.
  private let arena = SharedArena()

  /// Values in one example.
  package var exampleSize: Int { exampleShape.reduce(1, *) }

  /// Both networks with their first weights: a function of the configuration, the seed and, where a
  /// bias asks for them, the data's means alone; the same whatever the loss.
  ///
  /// - Parameters:
  ///   - marginals: the mean of each value of the real examples; asked for where a bias starts there, and
  ///     left 0 where this gives `nil`.
  ///   - variant: the registers that plans over them use; never part of the result.
  /// - Throws: `ConfigurationError` with the layer's line where shapes do not meet.
  package init(
    _ configuration: RunConfiguration, exampleShape: [Int], marginals: () -> [Float]? = { nil },
    variant: KernelVariant = .widest
  ) throws {
    try Self.checkShapes(configuration, exampleShape: exampleShape)
    self.configuration = configuration
    self.exampleShape = exampleShape
    self.variant = variant
    generator = try Self.placed("generator", configuration) {
      try Network(
        name: "generator", layers: configuration.generator.layers,
        inputShape: [configuration.latent.size],
        optimizer: configuration.generator.optimizer.kind, ema: configuration.generator.ema != nil)
    }
    discriminator = try Self.placed("discriminator", configuration) {
      try Network(
        name: "discriminator", layers: configuration.discriminator.layers,
        inputShape: Self.discriminatorInput(configuration, exampleShape),
        optimizer: configuration.discriminator.optimizer.kind, ema: false)
    }
    generator.initialize(
      seed: configuration.seed, stream: RandomStream.generatorWeights,
      marginals: generator.startsAtMarginals ? marginals() : nil)
    discriminator.initialize(seed: configuration.seed, stream: RandomStream.discriminatorWeights)
  }

  /// A plan over these networks.
  ///
  /// - Parameters:
  ///   - units: of its batch.
  ///   - seed: the key of its random numbers, the run's own unless told.
  func plan(_ graph: Graph, units: Int, seed: UInt64? = nil) throws(MemoryError) -> Plan {
    try Plan(
      graph, sharding: Sharding(units: units, shards: min(configuration.shards, units)),
      seed: seed ?? configuration.seed, arena: arena, variant: variant)
  }

  /// Discriminator inputs in one unit of a plan's batch: a group that is judged together stays whole.
  var inputsPerUnit: Int { configuration.groupSize }
  /// Examples in one unit of a plan's batch.
  var examplesPerUnit: Int { configuration.packing * inputsPerUnit }

  /// Units of a batch of so many examples.
  func units(of batchSize: Int) -> Int { batchSize / examplesPerUnit }

  /// Examples as discriminator inputs: `[examples a unit, values]` to `[inputs a unit, …]`.
  ///
  /// Lin et al., "PacGAN", 2018: adjacent examples are joined along their last dimension.
  func packed(_ examples: Tensor) -> Tensor {
    // Example after example, each [places, channels]: to places of all examples' channels.
    examples.reshape(perUnit: inputsPerUnit).transposeBlocks(
      outer: configuration.packing, inner: exampleShape.dropLast().reduce(1, *))
  }

  /// The shape of one discriminator input: examples joined along their last dimension.
  static func discriminatorInput(_ configuration: RunConfiguration, _ example: [Int]) -> [Int] {
    example.dropLast() + [example[example.count - 1] * configuration.packing]
  }

  static func placed<Value>(
    _ name: String, _ configuration: RunConfiguration, _ body: () throws -> Value
  ) throws -> Value {
    do { return try body() } catch let error as NetworkError {
      throw configuration.error(at: "\(name).layers.\(error.layer)", error.description)
    }
  }
}

extension Adversaries {
  /// Refuses layers that do not fit one another or the data, as far as that is known without the data's
  /// files: where the shape would have to be read from one that can't be read, nothing is refused.
  ///
  /// - Throws: `ConfigurationError` with the layer's line.
  package static func checkShapes(_ configuration: RunConfiguration) throws {
    guard let shape = try? ExampleSource.shape(of: configuration) else { return }
    try checkShapes(configuration, exampleShape: shape)
  }

  private static func checkShapes(
    _ configuration: RunConfiguration, exampleShape: [Int]
  ) throws {
    let output = try placed("generator", configuration) {
      try Network.outputShape(
        name: "generator", layers: configuration.generator.layers,
        inputShape: [configuration.latent.size])
    }
    let made = output.reduce(1, *)
    guard made == exampleShape.reduce(1, *) else {
      throw configuration.error(
        at: "generator.layers",
        "the generator's output \(output) holds \(made) values, an example of this data "
          + "\(exampleShape.reduce(1, *)) \(exampleShape); end its layers with that many")
    }
    let judged = try placed("discriminator", configuration) {
      try Network.outputShape(
        name: "discriminator", layers: configuration.discriminator.layers,
        inputShape: discriminatorInput(configuration, exampleShape))
    }
    guard judged.reduce(1, *) == 1 else {
      throw configuration.error(
        at: "discriminator.layers",
        "the discriminator's output is \(judged), and it must be one logit; "
          + "end its layers with {dense: 1}")
    }
  }
}

/// Latents as the configuration describes them, drawn within a graph.
struct LatentSource {
  let settings: LatentSettings

  /// Latents of some examples.
  ///
  /// - Returns: `[rows a unit, latent size]`, scaled.
  func draw(in graph: Graph, rows perUnit: Int, stream: UInt32, counter: Counter) -> Tensor {
    let scale = Float(settings.scale)
    switch settings.distribution {
    case .normal:
      let normal = graph.random(
        .normal, perUnit: perUnit, columns: settings.size, stream: stream, counter: counter)
      return scale == 1 ? normal : normal.affine(scale: scale, shift: 0)
    case .uniform:
      return graph.random(
        .uniform(low: -scale, high: scale), perUnit: perUnit, columns: settings.size,
        stream: stream, counter: counter)
    case .sphere:
      let normal = graph.random(
        .normal, perUnit: perUnit, columns: settings.size, stream: stream, counter: counter)
      let length = normal.square.sumColumns.sqrt
      return (normal / length).affine(scale: scale, shift: 0)
    }
  }
}
