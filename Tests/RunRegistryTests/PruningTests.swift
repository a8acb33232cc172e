import Foundation
import GRDB
import RunModel
import Synchronization
import TestSupport
import Testing

@testable import RunRegistry

@Suite("Pruning")
struct PruningTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// 1 MiB of weights that depend on the epoch, so that space is worth looking at.
  private func snapshot(_ epoch: Int) -> Snapshot {
    makeSnapshot(["generator.0.weight": 1 << 18], seed: UInt64(epoch), step: epoch)
  }

  private func train(_ epochs: ClosedRange<Int>, _ session: RunSession) throws {
    for epoch in epochs {
      try session.record(measure(epoch, epoch: epoch, ["swd": Double(abs(epoch - 4))]))
      try session.save(snapshot(epoch), step: epoch, epoch: epoch, isEpochEnd: true)
    }
    try session.flush()
  }

  private func keep(
    _ last: Int, every: Int = 0, best: Int = 0
  ) -> Retention {
    Retention(
      keepLast: last, keepEvery: every,
      best: best > 0 ? Retention.Best(metric: "swd", direction: .min, keep: best) : nil)
  }

  private func finishedRun(epochs: Int = 9) throws -> RunID {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin(keepLast: 0)
    try train(1...epochs, session)
    try session.finish(.finished)
    try writer.close()
    return session.runID
  }

  private func write(_ body: (RegistryWriter) throws -> Void) throws {
    let writer = try RegistryWriter(path: folder.file())
    try body(writer)
    try writer.close()
  }

  private var fileSize: Int64 {
    get throws { try #require(RegistryFile.state(of: folder.file())).size }
  }

  @Test(
    "what a dry run says is what stays, and the file gives the rest back",
    arguments: [
      (1, 0, 0, [9]), (3, 0, 0, [7, 8, 9]), (1, 4, 0, [4, 8, 9]), (1, 0, 2, [3, 4, 9]),
      (2, 5, 1, [4, 5, 8, 9]), (20, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
      (0, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ])
  func dryRun(last: Int, every: Int, best: Int, kept: [Int]) throws {
    let id = try finishedRun()
    let rule = keep(last, every: every, best: best)
    let (reader, before) = try (RegistryReader(path: folder.file()), fileSize)
    let plan = try reader.pruning(of: id, by: rule)
    #expect(plan.kept.map(\.epoch) == kept)
    #expect(plan.damaged.isEmpty)
    #expect(try reader.checkpoints(of: id).count == 9)
    #expect(try fileSize == before)
    try write { try $0.prune(id, by: rule) }
    let after = try RegistryReader(path: folder.file())
    let stored = try after.checkpoints(of: id)
    #expect(stored.map(\.digest) == plan.kept.map(\.digest))
    #expect(try after.run("ring").checkpoints == kept.count)
    for checkpoint in stored { _ = try after.snapshot(of: checkpoint) }
    #expect(try after.seal(recomputedFor: id) == after.storedSeal(of: id))
    // Bytes of the chunks that went, give or take the pages they shared.
    #expect(plan.bytes == (9 - kept.count) << 20)
    let freed = before - (try fileSize)
    #expect(freed >= plan.bytes && freed <= plan.bytes + 20 * 16_384, "\(freed) of \(plan.bytes)")
    #expect(try after.read { try Int.fetchOne($0, sql: "PRAGMA freelist_count") } == 0)
  }

  @Test("pinned checkpoints and those of other runs stay, and children keep what they share")
  func others() throws {
    let id = try finishedRun(epochs: 4)
    let reader = try RegistryReader(path: folder.file())
    let start = try reader.checkpoint("ring@epoch:2").checkpoint
    let writer = try RegistryWriter(path: folder.file())
    try writer.pin(reader.checkpoint("ring@epoch:1").checkpoint, as: "mine")
    let child = try writer.begin(
      "child", parent: Run.Parent(id: id, checkpointDigest: start.digest))
    try writer.prune(id, by: keep(1))
    #expect(try reader.checkpoints(of: id).map(\.epoch) == [1, 4])
    let (_, own, snapshot) = try reader.snapshot("child@last")
    #expect(own.digest == start.digest && snapshot.digest == start.digest)
    try child.finish(.finished)
    try writer.close()
  }

  @Test("the newest whole checkpoint stays where the newer ones are damaged, and that is said")
  func damaged() throws {
    let id = try finishedRun(epochs: 5)
    try damage(epochs: [4, 5])
    let reader = try RegistryReader(path: folder.file())
    let plan = try reader.pruning(of: id, by: keep(1))
    #expect(plan.kept.map(\.epoch) == [3, 5])
    #expect(plan.damaged.map(\.epoch) == [4, 5])
    try write { try $0.prune(id, by: keep(1)) }
    let after = try RegistryReader(path: folder.file())
    #expect(try after.checkpoints(of: id).map(\.epoch) == [3, 5])
    _ = try after.snapshot("ring@epoch:3")
  }

  @Test("where no checkpoint is whole none goes")
  func allDamaged() throws {
    let id = try finishedRun(epochs: 3)
    try damage(epochs: [1, 2, 3])
    let error = try #require(throws: RegistryError.self) {
      try write { try $0.prune(id, by: keep(1)) }
    }
    #expect(error.kind == .invalid && error.description.contains("none may go"), "\(error)")
    #expect(try RegistryReader(path: folder.file()).checkpoints(of: id).count == 3)
  }

  /// Changes a byte of the chunk of a checkpoint's weights.
  private func damage(epochs: [Int]) throws {
    let queue = try DatabaseQueue(path: folder.file())
    try queue.write { database in
      for epoch in epochs {
        try database.execute(
          sql: """
            UPDATE chunk SET data = zeroblob(length(data)) WHERE id IN (
              SELECT chunk FROM content_chunk JOIN tensor USING(content)
              JOIN checkpoint ON checkpoint.id = tensor.checkpoint WHERE epoch = ?)
            """, arguments: [epoch])
      }
    }
    try queue.close()
  }

  @Test("what a resume left behind goes with the next pruning, but not what is pinned of it")
  func shadowed() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin(keepLast: 0)
    try train(1...4, session)
    try session.finish(.interrupted)
    let reader = try RegistryReader(path: folder.file())
    try writer.pin(reader.checkpoint("ring@epoch:4").checkpoint, as: "mine")
    // As a resume from an earlier checkpoint leaves them.
    try writer.connection.transaction { transaction in
      for attempt in try AttemptRow.fetchAll(transaction.database, run: session.key.run) {
        try transaction.update(attempt) { $0.visibleTo = 2 }
      }
      try transaction.execute("UPDATE run SET checkpoints = 2", [])
    }
    let plan = try reader.pruning(of: session.runID, by: keep(1))
    #expect(plan.kept.map(\.epoch) == [2])
    #expect(plan.shadowed == 1)
    try writer.prune(session.runID, by: keep(1))
    #expect(try reader.run("ring").checkpoints == 1)
    #expect(
      try reader.read { try Int.fetchAll($0, sql: "SELECT epoch FROM checkpoint ORDER BY id") }
        == [2, 4])
    #expect(try reader.seal(recomputedFor: session.runID) == reader.storedSeal(of: session.runID))
    try writer.close()
  }

  @Test("where a training drops all that was listed, what it has stored since is read")
  func droppedMeanwhile() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin(keepLast: 1)
    try train(1...1, session)
    let told = Mutex(0)
    // A reader asks for the time when it reads a run: between the list of checkpoints and their bytes.
    let reader = try RegistryReader(
      path: folder.file(),
      clock: {
        let count = told.withLock {
          $0 += 1; return $0
        }
        if count <= 2 {
          do { try train(count + 1...count + 1, session) } catch { Issue.record(error) }
        }
        return .now()
      })
    let pruning = try reader.pruning(of: session.runID, by: keep(1))
    #expect(told.withLock { $0 } > 2)
    #expect(pruning.kept.map(\.epoch) == [3] && pruning.damaged.isEmpty)
    try session.finish(.finished)
    try writer.close()
  }

  @Test("a run that trains is pruned beside it, and its newest checkpoint stays")
  func beside() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin(keepLast: 0)
    let other = try RegistryWriter(path: folder.file())
    for epoch in 1...6 {
      try train(epoch...epoch, session)
      try other.prune(session.runID, by: keep(2))
    }
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.checkpoints(of: session.runID).map(\.epoch) == [5, 6])
    _ = try reader.snapshot("ring@last")
    try session.finish(.finished)
    try other.close()
    try writer.close()
  }
}

extension RegistryWriter {
  /// Drops what a rule does not keep of a run, as it stands.
  fileprivate func prune(_ id: RunID, by rule: Retention) throws {
    try prune(RegistryReader(path: path).pruning(of: id, by: rule))
  }
}
