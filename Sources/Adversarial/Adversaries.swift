package import Configuration
package import Networks
import Tensors

/// The generator and the discriminator of a run, and the shape of what one makes and the other judges.
package struct Adversaries: Sendable {
  package let configuration: RunConfiguration
  /// One example, such as `[28, 28, 1]` or `[2]`.
  package let exampleShape: [Int]
  package let generator: Network
  package let discriminator: Network

  /// Values in one example.
  package var exampleSize: Int { exampleShape.reduce(1, *) }

  /// Both networks with their first weights: a function of the configuration and the seed alone, the
  /// same whatever the loss.
  ///
  /// - Throws: `ConfigurationError` with the layer's line where shapes do not meet.
  package init(_ configuration: RunConfiguration, exampleShape: [Int]) throws {
    self.configuration = configuration
    self.exampleShape = exampleShape
    generator = try Self.network(
      "generator", configuration.generator, input: [configuration.latent.size], configuration)
    var discriminatorInput = exampleShape
    discriminatorInput[discriminatorInput.count - 1] *= configuration.packing
    discriminator = try Self.network(
      "discriminator", configuration.discriminator, input: discriminatorInput, configuration)

    let made = generator.outputShape.reduce(1, *)
    guard made == exampleShape.reduce(1, *) else {
      throw configuration.error(
        at: "generator.layers",
        "the generator's output \(generator.outputShape) holds \(made) values, an example of this data "
          + "\(exampleShape.reduce(1, *)) \(exampleShape); end its layers with that many")
    }
    guard discriminator.outputShape.reduce(1, *) == 1 else {
      throw configuration.error(
        at: "discriminator.layers",
        "the discriminator's output is \(discriminator.outputShape), and it must be one logit; "
          + "end its layers with {dense: 1}")
    }
    generator.initialize(seed: configuration.seed, stream: RandomStream.generatorWeights)
    discriminator.initialize(seed: configuration.seed, stream: RandomStream.discriminatorWeights)
  }

  /// Examples as discriminator inputs: `[packing rows a unit, values]` to `[1 row a unit, …]`.
  ///
  /// Lin et al., "PacGAN", 2018: adjacent examples are joined along their last dimension.
  func packed(_ examples: Tensor) -> Tensor {
    // Example after example, each [places, channels]: to places of all examples' channels.
    examples.reshape(perUnit: 1).transposeBlocks(
      outer: configuration.packing, inner: exampleShape.dropLast().reduce(1, *))
  }

  private static func network(
    _ name: String, _ settings: NetworkSettings, input: [Int], _ configuration: RunConfiguration
  ) throws -> Network {
    do {
      return try Network(
        name: name, layers: settings.layers, inputShape: input,
        optimizer: settings.optimizer.kind, ema: settings.ema != nil)
    } catch let error as NetworkError {
      throw configuration.error(at: "\(name).layers.\(error.layer)", error.description)
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
