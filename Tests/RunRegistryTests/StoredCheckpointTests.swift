import RunModel
import RunRegistry
import TestSupport
import Testing

@Suite("A checkpoint read a chunk at a time")
struct StoredCheckpointTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func store(_ snapshot: Snapshot, step: Int = 1) throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    try session.save(snapshot, step: step, epoch: 1, isEpochEnd: true)
    try session.finish(.finished)
    try writer.close()
  }

  @Test("it has the names, counters and bytes that were saved, in pieces of at most 1 MiB")
  func whole() throws {
    let saved = makeSnapshot(["b": 600_000, "a": 262_144, "none": 0], seed: 3)
    try store(saved)
    try RegistryReader(path: folder.file()).withStoredCheckpoint("ring@last") { stored in
      #expect(stored.layout.map(\.name) == ["a", "b", "none"])
      #expect(stored.layout.map(\.byteCount) == [1_048_576, 2_400_000, 0])
      #expect(stored.counters == saved.counters && stored.clocks == saved.clocks)
      #expect(stored.seed == 3 && stored.run.name == "ring" && stored.checkpoint.step == 1)
      for (index, tensor) in saved.tensors.enumerated() {
        var bytes: [UInt8] = []
        try stored.forEachChunk(of: index) { chunk in
          #expect(chunk.count <= 1 << 20)
          bytes += chunk
        }
        #expect(saved.withBytes(of: tensor) { $0.elementsEqual(bytes) }, "\(tensor.name)")
      }
    }
  }

  @Test("a tensor may be read while another is")
  func together() throws {
    try store(makeSnapshot(["a": 600_000, "b": 600_000]))
    try RegistryReader(path: folder.file()).withStoredCheckpoint("ring") { stored in
      var pieces = (0, 0)
      try stored.forEachChunk(of: 0) { first in
        pieces.0 += first.count
        pieces.1 = 0
        try stored.forEachChunk(of: 1) { second in pieces.1 += second.count }
      }
      #expect(pieces == (2_400_000, 2_400_000))
    }
  }

  @Test("where another process writes meanwhile, reading begins anew and is of one moment")
  func anew() throws {
    try store(makeSnapshot(seed: 1), step: 1)
    let reader = try RegistryReader(path: folder.file())
    var steps: [Int] = []
    let seed = try reader.withStoredCheckpoint("latest") { stored in
      if steps.isEmpty { try store(makeSnapshot(seed: 2), step: 2) }
      steps.append(stored.checkpoint.step)
      return stored.seed
    }
    #expect(steps == [1, 2] && seed == 2)
  }
}
