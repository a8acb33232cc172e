import Foundation
import GRDB
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

@Suite("Collecting garbage")
struct GarbageTests {
  let folder: TemporaryFolder
  let clock = Clock()
  private static let day: Int64 = 24 * 3600 * 1_000_000

  init() throws { folder = try TemporaryFolder() }

  private func open(
    heartbeatEvery: Duration = Liveness.heartbeatEvery
  ) throws -> RegistryWriter {
    try RegistryWriter(
      path: folder.file(), clock: { [clock] in clock.now }, heartbeatEvery: heartbeatEvery)
  }

  private func reader(_ choice: RunChoice = .present) throws -> RegistryReader {
    try RegistryReader(path: folder.file(), clock: { [clock] in clock.now }, choice: choice)
  }

  /// Finished runs of these names, each with 2 MiB of weights of its own.
  private func train(_ names: [String], _ writer: RegistryWriter) throws -> [RunID] {
    try names.enumerated().map { place, name in
      let session = try writer.begin(name)
      try session.record(measure(1, epoch: 1, ["d_loss": 1]))
      try session.record(line: "a line", at: clock.now)
      try session.save(
        makeSnapshot(["generator.0.weight": 1 << 19], seed: UInt64(place + 7)), step: 1, epoch: 1,
        isEpochEnd: true)
      try session.finish(.finished)
      return session.runID
    }
  }

  private func expectSeals(_ runs: [RunID]) throws {
    let reader = try reader(.all)
    var sum = Seal()
    for run in runs {
      let seal = try reader.seal(recomputedFor: run)
      #expect(try seal == reader.storedSeal(of: run))
      sum += seal
    }
    #expect(try sum == reader.storedSeal())
  }

