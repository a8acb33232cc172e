package import Configuration
package import RunModel
import Tensors

/// Weights from a file, fitted to the networks of a configuration: the state that a run with them starts
/// from.
package struct ImportedWeights {
  /// Networks that the file has nothing of: they start as a new run's would.
  package let absent: [String]
  private let configuration: RunConfiguration
  private let exampleShape: [Int]
  private let names: Set<String>
  /// How the file holds them, where that is PyTorch's way.
  private let pytorch: PyTorchNetworks?

  private static let networks = ["generator", "generator_ema", "discriminator"]

  /// Fits a file's tensors to the layers: of each network that it has anything of it must have all, in the
  /// very shapes, and nothing else.
  ///
  /// - Parameters:
  ///   - tensors: of the file; PyTorch's counts of batches (`num_batches_tracked`) left out.
  ///   - isPyTorch: whether they are arranged as PyTorch's modules hold them.
  /// - Throws: `AdversarialError` that lists what does not fit; `ConfigurationError` and `DatasetError` as
  ///   `Adversaries` and `PyTorchNetworks`.
  package init(
    _ tensors: [TensorShape], into configuration: RunConfiguration, isPyTorch: Bool
  ) throws {
    self.configuration = configuration
    exampleShape = try ExampleSource.shape(of: configuration)
    names = Set(tensors.map(\.name))
    let present = Set(tensors.map { Self.network(of: $0.name) })
    let state = try Adversaries.layout(of: configuration, exampleShape: exampleShape)
      .filter { !$0.name.hasPrefix("optimizer.") }
    pytorch = isPyTorch ? try PyTorchNetworks(configuration, exampleShape: exampleShape) : nil
    let kept = Set(state.map { Self.network(of: $0.name) })
    let wanted = (pytorch?.tensors.map { TensorShape(name: $0.name, shape: $0.shape) } ?? state)
      .filter { present.intersection(kept).contains(Self.network(of: $0.name)) }
    var faults = TensorComparison(found: tensors, wanted: wanted).faults
    faults += (pytorch?.divided ?? []).filter(names.contains).map {
      "\($0): the layer has a spectral norm, whose vectors PyTorch's layout leaves out"
    }
    guard faults.isEmpty else { throw AdversarialError.unfit(faults, "the configuration") }
    guard present.contains("generator") || present.contains("discriminator") else {
      throw AdversarialError(
        "it has no tensor of a generator or a discriminator, and nothing was imported; names begin "
          + "with generator. or discriminator.")
    }
    absent = Self.networks.filter { kept.contains($0) && !present.contains($0) }
  }

  private static func network(of name: String) -> String { String(name.prefix { $0 != "." }) }

  /// The state at step 0: the file's weights, first weights where it has none, moments of zero.
  ///
  /// A moving average that the file lacks starts at the generator's weights.
  ///
  /// - Parameter read: gives the values of a tensor of the file, by name.
  /// - Throws: what `read` throws, and `DatasetError` where first weights need data that are not there.
  package func snapshot(reading read: (String) throws -> [Float]) throws -> Snapshot {
    let adversaries = try Adversaries(
      configuration, exampleShape: exampleShape,
      marginals: {
        absent.contains("generator") ? try? ExampleSource(configuration).marginals() : nil
      })
    let arranged = Dictionary(
      uniqueKeysWithValues: (pytorch?.tensors ?? []).map { ($0.name, $0) })
    for tensor in adversaries.state {
      var name = tensor.name
      if name.hasPrefix("generator_ema."), absent.contains("generator_ema") {
        name = "generator" + name.drop { $0 != "." }
      }
      guard names.contains(name) else { continue }
      var values = try read(name)
      if let pytorch, let place = arranged[name] { values = pytorch.restored(place, from: values) }
      values.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(tensor.slot.values).copyMemory(from: $0)
      }
    }
    return StateCopying(adversaries).snapshot(
      counters: Progress().counters(under: configuration.schedule)
        .merging(EpochSums().counters) { first, _ in first },
      clocks: ["epoch.seconds": 0])
  }
}
