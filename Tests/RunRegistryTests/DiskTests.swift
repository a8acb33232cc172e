import Foundation
import GRDB
import RunModel
import Synchronization
import TestSupport
import Testing

@testable import RunRegistry

/// What a full or failing disk costs: SQLite's own limit of pages stands for the disk's.
@Suite("A disk")
struct DiskTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What the writer did while the disk was full.
  final class Waiting: Sendable {
    let pauses = Mutex(0)
    let notices = Mutex<[String]>([])
    let writer = Mutex<RegistryWriter?>(nil)

    /// - Parameter onPause: called with the number of the pause, on the writer's thread.
    func patience(attempts: Int, _ onPause: @escaping @Sendable (Int) -> Void = { _ in })
      -> DiskPatience
    {
      DiskPatience(
        attempts: attempts,
        pause: { [self] in
          onPause(
            pauses.withLock {
              $0 += 1
              return $0
            })
        }, notice: { [self] notice in notices.withLock { $0.append(notice) } })
    }

    /// Lets the file have so many more pages than it has.
    func limit(to more: Int) throws {
      guard let writer = writer.withLock({ $0 }) else { return }
      try writer.connection.queue.writeWithoutTransaction { database in
        let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        _ = try Row.fetchOne(database, sql: "PRAGMA max_page_count = \(pages + more)")
      }
    }
  }

  @Test(
    "that is full for good costs the new checkpoint, not the last one, and ends the run as failed")
  func full() throws {
    let waiting = Waiting()
    let writer = try RegistryWriter(
      path: folder.file(), diskPatience: waiting.patience(attempts: 3))
    waiting.writer.withLock { $0 = writer }
    let session = try writer.begin()
    let first = makeSnapshot(["weight": 300_000], seed: 1)
    try session.save(first, step: 1, epoch: 1, isEpochEnd: true)
    try session.flush()
    try waiting.limit(to: 4)
    try session.save(
      makeSnapshot(["weight": 3_000_000], seed: 2), step: 2, epoch: 2, isEpochEnd: true)
    let error = try #require(throws: RegistryError.self) { try session.flush() }
    #expect(error.kind == .full)
    #expect(waiting.pauses.withLock { $0 } == 3)
    #expect(waiting.notices.withLock { $0.count } == 1)
    #expect(throws: RegistryError.self) { try session.finish(.finished) }
    try session.finish(.failed, failure: error.description)
    let reader = try RegistryReader(path: folder.file())
    let run = try reader.run("ring")
    #expect(run.status == .failed)
    #expect(run.failure == error.description)
    let checkpoint = try reader.checkpoint("ring").checkpoint
    #expect(try reader.snapshot(of: checkpoint).digest == first.digest)
    #expect(waiting.pauses.withLock { $0 } == 3, "patience is had once")
    try writer.close()
  }

  @Test("that is full for a while costs time alone: no point, no line and no checkpoint is missing")
  func fullForAWhile() throws {
    let waiting = Waiting()
    let writer = try RegistryWriter(
      path: folder.file(),
      diskPatience: waiting.patience(attempts: 10) {
        if $0 == 4 { try? waiting.limit(to: 100_000) }
      })
    waiting.writer.withLock { $0 = writer }
    let session = try writer.begin()
    try session.flush()
    try waiting.limit(to: 2)
    for step in 1...300 { try session.record(measure(step, epoch: 1, ["d_loss": Double(step)])) }
    try session.record(line: "half way", at: Timestamp(microseconds: 1))
    let snapshot = makeSnapshot(["weight": 3_000_000], seed: 2)
    try session.save(snapshot, step: 300, epoch: 1, isEpochEnd: true)
    try session.finish(.finished)
    #expect(waiting.pauses.withLock { $0 } == 4)
    let notices = waiting.notices.withLock { $0 }
    #expect(notices.count == 2)
    #expect(notices.first?.contains("no space is left") == true)
    let reader = try RegistryReader(path: folder.file())
    let run = try reader.run("ring")
    #expect(run.status == .finished)
    #expect(run.metrics["d_loss"]?.count == 300)
    #expect(try reader.snapshot("ring@last").snapshot.digest == snapshot.digest)
    #expect(try reader.lines(of: run.id).map(\.text) == ["half way"])
    try writer.close()
  }

  @Test("that is full is waited for with signs of life, where a small commit still finds room")
  func heartbeats() throws {
    let waiting = Waiting()
    let clock = Clock()
    let beats = Mutex<[Int64]>([])
    let path = folder.file()
    let writer = try RegistryWriter(
      path: path, clock: { clock.now },
      diskPatience: waiting.patience(attempts: 4) { _ in
        clock.advance(by: 1_000_000)
        let beat = try? RegistryReader(path: path).read {
          try Int64.fetchOne($0, sql: "SELECT heartbeat_at FROM attempt")
        }
        beats.withLock { $0.append((beat ?? nil) ?? 0) }
      }, heartbeatEvery: .nanoseconds(1))
    waiting.writer.withLock { $0 = writer }
    let session = try writer.begin()
    try session.flush()
    try waiting.limit(to: 4)
    let start = clock.now.microseconds
    try session.save(
      makeSnapshot(["weight": 3_000_000], seed: 2), step: 2, epoch: 2, isEpochEnd: true)
    #expect(throws: RegistryError.self) { try session.flush() }
    // Seen before each wait's own: that of the wait before.
    #expect(beats.withLock { $0 } == (0..<4).map { start + $0 * 1_000_000 })
    try session.finish(.failed)
    try writer.close()
  }

  @Test(
    "that reported an error is read anew before anything else is written, and nothing is repeated")
  func failing() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    let first = makeSnapshot(seed: 1)
    try session.save(first, step: 1, epoch: 1, isEpochEnd: true)
    try session.flush()
    let before = ObjectIdentifier(writer.connection.queue)
    // A source of bytes that fails stands for the disk.
    try session.save(FailingSource(), step: 2, epoch: 2, isEpochEnd: true)
    let error = try #require(throws: RegistryError.self) { try session.flush() }
    #expect(error.kind == .disk)
    #expect(ObjectIdentifier(writer.connection.queue) != before)
    try session.record(line: "after", at: Timestamp(microseconds: 1))
    try session.finish(.failed, failure: error.description)
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.snapshot("ring@last").snapshot.digest == first.digest)
    #expect(try reader.run("ring").status == .failed)
    #expect(try reader.lines(of: session.runID).count == 1)
    try writer.close()
  }

  @Test("whose locks can't be had is said, and the next transaction has a connection of its own")
  func stuckLock() throws {
    let writer = try RegistryWriter(path: folder.file())
    let before = ObjectIdentifier(writer.connection.queue)
    let error = try #require(throws: RegistryError.self) {
      try writer.connection.transaction { _ in
        throw DatabaseError(resultCode: .SQLITE_PROTOCOL)
      }
    }
    #expect(error.kind == .busy && error.description.contains("runs.db-shm"), "\(error)")
    #expect(ObjectIdentifier(writer.connection.queue) == before)
    try writer.begin().finish(.finished)
    #expect(ObjectIdentifier(writer.connection.queue) != before)
    try writer.close()
  }

  @Test("that reported an error has the newest checkpoint read again, and damage of it said")
  func damagedByError() throws {
    let waiting = Waiting()
    let writer = try RegistryWriter(
      path: folder.file(), diskPatience: waiting.patience(attempts: 0))
    let session = try writer.begin()
    for step in 1...2 {
      try session.save(
        makeSnapshot(seed: UInt64(step)), step: step, epoch: step, isEpochEnd: true)
    }
    try session.flush()
    try session.save(FailingSource(), step: 3, epoch: 3, isEpochEnd: true)
    #expect(throws: RegistryError.self) { try session.flush() }
    #expect(waiting.notices.withLock { $0 } == [])
    let queue = try DatabaseQueue(path: folder.file())
    try queue.writeWithoutTransaction {
      try $0.execute(
        sql: """
          UPDATE chunk SET data = zeroblob(length(data)) WHERE id = (SELECT max(id) FROM chunk)
          """)
    }
    try queue.close()
    try session.save(FailingSource(), step: 3, epoch: 3, isEpochEnd: true)
    #expect(throws: RegistryError.self) { try session.flush() }
    let notices = waiting.notices.withLock { $0 }
    #expect(
      notices.count == 1 && notices[0].contains("@step:2 of run \(session.runID)"), "\(notices)")
    try session.finish(.failed)
    try writer.close()
  }

  @Test(
    "that loses what was recorded gets no later checkpoint: a resume would go on beyond the gap")
  func gap() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin(keepLast: 0)
    let first = makeSnapshot(seed: 1)
    try session.save(first, step: 1, epoch: 1, isEpochEnd: true)
    try session.flush()
    // A table that is not there for a moment stands for a commit that the disk turned away.
    func rename(_ statement: String) throws {
      let queue = try DatabaseQueue(path: folder.file())
      try queue.writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA legacy_alter_table = ON; \(statement)")
      }
      try queue.close()
    }
    try rename("ALTER TABLE point RENAME TO gone")
    try session.record(measure(2, ["d_loss": 1]))
    let error = try #require(throws: RegistryError.self) { try session.flush() }
    try rename("ALTER TABLE gone RENAME TO point")
    try session.record(measure(3, ["d_loss": 1]))
    try session.save(makeSnapshot(seed: 2), step: 3, epoch: 3, isEpochEnd: true)
    #expect(throws: error) { try session.flush() }
    #expect(throws: error) { try session.finish(.finished) }
    try session.finish(.failed, failure: error.description)
    #expect(
      try RegistryReader(path: folder.file()).checkpoints(of: session.runID).map(\.step) == [1])
    try writer.close()
  }

  @Test(
    "that is slower than training: the new checkpoint is left out, or takes the waiting one's place"
  )
  func busy() throws {
    let waiting = Waiting()
    let (isHeld, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let writer = try RegistryWriter(
      path: folder.file(),
      diskPatience: waiting.patience(attempts: 10) { _ in
        isHeld.signal()
        goOn.wait()
        try? waiting.limit(to: 100_000)
      })
    waiting.writer.withLock { $0 = writer }
    let session = try writer.begin(keepLast: 0)
    try session.flush()
    try waiting.limit(to: 2)
    func save(_ step: Int, isReplaceable: Bool) throws {
      try session.save(
        makeSnapshot(["weight": 100_000], seed: UInt64(step), step: step), step: step, epoch: step,
        isEpochEnd: true, isReplaceable: isReplaceable)
    }
    #expect(try session.makeRoom(.skip) == .free)
    try save(1, isReplaceable: true)
    isHeld.wait()
    // The first is being stored; a second may wait beside it, a third has no room.
    #expect(try session.makeRoom(.latest) == .free)
    try save(2, isReplaceable: true)
    #expect(try session.makeRoom(.skip) == .none)
    #expect(try session.makeRoom(.latest) == .inPlaceOf(step: 2, epoch: 2))
    try save(3, isReplaceable: false)
    #expect(try session.makeRoom(.skip) == .none)
    // What may not be replaced is waited for.
    let hasRoom = Mutex<SaveRoom?>(nil)
    let isDone = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      let room = try? session.makeRoom(.latest)
      hasRoom.withLock { $0 = room }
      isDone.signal()
    }
    #expect(isDone.wait(timeout: .now() + 0.05) == .timedOut)
    goOn.signal()
    isDone.wait()
    #expect(hasRoom.withLock { $0 } == .free)
    try session.finish(.finished)
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.checkpoints(of: session.runID).map(\.step) == [1, 3])
    try writer.close()
  }
}

/// A state whose bytes can't be read.
private struct FailingSource: CheckpointSource {
  var layout: [TensorShape] { [TensorShape(name: "weight", shape: [4])] }
  var counters: [String: Snapshot.Counter] { [:] }
  var clocks: [String: Double] { [:] }
  var seed: UInt64 { 1 }

  func withBytes<Result>(
    of index: Int, in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    throw DatabaseError(resultCode: .SQLITE_IOERR)
  }
}
