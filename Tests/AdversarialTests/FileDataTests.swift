import Configuration
import Foundation
import RunModel
import Testing

@testable import Adversarial

@Suite("Training on pictures from files")
struct FileDataTests {
  /// A file of 50 colour pictures of 4 × 4, and a configuration that trains on it.
  private static func place() throws -> (path: String, yaml: String) {
    let path = FileManager.default.temporaryDirectory.appending(
      path: "gan-runs-pictures-\(UUID().uuidString)"
    ).path()
    let header: [UInt8] = [0, 0, 8, 4, 0, 0, 0, 50, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 3]
    let values = (0..<50 * 48).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ $0 / 48) }
    try Data(header + values).write(to: URL(fileURLWithPath: path))
    return (
      path,
      """
      data: {kind: idx, path: \(path), held_out: 0.2}
      batch_size: 12
      epochs: 2
      latent: {size: 3}
      generator: {layers: [{dense: 48, activation: tanh}]}
      discriminator: {layers: [{dense: 8, activation: leaky-relu}, {dense: 1}]}
      samples: {every: 1, count: 2}
      """
    )
  }

  @Test("colour pictures train, and their grids are in colour")
  func colour() throws {
    let place = try Self.place()
    defer { try? FileManager.default.removeItem(atPath: place.path) }
    let recorder = MemoryRecorder()
    let trainer = try trainer(configuration(place.yaml))
    #expect(trainer.stepsPerEpoch == 3, "40 to train, in batches of 12")
    try trainer.train(into: recorder)
    // Byte 25 of a PNG tells its colours: 2 is red, green, blue.
    #expect(recorder.pictures.count == 2)
    #expect(recorder.pictures.allSatisfy { $0.png[25] == 2 })
    #expect(trainer.dataFacts["data_shape"] == "4 4 3")
    #expect(trainer.dataFacts["data_examples"] == "40")
    #expect(trainer.dataFacts["data_held_out"] == "10")
    #expect(trainer.dataFacts["data_sha256"]?.count == 64)
    #expect(trainer.notices == ["d_accuracy is measured on 10 held-out examples, fewer than 2048"])
  }

  @Test("samples need no data where the shape is known")
  func withoutData() throws {
    let place = try Self.place()
    let configuration = try configuration(place.yaml)
    let snapshot = try trainer(configuration).snapshot()
    let known = try Sampler(configuration, checkpoint: snapshot, seed: 1).draw(count: 2)
    try FileManager.default.removeItem(atPath: place.path)
    let sampler = try Sampler(
      configuration, checkpoint: snapshot, exampleShape: [4, 4, 3], seed: 1)
    #expect(sampler.draw(count: 2).values == known.values)
    #expect(throws: (any Error).self) {
      try Sampler(configuration, checkpoint: snapshot, seed: 1)
    }
  }

  @Test("batches follow one another through each permutation, and the short rest is dropped")
  func positions() throws {
    let place = try Self.place()
    defer { try? FileManager.default.removeItem(atPath: place.path) }
    let source = try ExampleSource(configuration(place.yaml))
    #expect([0, 12, 24, 36, 40, 52].map(source.batchStart) == [0, 12, 24, 40, 40, 52])
    // A child run's batches of another size go on where its parent stood.
    let child = try ExampleSource(configuration(place.yaml, "batch_size=10"))
    #expect([24, 34].map(child.batchStart) == [24, 40])
    let stream = try ExampleSource(configuration(smallRing))
    #expect(stream.batchStart(after: 999_999) == 999_999)
  }

  @Test("a child run with another batch size sees no example again before the permutation ends")
  func child() throws {
    let place = try Self.place()
    defer { try? FileManager.default.removeItem(atPath: place.path) }
    let first = try trainer(configuration(place.yaml))
    try first.train(into: MemoryRecorder(), steps: 2)
    #expect(first.progress.dataPosition == 24)
    let child = try trainer(configuration(place.yaml, "batch_size=8"))
    try child.restore(first.snapshot())
    try child.train(into: MemoryRecorder(), steps: 2)
    #expect(child.progress.dataPosition == 40)
    #expect(child.progress.images == 40)
  }
}
