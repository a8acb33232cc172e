import Configuration
import Networks
import RunModel
import Tensors

/// A tensor of a network's state under its checkpoint name.
struct StateTensor {
  var name: String
  var shape: [Int]
  var slot: Slot
}

/// Tensors of a network's state that share a prefix: its weights, their average, a moment.
private struct StateGroup {
  var prefix: String
  var hasStatistics: Bool

  /// The groups of a network, in the order of a snapshot.
  static func all(of network: String, hasAverage: Bool, moments: [String]) -> [StateGroup] {
    [StateGroup(prefix: network, hasStatistics: true)]
      + (hasAverage ? [StateGroup(prefix: "\(network)_ema", hasStatistics: true)] : [])
      + moments.map { StateGroup(prefix: "optimizer.\(network).\($0)", hasStatistics: false) }
  }
}

extension Adversaries {
  /// Every tensor that training changes, under the contract's names.
  var state: [StateTensor] { Self.state(of: generator) + Self.state(of: discriminator) }

  private static func state(of network: Network) -> [StateTensor] {
    let groups = StateGroup.all(
      of: network.name, hasAverage: network.average != nil, moments: network.moments.map(\.name))
    let buffers =
      [(network.weights, network.statistics)]
      + (network.average.map { [($0.weights, $0.statistics)] } ?? [])
      + network.moments.map { ($0.buffer, network.statistics) }
    return zip(groups, buffers).flatMap { group, buffers in
      let statistics = group.hasStatistics ? network.runningStatistics : []
      return
        (network.places(of: network.parameters, in: buffers.0)
        + network.places(of: statistics, in: buffers.1)).map {
          StateTensor(name: "\(group.prefix).\($0.name)", shape: $0.shape, slot: $0.slot)
        }
    }
  }

  /// The names and extents of a run's state, sorted by name; no memory is taken for it.
  ///
  /// - Parameter exampleShape: one example's.
  /// - Throws: `ConfigurationError` with the layer's line where shapes do not meet.
  static func layout(
    of configuration: RunConfiguration, exampleShape: [Int]
  ) throws -> [TensorShape] {
    let networks = [
      ("generator", configuration.generator, [configuration.latent.size]),
      (
        "discriminator", configuration.discriminator,
        discriminatorInput(configuration, exampleShape)
      ),
    ]
    return try networks.flatMap { name, settings, inputShape in
      let layout = try placed(name, configuration) {
        try Network.layout(name: name, layers: settings.layers, inputShape: inputShape)
      }
      return StateGroup.all(
        of: name, hasAverage: settings.ema != nil, moments: settings.optimizer.kind.moments
      ).flatMap { group in
        (layout.parameters + (group.hasStatistics ? layout.statistics : [])).map {
          TensorShape(name: "\(group.prefix).\($0.name)", shape: $0.shape)
        }
      }
    }.sorted { $0.name < $1.name }
  }

  /// Takes both networks' state from a snapshot.
  ///
  /// - Throws: `AdversarialError` that names a tensor which is missing or of another shape; nothing is
  ///   changed then.
  func restore(_ snapshot: Snapshot) throws { try restore(state, from: snapshot) }

  /// Takes the generator's weights, statistics and moving averages alone: enough to draw samples.
  func restoreGenerator(_ snapshot: Snapshot) throws {
    try restore(state.filter { $0.name.hasPrefix("generator") }, from: snapshot)
  }

  private func restore(_ state: [StateTensor], from snapshot: Snapshot) throws {
    let stored = Dictionary(uniqueKeysWithValues: snapshot.tensors.map { ($0.name, $0) })
    for tensor in state {
      guard let source = stored[tensor.name] else {
        throw AdversarialError(
          "the checkpoint holds no tensor \(tensor.name), which these settings need; "
            + "start a new run with them instead")
      }
      guard source.shape == tensor.shape else {
        throw AdversarialError(
          "the checkpoint's \(tensor.name) is \(source.shape), these settings need \(tensor.shape); "
            + "start a new run with them instead")
      }
    }
    for tensor in state {
      guard let source = stored[tensor.name] else { continue }
      snapshot.withBytes(of: source) {
        UnsafeMutableRawBufferPointer(tensor.slot.values).copyMemory(from: $0)
      }
    }
  }
}
