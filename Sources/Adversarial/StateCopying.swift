import Configuration
import RunModel
import Tensors

/// Copies both networks' state: names and places are worked out once, memory is used again.
final class StateCopying {
  private let state: [StateTensor]
  private let places: [Snapshot.Tensor]
  private let slots: SnapshotSlots
  private let seed: UInt64

  /// Takes the memory of one copy.
  init(_ adversaries: Adversaries) {
    var offset = 0
    state = adversaries.state.sorted { $0.name < $1.name }
    places = state.map { tensor in
      let place = Snapshot.Tensor(name: tensor.name, shape: tensor.shape, byteOffset: offset)
      offset += place.byteCount
      return place
    }
    slots = SnapshotSlots(byteCount: offset)
    seed = adversaries.configuration.seed
  }

  /// A copy of this moment's state.
  func snapshot(counters: [String: Snapshot.Counter], clocks: [String: Double]) -> Snapshot {
    Snapshot(tensors: places, counters: counters, clocks: clocks, seed: seed, in: slots) { bytes in
      for (tensor, place) in zip(state, places) {
        UnsafeMutableRawBufferPointer(
          rebasing: bytes[place.byteOffset..<place.byteOffset + place.byteCount]
        ).copyMemory(from: UnsafeRawBufferPointer(tensor.slot.values))
      }
    }
  }
}
