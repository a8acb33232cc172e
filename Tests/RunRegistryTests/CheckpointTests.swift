import Foundation
import GRDB
import RunModel
import Synchronization
import TestSupport
import Testing

@testable import RunRegistry

@Suite("Checkpoints")
struct CheckpointTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// How many rows a table of the registry has.
  private func count(_ table: String) throws -> Int {
    try RegistryReader(path: folder.file()).read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? -1
    }
  }

  @Test(
    "tensors of any size come back bit for bit",
    arguments: [0, 1, 262_143, 262_144, 262_145, 700_000])
  func sizes(elements: Int) throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    let snapshot = makeSnapshot(["large": elements, "small": 3], seed: UInt64(elements))
    try session.save(snapshot, step: 1, epoch: 1, isEpochEnd: false)
    try session.finish(.finished)
    try writer.close()
    let reader = try RegistryReader(path: folder.file())
    let (_, checkpoint) = try reader.checkpoint("ring@step:1")
    #expect(checkpoint.digest == snapshot.digest)
    #expect(checkpoint.bytes == elements * 4 + 12 && checkpoint.tensors == 2)
    let loaded = try reader.snapshot(of: checkpoint)
    #expect(loaded.digest == snapshot.digest && loaded.counters == snapshot.counters)
  }

  @Test("counters keep their bits: NaN, both zeros, the ends of the integers")
  func counters() throws {
    let counters: [String: Snapshot.Counter] = [
      "nan": .real(Double(bitPattern: 0x7FF8_0000_0000_1234)), "minus": .real(-0.0),
      "zero": .real(0), "infinite": .real(-.infinity), "least": .integer(.min),
      "most": .integer(.max), "whole": .real(3),
    ]
    let snapshot = Snapshot(
      tensors: [], counters: counters, clocks: ["seconds": .nan], seed: .max, byteCount: 0
    ) { _ in }
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    try session.save(snapshot, step: 1, epoch: 1, isEpochEnd: true)
    try session.finish(.finished)
    try writer.close()
    let reader = try RegistryReader(path: folder.file())
    let loaded = try reader.snapshot(of: reader.checkpoint("latest").checkpoint)
    #expect(loaded.digest == snapshot.digest && loaded.seed == .max)
    #expect(loaded.clocks["seconds"]?.isNaN == true)
  }

  @Test("equal bytes are stored once, in one checkpoint and over several")
  func sharing() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    let values = [Float](repeating: 0, count: 600_000)
    let frozen = makeSnapshot(["frozen": 300_000], seed: 7)
    for step in 1...2 {
      // Two equal tensors of zeros, whose whole chunks are equal too, and one that never moves.
      let snapshot = Snapshot(
        tensors: [
          .init(name: "m", shape: [600_000], byteOffset: 0),
          .init(name: "v", shape: [600_000], byteOffset: 2_400_000),
          .init(name: "frozen", shape: [300_000], byteOffset: 4_800_000),
        ], counters: ["step": .integer(Int64(step))], clocks: [:], seed: 1, byteCount: 6_000_000
      ) { memory in
        values.withUnsafeBytes {
          memory.copyMemory(from: $0)
          UnsafeMutableRawBufferPointer(rebasing: memory[2_400_000...]).copyMemory(from: $0)
        }
        frozen.withBytes(of: frozen.tensors[0]) {
          UnsafeMutableRawBufferPointer(rebasing: memory[4_800_000...]).copyMemory(from: $0)
        }
      }
      try session.save(snapshot, step: step, epoch: step, isEpochEnd: true)
    }
    try session.flush()
    #expect(try count("checkpoint") == 2)
    #expect(try count("content") == 2)
    // A whole chunk of zeros, the rest of zeros, and the two chunks of what never moves.
    #expect(try count("chunk") == 4)
    let reader = try RegistryReader(path: folder.file())
    let stored = try reader.checkpoints(of: session.runID)
    #expect(stored.allSatisfy { $0.bytes == 6_000_000 })
    // Noise takes what it has, zeros next to nothing.
    #expect(stored.allSatisfy { (1_200_001..<1_201_000).contains($0.storedBytes) })
    try writer.close()
  }

  @Test(
    "a save mends what it meets damaged, and with it every checkpoint that shares it",
    arguments: [
      "UPDATE chunk SET data = zeroblob(length(data)) WHERE id = 1",
      "UPDATE chunk SET data = x'28b52ffd', codec = 1 WHERE id = 1",
      "UPDATE chunk SET bytes = bytes - 4, data = substr(data, 5) WHERE id = 1",
      "UPDATE chunk SET codec = 7 WHERE id = 1",
      "UPDATE content_chunk SET chunk = 1 WHERE content = 1",
      "DELETE FROM content_chunk WHERE content = 1 AND position = 1",
      "UPDATE content SET bytes = 8 WHERE id = 1",
    ], [1, 2])
  func mending(damage: String, step: Int) throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin(keepLast: 0)
    let tensors = ["large": 300_000, "small": 3]
    try session.save(makeSnapshot(tensors, step: 1), step: 1, epoch: 1, isEpochEnd: true)
    try session.flush()
    try writer.connection.transaction {
      try $0.execute(damage, [])
    }
    let reader = try RegistryReader(path: folder.file())
    let first = try reader.checkpoint("ring").checkpoint
    #expect(throws: RegistryError.self) { try reader.snapshot(of: first) }
    // The state of step 1 once more is the checkpoint that is there.
    try session.save(makeSnapshot(tensors, step: step), step: step, epoch: step, isEpochEnd: true)
    try session.finish(.finished)
    #expect(try reader.checkpoints(of: session.runID).count == step)
    for checkpoint in try reader.checkpoints(of: session.runID) {
      #expect(try reader.snapshot(of: checkpoint).digest == checkpoint.digest)
    }
    try writer.close()
  }

  @Test("ten checkpoints of one state, and a pin, take less than a hundredth more room than one")
  func tenOfOne() throws {
    func size(checkpoints: Int) throws -> Int64 {
      let path = folder.file("\(checkpoints).db")
      let writer = try RegistryWriter(path: path)
      let session = try writer.beginRun(
        name: "ring", experiment: "default", parameters: [:],
        environment: RunEnvironment(facts: [:]),
        retention: Retention(
          keepLast: 0, keepEvery: 0,
          best: Retention.Best(metric: "d_loss", direction: .min, keep: 1)))
      for step in 1...checkpoints {
        try session.record(measure(step, epoch: step, ["d_loss": 1]))
        try session.save(
          makeSnapshot(["a": 2_000_000, "b": 1_000_000], seed: 7, step: step), step: step,
          epoch: step, isEpochEnd: true)
      }
      try session.finish(.finished)
      try writer.close()
      let reader = try RegistryReader(path: path)
      #expect(try reader.checkpoints(of: session.runID).count == checkpoints)
      #expect(try reader.checkpoint("ring@best").checkpoint.pins == ["best"])
      return try #require(RegistryFile.state(of: path)).size
    }
    let (one, ten) = (try size(checkpoints: 1), try size(checkpoints: 10))
    #expect(one > 12_000_000)
    #expect(Double(ten) < 1.01 * Double(one))
  }

  @Test("the same state twice is one checkpoint")
  func twice() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    try session.save(makeSnapshot(), step: 5, epoch: 1, isEpochEnd: false)
    try session.save(makeSnapshot(), step: 5, epoch: 1, isEpochEnd: true)
    try session.finish(.finished)
    let reader = try RegistryReader(path: folder.file())
    let stored = try reader.checkpoints(of: session.runID)
    #expect(stored.map(\.isEpochEnd) == [true])
    #expect(try reader.seal(recomputedFor: session.runID) == reader.storedSeal(of: session.runID))
    try writer.close()
  }

  @Test(
    "retention keeps the newest, the ends of every so many epochs, and pins",
    arguments: [
      (keepLast: 2, keepEvery: 0, kept: [2, 7, 8]),
      (keepLast: 1, keepEvery: 3, kept: [2, 3, 6, 8]),
      (keepLast: 0, keepEvery: 0, kept: [1, 2, 3, 4, 5, 6, 7, 8]),
    ])
  func retention(keepLast: Int, keepEvery: Int, kept: [Int]) throws {
    let writer = try RegistryWriter(path: folder.file())
    let other = try writer.begin("other")
    try other.save(makeSnapshot(seed: 99), step: 1, epoch: 1, isEpochEnd: true)
    let session = try writer.begin(keepLast: keepLast, keepEvery: keepEvery)
    for epoch in 1...8 {
      try session.save(
        makeSnapshot(["weight": 300_000], seed: UInt64(epoch)), step: epoch * 10, epoch: epoch,
        isEpochEnd: true)
      if epoch == 2 {
        try session.flush()
        try writer.connection.transaction { transaction in
          let row = try #require(try CheckpointRow.visible(transaction.database, run: 2).last)
          try transaction.execute(
            "INSERT INTO pin(run, name, checkpoint) VALUES(2, 'sweet-spot', ?)", [row.key])
          transaction.seal(
            .pin(name: "sweet-spot", step: row.step, digest: row.digest.bytes), of: 2)
        }
      }
    }
    try session.flush()
    let reader = try RegistryReader(path: folder.file())
    let stored = try reader.checkpoints(of: session.runID)
    #expect(stored.map(\.epoch) == kept)
    #expect(try reader.run("ring").checkpoints == kept.count)
    #expect(try reader.run("other").checkpoints == 1)
    #expect(try reader.checkpoint("ring@sweet-spot").checkpoint.epoch == 2)
    for checkpoint in stored { _ = try reader.snapshot(of: checkpoint) }
    // Two chunks each, and the other run's one.
    #expect(try count("chunk") == kept.count * 2 + 2)
    #expect(try count("content") == kept.count + 2)
    #expect(try reader.seal(recomputedFor: session.runID) == reader.storedSeal(of: session.runID))
    try session.finish(.finished)
    try writer.close()
  }

  @Test(
    "a place that no checkpoint has is missing, and what there is is said",
    arguments: [
      ("ring@epoch:9", RegistryError.Kind.missing, "@epoch:1"),
      ("ring@best", .missing, "checkpoint.best"), ("ring@nice", .missing, "@last"),
      ("ring@epoch:x", .usage, "whole number"), ("none@last", .missing, "none"),
    ])
  func places(reference: String, kind: RegistryError.Kind, words: String) throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    try session.save(makeSnapshot(), step: 5, epoch: 1, isEpochEnd: true)
    try session.finish(.finished)
    try writer.close()
    let reader = try RegistryReader(path: folder.file())
    let error = try #require(throws: RegistryError.self) { try reader.checkpoint(reference) }
    #expect(error.kind == kind)
    #expect(error.description.contains(words), "\(error)")
  }

  @Test(
    "a changed byte anywhere in a checkpoint is told, and never loaded",
    arguments: [
      "UPDATE chunk SET data = zeroblob(length(data))",
      "UPDATE chunk SET data = substr(data, 2)",
      "UPDATE tensor SET shape = '[2,150]' WHERE name LIKE 'g%'",
      "UPDATE tensor SET shape = '[9223372036854775807,8]' WHERE name LIKE 'g%'",
      "UPDATE tensor SET shape = '[x]'",
      "UPDATE tensor SET name = 'generator.1.weight' WHERE name LIKE 'g%'",
      "DELETE FROM tensor WHERE name LIKE 'd%'",
      "DELETE FROM content_chunk",
      "UPDATE counter SET value = 2 WHERE name = 'step'",
      "UPDATE counter SET value = 'x' WHERE name = 'step'",
      "UPDATE checkpoint SET seed = 5",
      "UPDATE content SET bytes = 9000000000000000",
    ])
  func damage(statement: String) throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    try session.save(makeSnapshot(), step: 5, epoch: 1, isEpochEnd: true)
    try session.finish(.finished)
    try writer.close()
    let queue = try DatabaseQueue(path: folder.file())
    try queue.writeWithoutTransaction { try $0.execute(sql: statement) }
    try queue.close()
    let reader = try RegistryReader(path: folder.file())
    let checkpoint = try reader.checkpoint("ring").checkpoint
    let error = try #require(throws: RegistryError.self) { try reader.snapshot(of: checkpoint) }
    #expect(error.kind == .invalid)
    #expect(error.description.contains("@step:5 of run \(session.runID)"), "\(error)")
  }

  @Test("a reference to the last checkpoint is loaded whatever retention does meanwhile")
  func loadingBesideRetention() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin(keepLast: 1)
    @Sendable func save(_ step: Int) throws {
      try session.save(
        makeSnapshot(seed: UInt64(step), step: step), step: step, epoch: step, isEpochEnd: true)
    }
    try save(1)
    try session.flush()
    let reader = try RegistryReader(path: folder.file())
    let stop = Mutex(false)
    let thread = Thread {
      var step = 2
      while !stop.withLock({ $0 }) {
        try? save(step)
        step += 1
      }
    }
    thread.start()
    defer { stop.withLock { $0 = true } }
    for _ in 0..<50 {
      let (_, checkpoint, snapshot) = try reader.snapshot("ring@last")
      #expect(snapshot.digest == checkpoint.digest)
    }
  }

  @Test("chunks that a collection took before the publishing are stored again")
  func stolenChunks() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    try session.flush()
    let snapshot = makeSnapshot(["weight": 9_000_000], seed: 5)
    var thefts = 0
    // A second writer's collection, between two transactions of the first.
    let thief = try RegistryWriter(path: folder.file())
    try CheckpointWriting(
      writer.connection,
      PendingCheckpoint(
        source: snapshot, owner: .attempt(session.key), step: 1, epoch: 1, isEpochEnd: true,
        retention: Retention(keepLast: 1, keepEvery: 0))
    ) {
      thefts += 1
      try? thief.connection.transaction { try $0.execute("DELETE FROM chunk WHERE id < 9", []) }
    }.store()
    #expect(thefts >= 1)
    let reader = try RegistryReader(path: folder.file())
    let checkpoint = try reader.checkpoint("ring").checkpoint
    #expect(try reader.snapshot(of: checkpoint).digest == snapshot.digest)
    try session.finish(.finished)
    try thief.close()
    try writer.close()
  }

  @Test("the WAL is moved into the file again and again, and begins anew")
  func boundedWAL() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin(keepLast: 1)
    var largest: Int64 = 0
    for step in 1...10 {
      try session.save(
        makeSnapshot(["weight": 1_000_000], seed: UInt64(step)), step: step, epoch: step,
        isEpochEnd: true)
      try session.flush()
      largest = max(largest, RegistryFile.state(of: folder.file("runs.db-wal"))?.size ?? 0)
    }
    #expect(largest < 26_000_000, "16 MiB and one save, of 40 MB written")
    try session.finish(.finished)
    try writer.close()
  }

  @Test("the file grows smaller when most of it is free")
  func shrinking() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin(keepLast: 1)
    try session.save(
      makeSnapshot(["weight": 3_000_000], seed: 1), step: 1, epoch: 1, isEpochEnd: true)
    try session.save(makeSnapshot(seed: 2), step: 2, epoch: 2, isEpochEnd: true)
    try session.finish(.finished)
    try writer.close()
    let size = try #require(RegistryFile.state(of: folder.file())?.size)
    #expect(size < 4_000_000, "of the 12 MB that the first checkpoint took")
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.snapshot(of: reader.checkpoint("ring").checkpoint).seed == 2)
    #expect(try reader.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") } == ["ok"])
  }
}
