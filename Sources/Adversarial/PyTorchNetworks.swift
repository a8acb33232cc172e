package import Configuration
import Networks

/// The tensors of a run's networks as an `nn.Sequential` of the same layers holds them.
package struct PyTorchNetworks {
  /// One tensor of one network.
  package struct Tensor {
    /// The same here and there: `generator.0.weight`.
    package let name: String
    /// Extents in PyTorch, the slowest first.
    package let shape: [Int]
    fileprivate let network: String
    fileprivate let index: Int
  }

  /// The tensors of the generator, of its moving average and of the discriminator, each in the order of
  /// its layers.
  package let tensors: [Tensor]
  /// Weights that `restored` can't give: they were divided by the σ of a spectral norm.
  package let divided: [String]
  private let layouts: [String: PyTorchLayout]

  /// The arrangement of a configuration's networks.
  ///
  /// - Parameter exampleShape: of the data, where it is known; else a header may be read.
  /// - Throws: `ConfigurationError` where layers have no counterpart in PyTorch, `DatasetError` where the
  ///   shape would have to be read from a file that is not there.
  package init(_ configuration: RunConfiguration, exampleShape: [Int]? = nil) throws {
    let example = try exampleShape ?? ExampleSource.shape(of: configuration)
    let generator = try Self.layout(
      "generator", configuration.generator, input: [configuration.latent.size], configuration)
    let discriminator = try Self.layout(
      "discriminator", configuration.discriminator,
      input: Adversaries.discriminatorInput(configuration, example), configuration)
    let networks = [
      ("generator", generator), ("generator_ema", generator), ("discriminator", discriminator),
    ]
    layouts = Dictionary(uniqueKeysWithValues: networks)
    tensors = networks.flatMap { network, layout in
      layout.tensors.enumerated().map { index, tensor in
        Tensor(
          name: "\(network).\(tensor.name)", shape: tensor.shape, network: network, index: index)
      }
    }
    divided = networks.flatMap { network, layout in layout.divided.map { "\(network).\($0)" } }
  }

  /// A tensor's values as PyTorch holds them.
  ///
  /// - Parameter read: gives our values by name, as many as it is told.
  package func arranged(
    _ tensor: Tensor, from read: (String, Int) throws -> [Float]
  ) rethrows -> [Float] {
    try layouts[tensor.network]?.arranged(tensor.index) { name, count in
      try read("\(tensor.network).\(name)", count)
    } ?? []
  }

  /// Our values of a tensor, from those that PyTorch holds.
  package func restored(_ tensor: Tensor, from values: [Float]) -> [Float] {
    layouts[tensor.network]?.restored(tensor.index, from: values) ?? []
  }

  private static func layout(
    _ name: String, _ settings: NetworkSettings, input: [Int], _ configuration: RunConfiguration
  ) throws -> PyTorchLayout {
    do {
      return try PyTorchLayout(name: name, layers: settings.layers, inputShape: input)
    } catch {
      throw configuration.error(at: "\(name).layers.\(error.layer)", error.description)
    }
  }
}
