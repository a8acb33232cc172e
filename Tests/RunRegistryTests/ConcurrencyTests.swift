import Dispatch
import Foundation
import GRDB
import Glibc
import RunModel
import Synchronization
import TestSupport
import Testing

@testable import RunRegistry

@Suite("Several at once")
struct ConcurrencyTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("two writers on one file take turns and lose nothing, while a reader reads")
  func twoWriters() throws {
    let steps = 60
    let path = folder.file()
    let failures = Mutex<[String]>([])
    let isDone = Mutex(false)
    func attempt(_ body: () throws -> Void) {
      do { try body() } catch { failures.withLock { $0.append("\(error)") } }
    }
    let group = DispatchGroup()
    for name in ["one", "two"] {
      group.enter()
      Thread.detachNewThread { [path] in
        defer { group.leave() }
        do {
          let writer = try RegistryWriter(path: path)
          let session = try writer.begin(name, keepLast: 2)
          for step in 1...steps {
            try session.record(measure(step, epoch: step, ["d_loss": Double(step)]))
            if step.isMultiple(of: 10) {
              try session.save(
                makeSnapshot(["weight": 300_000], seed: UInt64(step), step: step), step: step,
                epoch: step, isEpochEnd: true)
            }
            if step.isMultiple(of: 3) { try session.flush() }
          }
          try session.finish(.finished)
          try writer.close()
        } catch { failures.withLock { $0.append("\(name): \(error)") } }
      }
    }
    let reading = DispatchGroup()
    reading.enter()
    Thread.detachNewThread { [path] in
      defer { reading.leave() }
      var seen = 0
      while !isDone.withLock({ $0 }) {
        do {
          let reader = try RegistryReader(path: path)
          var count = 0
          try reader.forEachPoint { _, _, _ in count += 1 }
          for run in try reader.runs().runs where run.checkpoints > 0 {
            // Retention may drop one between the listing and the loading.
            do { _ = try reader.snapshot(of: reader.checkpoint(run.name).checkpoint) } catch let
              error as RegistryError where error.kind == .missing
            {}
          }
          if count < seen { failures.withLock { $0.append("\(seen) points, then \(count)") } }
          seen = count
        } catch let error as RegistryError where error.kind == .missing {
        } catch { failures.withLock { $0.append("reader: \(error)") } }
        usleep(1000)
      }
    }
    group.wait()
    isDone.withLock { $0 = true }
    reading.wait()
    #expect(failures.withLock { $0 } == [])
    let reader = try RegistryReader(path: path)
    for name in ["one", "two"] {
      let run = try reader.run(name)
      #expect(run.status == .finished && run.checkpoints == 2)
      #expect(
        try reader.points(of: run.id, metric: "d_loss").map(\.value) == (1...steps).map(Double.init)
      )
      #expect(try reader.seal(recomputedFor: run.id) == reader.storedSeal(of: run.id))
      _ = try reader.snapshot(of: reader.checkpoint(name).checkpoint)
    }
    let problems = try reader.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
    #expect(problems == ["ok"])
    #expect(try reader.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }.isEmpty)
  }

  @Test("a point is seen within a second, by a reader that was there before")
  func freshness() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    try writer.connection.transaction { _ in }
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.run("ring").metrics.isEmpty)
    // The quickest of three: another process may have kept this one from its processor.
    var quickest = Duration.seconds(5)
    for step in 1...3 {
      try session.record(measure(step, ["d_loss": 1]))
      let start = ContinuousClock.now
      while try reader.run("ring").metrics["d_loss"]?.count != step,
        ContinuousClock.now - start < .seconds(5)
      {
        usleep(5000)
      }
      quickest = min(quickest, ContinuousClock.now - start)
    }
    #expect(quickest < .seconds(1))
    try session.finish(.finished)
    try writer.close()
  }

  @Test("a lock that another process keeps is waited for, then said to be busy")
  func busy() throws {
    let writer = try RegistryWriter(path: folder.file(), patience: .milliseconds(30))
    let session = try writer.begin()
    let descriptor = open(folder.file("runs.db.lock"), O_RDWR)
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    try session.record(measure(1, ["d_loss": 1]))
    let error = try #require(throws: RegistryError.self) { try session.flush() }
    #expect(error.kind == .busy)
    // Reading takes no lock.
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.run("ring").metrics.isEmpty)
    close(descriptor)
    // What was turned away is kept and stored when there is room.
    try session.flush()
    #expect(try reader.run("ring").metrics["d_loss"]?.count == 1)
    try session.finish(.finished)
    try writer.close()
  }

  @Test("closing says what could not be stored")
  func lostAtClose() throws {
    let writer = try RegistryWriter(path: folder.file(), patience: .milliseconds(30))
    let session = try writer.begin()
    let descriptor = open(folder.file("runs.db.lock"), O_RDWR)
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    try session.record(measure(1, ["d_loss": 1]))
    let error = try #require(throws: RegistryError.self) { try writer.close() }
    #expect(error.kind == .busy)
    close(descriptor)
  }

  @Test("a second save waits for room and is stored in its turn")
  func savesInTurn() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin(keepLast: 0)
    for step in 1...12 {
      try session.save(
        makeSnapshot(["weight": 200_000], seed: UInt64(step), step: step), step: step, epoch: step,
        isEpochEnd: true)
    }
    try session.finish(.finished)
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.checkpoints(of: session.runID).map(\.step) == Array(1...12))
    try writer.close()
  }

  @Test("a session of a closed registry is told so")
  func closed() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    try writer.close()
    try writer.close()
    let error = try #require(throws: RegistryError.self) {
      try session.record(measure(1, ["d_loss": 1]))
    }
    #expect(error.kind == .refused)
  }
}