  @Test("a deleted run is kept for seven days, then removed with every row and byte of it")
  func grace() throws {
    let writer = try open()
    let ids = try train(["stays", "goes"], writer)
    try writer.delete([ids[1]])
    clock.advance(by: 7 * Self.day - 1)
    #expect(try reader(.all).garbage(grace: RegistryWriter.gracePeriod).runs == 0)
    #expect(try writer.collectGarbage().runs == 0)
    try writer.restore([ids[1]])
    try writer.delete([ids[1]])
    clock.advance(by: 7 * Self.day)
    let expected = try reader(.all).garbage(grace: RegistryWriter.gracePeriod)
    #expect(expected.runs == 1 && expected.checkpoints == 1 && expected.chunks == 2)
    let garbage = try writer.collectGarbage()
    #expect(
      (garbage.runs, garbage.checkpoints, garbage.contents, garbage.chunks)
        == (expected.runs, expected.checkpoints, expected.contents, expected.chunks))
    #expect(garbage.bytesFreed >= expected.bytesFreed, "\(garbage)")
    try writer.close()
    #expect(try Int64(garbage.fileBytes) == #require(RegistryFile.state(of: folder.file())).size)
    let whole = try reader(.all)
    #expect(try whole.runs().runs.map(\.id) == [ids[0]])
    // Of the removed run no row is left in any table.
    let left = try whole.read { database in
      try [
        "setting", "attempt", "environment", "line", "step", "series", "point", "checkpoint",
        "tensor", "counter", "content", "chunk",
      ].map { try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)") ?? 0 }
    }
    #expect(left == [1, 1, 1, 1, 1, 1, 1, 1, 1, 4, 1, 2])
    #expect(try whole.read { try String.fetchAll($0, sql: "PRAGMA foreign_key_check") } == [])
    try expectSeals([ids[0]])
    _ = try whole.snapshot("stays@last")
    let writerAgain = try open()
    let gone = try #require(throws: RegistryError.self) { try writerAgain.restore([ids[1]]) }
    #expect(gone.kind == .missing)
    try writerAgain.close()
  }

  @Test("without a grace period every deleted run goes")
  func now() throws {
    let writer = try open()
    let ids = try train(["a", "b", "c"], writer)
    try writer.delete([ids[0], ids[2]])
    #expect(try writer.collectGarbage(grace: .zero).runs == 2)
    try writer.close()
    try expectSeals([ids[1]])
    #expect(try reader(.deleted).runs().total == 0)
  }

  @Test("bytes that a child or a twin shares with a removed run stay")
  func shared() throws {
    let writer = try open()
    let ids = try train(["parent"], writer)
    let start = try reader().checkpoint("parent").checkpoint
    let child = try writer.begin(
      "child", parent: Run.Parent(id: ids[0], checkpointDigest: start.digest))
    try child.finish(.finished)
    try writer.delete(ids)
    #expect(try reader().checkpoint("child").checkpoint.digest == start.digest)
    let garbage = try writer.collectGarbage(grace: .zero)
    #expect(garbage.runs == 1 && garbage.checkpoints == 1 && garbage.chunks == 0)
    #expect(try reader().snapshot("child@last").snapshot.digest == start.digest)
    #expect(try reader().run("child").parent?.id == ids[0])
    try writer.close()
    try expectSeals([child.runID])
  }

  /// Stores chunks that nothing names, as a save leaves them that was killed before it published.
  private func orphans(_ count: Int, _ writer: RegistryWriter) throws {
    try writer.connection.transaction { transaction in
      for number in 0..<count {
        let bytes = Array("orphan \(number)".utf8)
        try transaction.execute(
          "INSERT INTO chunk(digest, bytes, codec, data) VALUES(?, ?, 0, ?)",
          [Data(bytes.withUnsafeBytes(SHA256.digest).bytes), bytes.count, Data(bytes)])
      }
    }
  }

  @Test("chunks that a killed save left go, however many slices they fill")
  func killedSave() throws {
    let writer = try open()
    let ids = try train(["whole"], writer)
    try orphans(3 * ContentRemoval.slice + 1, writer)
    let garbage = try writer.collectGarbage()
    #expect(garbage.chunks == 3 * ContentRemoval.slice + 1)
    #expect(try writer.collectGarbage().chunks == 0)
    try writer.close()
    _ = try reader().snapshot("whole@last")
    try expectSeals(ids)
  }

  @Test("while a run is trained the newest chunks may be those of its next checkpoint, and stay")
  func besideTraining() throws {
    let writer = try open()
    _ = try train(["whole"], writer)
    try orphans(2, writer)
    let session = try writer.begin("busy")
    #expect(try writer.collectGarbage().chunks == 0)
    try session.save(makeSnapshot(), step: 1, epoch: 1, isEpochEnd: true)
    try session.flush()
    #expect(try writer.collectGarbage().chunks == 2)
    try session.finish(.finished)
    try writer.close()
  }

  @Test("a save whose chunks a collection took before it published stores them again")
  func racing() throws {
    let writer = try open()
    let session = try writer.begin("busy", keepLast: 0)
    // A second process: another connection that removes whatever nothing names, between any two
    // transactions of the save.
    let other = try WriterConnection(
      path: folder.file(), clock: { [clock] in clock.now }, patience: .seconds(5),
      liveness: Liveness())
    let removal = ContentRemoval(connection: other, between: {})
    let snapshot = makeSnapshot(["generator.0.weight": 80 << 18])
    let pending = PendingCheckpoint(
      source: snapshot, owner: .attempt(session.key), step: 1, epoch: 1, isEpochEnd: true,
      retention: Retention(keepLast: 0, keepEvery: 0))
    var rounds = 0
    try CheckpointWriting(writer.connection, pending) {
      rounds += 1
      let chunks = (try? other.read { try Int64.fetchAll($0, sql: "SELECT id FROM chunk") }) ?? []
      _ = try? removal.remove(chunks: chunks)
    }.store()
    #expect(rounds >= 2)
    #expect(try reader().snapshot("busy@last").snapshot.digest == snapshot.digest)
    try other.close()
    try session.finish(.finished)
    try writer.close()
  }

  /// A deleted run with rows in every table that grows, and the row of the run.
  private func deleteLarge(_ writer: RegistryWriter) throws -> RunRow {
    let session = try writer.begin("large", keepLast: 0)
    for step in 1...120 {
      try session.record(measure(step, epoch: 1, ["d_loss": Double(step), "g_loss": .nan]))
      try session.record(line: "line \(step)", at: clock.now)
      if step.isMultiple(of: 10) {
        try session.record(
          SamplePicture(name: "samples", step: step, epoch: 1, png: [1, 2], time: clock.now))
        try session.save(makeSnapshot(step: step), step: step, epoch: 1, isEpochEnd: false)
      }
    }
    try session.finish(.finished)
    try writer.pin(reader().checkpoint("large@step:50").checkpoint, as: "mine")
    try writer.delete([session.runID])
    return try writer.connection.read { try #require(try RunRow.find($0, id: session.runID)) }
  }

  @Test("a large run goes some rows at a time; between them others write, and all is whole")
  func slices() throws {
    let writer = try open()
    let ids = try train(["stays"], writer)
    let run = try deleteLarge(writer)
    let other = try WriterConnection(
      path: folder.file(), clock: { [clock] in clock.now }, patience: .seconds(5),
      liveness: Liveness())
    var (turns, rows) = (0, [Int]())
    let removal = RunRemoval(
      connection: writer.connection, run: run, slice: 50, largeSlice: 5,
      between: {
        do {
          turns += 1
          #expect(try reader().verify().findings == [], "turn \(turns)")
          rows.append(
            try other.transaction { transaction in
              try Int.fetchOne(transaction.database, sql: "SELECT count(*) FROM point") ?? 0
            })
          // Whoever looks for a run to restore finds none of which some is gone.
          #expect(try reader(.deleted).runs().total == (turns == 1 ? 1 : 0))
        } catch { Issue.record(error) }
      })
    #expect(try removal.remove() == 12)
    // 240 points, 120 steps, 120 lines in fifties; 12 pictures and 12 checkpoints in fives.
    #expect(turns == 1 + 5 + 3 + 3 + 3 + 3 + 1)
    #expect(Array(rows.prefix(7)) == [241, 241, 191, 141, 91, 41, 1])
    #expect(
      try writer.connection.read { try RunRow.find($0, id: #require(RunID(rawValue: run.id))) }
        == nil)
    try other.close()
    _ = try writer.collectGarbage()
    try writer.close()
    try expectSeals(ids)
    #expect(try reader(.all).verify(data: .all).findings == [])
  }

  @Test("a removal that was ended half-way is carried on by the next collection, never taken back")
  func halfWay() throws {
    struct Ended: Error {}
    for end in 1...8 {
      let path = folder.file("\(end).db")
      let writer = try RegistryWriter(path: path, clock: { [clock] in clock.now })
      let session = try writer.begin("goes", keepLast: 0)
      for step in 1...4 {
        try session.record(measure(step, epoch: 1, ["d_loss": 1]))
        try session.save(makeSnapshot(step: step), step: step, epoch: 1, isEpochEnd: false)
      }
      try session.finish(.finished)
      try writer.delete([session.runID])
      let run = try #require(
        try writer.connection.read { try RunRow.find($0, id: session.runID) })
      var changes = 0
      // Ends the change that it is called before, as a kill between two transactions does.
      #expect(throws: RegistryError.self) {
        try RunRemoval(
          connection: writer.connection, run: run, slice: 2, largeSlice: 2,
          between: {
            changes += 1
            if changes == end + 1 { try? writer.connection.queue.close() }
          }
        ).remove()
      }
      #expect(changes == end + 1)
      try? writer.close()
      let again = try RegistryWriter(path: path, clock: { [clock] in clock.now })
      let whole = try RegistryReader(path: path, choice: .all)
      #expect(try whole.verify(data: .all).findings == [], "\(end)")
      let error = try #require(throws: RegistryError.self) { try again.restore([session.runID]) }
      #expect(error.kind == .missing)
      #expect(try again.collectGarbage(grace: .zero).runs == 1)
      try again.close()
      #expect(try RegistryReader(path: path, choice: .all).runs().total == 0)
    }
  }

  @Test("a run that took the key of one that another collection removed is not touched")
  func keyGivenAgain() throws {
    let writer = try open()
    let run = try deleteLarge(writer)
    _ = try writer.collectGarbage(grace: .zero)
    let ids = try train(["new"], writer)
    let key = try writer.connection.read { try Int64.fetchOne($0, sql: "SELECT id FROM run") }
    #expect(key == run.key)
    let removal = RunRemoval(connection: writer.connection, run: run, between: {})
    #expect(try removal.remove() == nil)
    try writer.delete(ids)
    #expect(try removal.remove() == nil)
    try writer.restore(ids)
    try writer.close()
    try expectSeals(ids)
  }

  @Test("while a file shrinks, what must not wait is done between two slices")
  func shrinking() throws {
    let writer = try open()
    let ids = try train(["goes", "stays"], writer)
    let session = try writer.begin("large")
    try session.save(
      makeSnapshot(["generator.0.weight": 6 << 20]), step: 1, epoch: 1, isEpochEnd: true)
    try session.finish(.finished)
    try writer.delete([ids[0], session.runID])
    // Removed with its chunks, but not yet given back: 24 MiB and 2 MiB are more than three slices.
    for run in [ids[0], session.runID] {
      let row = try #require(try writer.connection.read { try RunRow.find($0, id: run) })
      _ = try RunRemoval(connection: writer.connection, run: row, between: {}).remove()
    }
    let removal = ContentRemoval(connection: writer.connection, between: {})
    let contents = try writer.connection.read { database in
      try Int64.fetchAll(
        database,
        sql:
          "SELECT id FROM content WHERE NOT EXISTS(SELECT 1 FROM tensor WHERE content = content.id)"
      )
    }
    _ = try removal.remove(chunks: removal.remove(contents: contents).chunks)
    var turns = 0
    try writer.connection.shrink(completely: true) { turns += 1 }
    #expect(turns >= 4, "\(turns)")
    try writer.close()
    try expectSeals([ids[1]])
  }

  @Test("a run that trains shows signs of life while a collection, or a pruning, is at work")
  func heartbeats() throws {
    /// The transactions of dropping two checkpoints, or a run, beside a run that trains.
    func commits(_ heartbeatEvery: Duration, isPruning: Bool) throws -> Int {
      let tests = try GarbageTests()
      let writer = try tests.open(heartbeatEvery: heartbeatEvery)
      let session = try writer.begin("busy", keepLast: 0)
      for step in 1...3 {
        try session.save(
          makeSnapshot(["generator.0.weight": 1 << 19], seed: UInt64(step)), step: step,
          epoch: step,
          isEpochEnd: true)
      }
      let ids = try tests.train(["goes"], writer)
      if !isPruning { try writer.delete(ids) }
      tests.clock.advance(by: 8 * Self.day)
      let pruning = try tests.reader().pruning(
        of: session.runID, by: Retention(keepLast: 1, keepEvery: 0))
      let before = writer.connection.commits
      if isPruning { try writer.prune(pruning) } else { _ = try writer.collectGarbage() }
      let made = writer.connection.commits - before
      try session.finish(.finished)
      try writer.close()
      return made
    }
    for isPruning in [false, true] {
      let silent = try commits(.seconds(3600), isPruning: isPruning)
      let beating = try commits(.zero, isPruning: isPruning)
      // One a turn at the least: contents, chunks, each slice of the file.
      #expect(beating >= silent + 3, "pruning \(isPruning): \(silent), \(beating)")
    }
  }

  @Test("drafts of processes that are gone are swept, others are not")
  func drafts() throws {
    let writer = try open()
    let dead = Int32.max
    let old = ["runs.db.new-\(dead)-1", "runs.db.new-\(dead)-2-wal", "runs.db.new-\(getpid())-3"]
    let others = ["runs.db.new-\(dead)-4", "runs.db.newer", "other.db.new-\(dead)-5"]
    for name in old + others { try Data().write(to: URL(fileURLWithPath: folder.file(name))) }
    for name in old + ["other.db.new-\(dead)-5"] {
      var times = [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)]
      #expect(utimes(folder.file(name), &times) == 0)
    }
    _ = try writer.collectGarbage()
    try writer.close()
    #expect(folder.names == ([old[2], "runs.db", "runs.db.lock"] + others).sorted())
  }
}
