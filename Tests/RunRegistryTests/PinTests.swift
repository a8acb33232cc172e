import Foundation
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

@Suite("Pins")
struct PinTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A run with a checkpoint at the end of each epoch, of states that differ.
  private func train(
    _ writer: RegistryWriter, epochs: Int, keepLast: Int = 0, tensors: [String: Int]? = nil
  ) throws -> RunSession {
    let session = try writer.begin(keepLast: keepLast)
    for epoch in 1...epochs {
      let snapshot =
        tensors.map { makeSnapshot($0, step: epoch) }
        ?? makeSnapshot(seed: UInt64(epoch), step: epoch)
      try session.save(snapshot, step: epoch, epoch: epoch, isEpochEnd: true)
    }
    try session.flush()
    return session
  }

  @Test("a pinned checkpoint is found by its name, stays, and is under the seal")
  func pinned() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try train(writer, epochs: 3, keepLast: 3)
    let reader = try RegistryReader(path: folder.file())
    try writer.pin(reader.checkpoint("ring@epoch:1").checkpoint, as: "sweet-spot")
    try writer.pin(reader.checkpoint("ring@epoch:1").checkpoint, as: "zweite")
    for epoch in 4...6 {
      try session.save(makeSnapshot(step: epoch), step: epoch, epoch: epoch, isEpochEnd: true)
    }
    try session.flush()
    let stored = try reader.checkpoints(of: session.runID)
    #expect(stored.map(\.epoch) == [1, 4, 5, 6])
    #expect(stored[0].pins == ["sweet-spot", "zweite"])
    #expect(try reader.checkpoint("ring@sweet-spot").checkpoint.epoch == 1)
    #expect(try reader.seal(recomputedFor: session.runID) == reader.storedSeal(of: session.runID))
    for name in ["sweet-spot", "zweite"] { try writer.unpin(name, of: session.runID) }
    try session.save(makeSnapshot(step: 7), step: 7, epoch: 7, isEpochEnd: true)
    try session.finish(.finished)
    try writer.close()
    #expect(try reader.checkpoints(of: session.runID).map(\.epoch) == [5, 6, 7])
    #expect(try reader.seal(recomputedFor: session.runID) == reader.storedSeal(of: session.runID))
  }

  @Test(
    "names that mean something else, or nothing, are refused",
    arguments: ["", "last", "best", "epoch:3", "step:9", "a@b", "two words", "tab\t", "line\n"])
  func names(name: String) throws {
    let writer = try RegistryWriter(path: folder.file())
    _ = try train(writer, epochs: 1)
    let checkpoint = try RegistryReader(path: folder.file()).checkpoint("ring").checkpoint
    let error = try #require(throws: RegistryError.self) {
      try writer.pin(checkpoint, as: name)
    }
    #expect(error.kind == .usage)
    try writer.close()
  }

  @Test("a name in use moves only where that is asked for")
  func moving() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try train(writer, epochs: 2)
    let reader = try RegistryReader(path: folder.file())
    let (first, second) = try (
      reader.checkpoint("ring@epoch:1").checkpoint, reader.checkpoint("ring@epoch:2").checkpoint
    )
    try writer.pin(first, as: "mine")
    // Where it stands already there is nothing to do.
    try writer.pin(first, as: "mine")
    let error = try #require(throws: RegistryError.self) { try writer.pin(second, as: "mine") }
    #expect(error.kind == .refused && error.description.contains("--move"), "\(error)")
    #expect(try reader.checkpoint("ring@mine").checkpoint.epoch == 1)
    try writer.pin(second, as: "mine", moves: true)
    #expect(try reader.checkpoint("ring@mine").checkpoint.epoch == 2)
    #expect(try reader.checkpoints(of: session.runID).map(\.pins) == [[], ["mine"]])
    #expect(try reader.seal(recomputedFor: session.runID) == reader.storedSeal(of: session.runID))
    let missing = try #require(throws: RegistryError.self) {
      try writer.unpin("other", of: session.runID)
    }
    #expect(missing.kind == .missing)
    try writer.close()
  }

  @Test("ten checkpoints of one state and a pin take less than 1.01 times the space of one")
  func space() throws {
    let weights = ["generator.0.weight": 4 << 20]
    var sizes: [Int64] = []
    for count in [1, 10] {
      let path = folder.file("\(count).db")
      let writer = try RegistryWriter(path: path)
      let session = try train(writer, epochs: count, tensors: weights)
      let reader = try RegistryReader(path: path)
      if count > 1 { try writer.pin(reader.checkpoint("ring@epoch:3").checkpoint, as: "pin") }
      #expect(try reader.checkpoints(of: session.runID).count == count)
      try session.finish(.finished)
      try writer.close()
      sizes.append(try #require(RegistryFile.state(of: path)).size)
    }
    #expect(Double(sizes[1]) < 1.01 * Double(sizes[0]), "\(sizes)")
  }
}
