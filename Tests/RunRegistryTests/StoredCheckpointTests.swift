import Foundation
import GRDB
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

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

  /// Has a stored content name its one chunk again and again, all else made to fit.
  private func repeatChunk(_ count: Int) throws {
    let queue = try DatabaseQueue(path: folder.file())
    let bytes = count << 20
    try queue.writeWithoutTransaction { database in
      let seed = try #require(try Int64.fetchOne(database, sql: "SELECT seed FROM checkpoint"))
      let counters = try StoredCounters.fetch(database, checkpoint: 1).counters
      let content = try #require(try Row.fetchOne(database, sql: "SELECT digest FROM content"))
      let digest = Snapshot.digest(
        tensors: [("a", [bytes / 4], try content.digest(0))], counters: counters,
        seed: UInt64(bitPattern: seed))
      try database.execute(
        sql: """
          WITH RECURSIVE place(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n + 1 < ?)
          INSERT INTO content_chunk SELECT 1, n, 1 FROM place
          """, arguments: [count])
      try database.execute(sql: "UPDATE content SET bytes = ?", arguments: [bytes])
      try database.execute(sql: "UPDATE tensor SET shape = '[\(bytes / 4)]'")
      try database.execute(
        sql: "UPDATE checkpoint SET bytes = ?, digest = ?", arguments: [bytes, Data(digest.bytes)])
    }
    try queue.close()
  }

  @Test("a small file that comes to more than any memory is refused, before memory is asked for")
  func unbounded() throws {
    try store(makeSnapshot(["a": 262_144]))
    // A quarter of a terabyte of one chunk.
    try repeatChunk(1 << 18)
    let reader = try RegistryReader(path: folder.file())
    let state = try #require(throws: RegistryError.self) { try reader.snapshot("ring") }
    #expect(state.kind == .invalid && state.description.contains("274877906944 bytes"), "\(state)")
    let tensor = try #require(throws: RegistryError.self) {
      try reader.withStoredCheckpoint("ring") { try $0.withTensor(0) { _ in } }
    }
    #expect(tensor.kind == .invalid && tensor.description.contains("tensor a of"), "\(tensor)")
  }

  @Test(
    "bytes and tensors that a checkpoint's row counts otherwise than it has them are damage",
    arguments: ["bytes", "tensors"])
  func miscounted(column: String) throws {
    try store(makeSnapshot())
    let queue = try DatabaseQueue(path: folder.file())
    try queue.writeWithoutTransaction {
      try $0.execute(sql: "UPDATE checkpoint SET \(column) = \(column) + 1")
    }
    try queue.close()
    let error = try #require(throws: RegistryError.self) {
      try RegistryReader(path: folder.file()).snapshot("ring")
    }
    #expect(error.kind == .invalid && error.damage != nil, "\(error)")
  }
}
