import RunModel
import Testing

/// The memory that a training's snapshots share.
@Suite("Memory of snapshots")
struct SnapshotSlotTests {
  private func snapshot(_ value: Float, in slots: SnapshotSlots) -> Snapshot {
    Snapshot(
      tensors: [Snapshot.Tensor(name: "w", shape: [1024], byteOffset: 0)], counters: [:],
      clocks: [:], seed: 1, in: slots
    ) { bytes in
      for place in 0..<1024 {
        bytes.storeBytes(of: value, toByteOffset: place * 4, as: Float.self)
      }
    }
  }

  private func address(of snapshot: Snapshot) -> UnsafeRawPointer? {
    snapshot.withBytes(of: snapshot.tensors[0]) { $0.baseAddress }
  }

  @Test("that is given back is the next one's, and none that still lives is written over")
  func reuse() {
    let slots = SnapshotSlots(byteCount: 4096)
    var first: Snapshot? = snapshot(1, in: slots)
    let second = snapshot(2, in: slots)
    let digest = second.digest
    let place = first.flatMap(address)
    #expect(place != address(of: second))
    first = nil
    let third = snapshot(3, in: slots)
    #expect(address(of: third) == place)
    #expect(second.digest == digest)
    #expect(third.digest != digest)
  }

  @Test("of more snapshots than are ever needed at once goes back to the system")
  func surplus() {
    let slots = SnapshotSlots(byteCount: 4096)
    var many: [Snapshot]? = (0..<5).map { snapshot(Float($0), in: slots) }
    let places = Set((many ?? []).map(address))
    #expect(places.count == 5)
    many = nil
    let again = (0..<2).map { snapshot(Float($0), in: slots) }
    #expect(Set(again.map(address)).isSubset(of: places))
  }
}
