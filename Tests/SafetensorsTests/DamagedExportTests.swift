import Foundation
import RunModel
import Safetensors
import TestSupport
import Testing

@Suite("Damaged exports")
struct DamagedExportTests {
  private let folder: TemporaryFolder
  private let whole: Data
  private let digest: SHA256Digest

  init() throws {
    folder = try TemporaryFolder()
    let counters: [String: Snapshot.Counter] = ["step": .integer(3), "sum.d_loss": .real(0.25)]
    let values: [Float] = [1.5, -2, 0, .nan]
    digest = Snapshot.digest(
      tensors: [
        ("generator.0.bias", [], values[..<1].withUnsafeBytes { SHA256.digest($0) }),
        ("generator.0.weight", [2, 2], values.withUnsafeBytes { SHA256.digest($0) }),
      ], counters: counters, seed: 7)
    var metadata = CheckpointMetadata(
      counters: counters, seed: 7,
      settings: [
        "loss": .text("hinge"), "epochs": .integer(3), "latent.scale": .number(1),
        "fresh": .boolean(false),
      ])
    metadata.seal(over: digest)
    let file = folder.url("whole.safetensors")
    try SafetensorsWriter.write(
      tensors: [
        .init(name: "generator.0.weight", shape: [2, 2], values: values),
        .init(name: "generator.0.bias", shape: [], values: Array(values[..<1])),
      ], metadata: metadata.texts, to: file.path)
    whole = try Data(contentsOf: file)
  }

  /// What a file holds; `nil` where it is refused.
  private func content(_ bytes: Data) throws -> (CheckpointMetadata, SHA256Digest)? {
    let file = folder.url("damaged.safetensors")
    try bytes.write(to: file)
    do {
      let reader = try SafetensorsReader(path: file.path)
      guard let metadata = try reader.checkpointMetadata() else { return nil }
      let source = try ExportedCheckpoint(reader, metadata)
      let tensors = try source.layout.enumerated().map { index, tensor in
        (
          tensor.name, tensor.shape,
          try source.withBytes(of: index, in: 0..<tensor.byteCount) { SHA256.digest($0) }
        )
      }
      let digest = Snapshot.digest(tensors: tensors, counters: source.counters, seed: source.seed)
      return (metadata, digest)
    } catch let error as SafetensorsError {
      #expect(error.kind == .invalid && error.description.hasPrefix(file.path), "\(error)")
      return nil
    }
  }

  /// How many of some flipped bits are refused; the others must change nothing.
  private func refusals(ofBits bits: some Sequence<Int>) throws -> Int {
    let original = try #require(try content(whole))
    #expect(original.1 == digest)
    var refusals = 0
    for bit in bits {
      var damaged = whole
      damaged[bit / 8] ^= 1 << (bit % 8)
      guard let content = try content(damaged) else {
        refusals += 1
        continue
      }
      #expect(content == original, "bit \(bit % 8) of byte \(bit / 8) is flipped in silence")
    }
    return refusals
  }

  @Test("an export with a flipped bit is refused, or says the same")
  func sample() throws {
    let seed = UInt64.random(in: 0..<1_000_000)
    var numbers = SeededNumbers(seed: seed)
    let bits = (0..<1000).map { _ in Int.random(in: 0..<whole.count * 8, using: &numbers) }
    // Only the case of a hexadecimal digit in an escaped character says the same, and there is none.
    #expect(try refusals(ofBits: bits) == bits.count, "seed \(seed)")
  }

  @Test("an export cut anywhere is refused")
  func truncated() throws {
    for count in 0..<whole.count { #expect(try content(whole[..<count]) == nil, "\(count) bytes") }
  }

  @Test(
    "Torture: an export with any bit flipped is refused",
    .enabled(if: isTorture))
  func torture() throws {
    let bits = 0..<whole.count * 8
    #expect(try refusals(ofBits: bits) == bits.count)
  }
}
