package import Configuration
import Networks
package import RunModel

extension Snapshot {
  /// The networks' weights as an `nn.Sequential` of the same layers takes them; counters and seed stay,
  /// optimisers' moments are left out.
  ///
  /// - Parameter exampleShape: of the data it was trained on, where it is known; else a header may be
  ///   read.
  /// - Throws: `ConfigurationError` where layers have no counterpart in PyTorch, `AdversarialError`
  ///   where the snapshot does not fit the configuration, `DatasetError` where the shape would have to be
  ///   read from a file that is not there.
  package func inPyTorchLayout(
    _ configuration: RunConfiguration, exampleShape: [Int]? = nil
  ) throws -> Snapshot {
    let example = try exampleShape ?? ExampleSource.shape(of: configuration)
    let generator = try Self.layout(
      "generator", configuration.generator, input: [configuration.latent.size], configuration)
    let discriminator = try Self.layout(
      "discriminator", configuration.discriminator,
      input: Adversaries.discriminatorInput(configuration, example), configuration)
    let networks = [
      ("generator", generator), ("generator_ema", generator), ("discriminator", discriminator),
    ]
    var tensors: [Tensor] = []
    var values: [Float] = []
    for (prefix, layout) in networks
    where self.tensors.contains(where: { $0.name.hasPrefix(prefix + ".") }) {
      for arranged in try layout.tensors({ try read("\(prefix).\($0)") }) {
        tensors.append(
          Tensor(
            name: "\(prefix).\(arranged.name)", shape: arranged.shape,
            byteOffset: values.count * 4))
        values += arranged.values
      }
    }
    return Snapshot(
      tensors: tensors, counters: counters, clocks: clocks, seed: seed, byteCount: values.count * 4
    ) { bytes in
      values.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }
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

  private func read(_ name: String) throws -> [Float] {
    guard let tensor = tensor(named: name) else {
      throw AdversarialError(
        "the checkpoint holds no tensor \(name), which its run's settings need; "
          + "export it without --layout")
    }
    return withBytes(of: tensor) { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
  }
}
