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

extension Adversaries {
  /// Every tensor that training changes, under the contract's names.
  var state: [StateTensor] { Self.state(of: generator) + Self.state(of: discriminator) }

  private static func state(of network: Network) -> [StateTensor] {
    func named(_ prefix: String, _ parameters: [Network.Parameter]) -> [StateTensor] {
      parameters.map { StateTensor(name: "\(prefix).\($0.name)", shape: $0.shape, slot: $0.slot) }
    }
    var state = named(network.name, network.parameters + network.runningStatistics)
    if let average = network.average {
      state += named(
        "\(network.name)_ema",
        network.places(of: network.parameters, in: average.weights)
          + network.places(of: network.runningStatistics, in: average.statistics))
    }
    for moment in network.moments {
      state += named(
        "optimizer.\(network.name).\(moment.name)",
        network.places(of: network.parameters, in: moment.buffer))
    }
    return state
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
