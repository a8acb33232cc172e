import Foundation
import GRDB
import RunModel
import Synchronization
import TestSupport
import Testing

@testable import RunRegistry

/// A registry with some of everything that it can hold, small.
struct FullRegistry {
  let folder: TemporaryFolder

  /// The file, made once.
  private static let bytes = Result {
    let folder = try TemporaryFolder()
    try make(in: folder)
    return try Data(contentsOf: URL(fileURLWithPath: folder.file()))
  }

  init() throws {
    folder = try TemporaryFolder()
    try Self.bytes.get().write(to: URL(fileURLWithPath: folder.file()))
  }

  private static func make(in folder: TemporaryFolder) throws {
    let writer = try RegistryWriter(path: folder.file())
    let first = try writer.begin("first", keepLast: 0)
    try fill(first, steps: 1...3)
    try first.finish(.interrupted)
    let start = try RegistryReader(path: folder.file()).checkpoints(of: first.runID).last
    let again = try writer.resume(first.runID, from: start, keepLast: 0)
    try fill(again, steps: 4...5)
    try again.finish(.finished)
    let child = try writer.begin(
      "child", parent: Run.Parent(id: first.runID, checkpointDigest: try #require(start).digest))
    try child.record(measure(4, epoch: 4, ["d_loss": .nan, "g_loss": -.infinity]))
    try child.finish(.diverged, failure: "d_loss is NaN at step 4")
    try writer.connection.transaction { transaction in
      try transaction.execute("INSERT INTO tag(run, key, value) VALUES(1, 'kind', 'good')", [])
      transaction.seal(.tag(key: "kind", value: "good"), of: 1)
      try transaction.execute("INSERT INTO note(run, text) VALUES(1, 'a note')", [])
      transaction.seal(.note("a note"), of: 1)
      try transaction.pinBest(
        of: 1, by: Retention.Best(metric: "d_loss", direction: .min, keep: 1))
    }
    try writer.close()
  }

  private static func fill(_ session: RunSession, steps: ClosedRange<Int>) throws {
    for step in steps {
      try session.record(
        measure(step, epoch: step, ["d_loss": 1 / Double(step), "g_loss": Double(step) / 3]))
      try session.record(line: "epoch \(step)", at: Timestamp(microseconds: Int64(step)))
      try session.record(
        SamplePicture(
          name: "samples", step: step, epoch: step, png: Array(repeating: UInt8(step), count: 40),
          time: Timestamp(microseconds: Int64(step))))
      try session.save(makeSnapshot(step: step), step: step, epoch: step, isEpochEnd: true)
    }
  }

  /// Changes the file as no writer of ours would.
  func change(_ statement: String) throws { try Self.change(folder.file(), statement) }

  /// Changes a file as no writer of ours would.
  static func change(_ path: String, _ statement: String) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON")
      try $0.execute(sql: statement)
    }
    try queue.close()
  }

  func verify(data: DataSample = .all) throws -> Verification {
    try RegistryReader(path: folder.file()).verify(data: data)
  }
}

@Suite("Verifying")
struct VerifyTests {
  @Test("nothing is wrong in a registry that only gan-runs wrote")
  func clean() throws {
    let registry = try FullRegistry()
    let found = try registry.verify()
    #expect(found.findings == [])
    #expect(found.checked.runs == 2)
    #expect(found.checked.points == 12)
    #expect(found.checked.checkpoints == 6)
    #expect(found.checked.contents == 2)
    #expect(found.checked.bytes == 302 * 4)
    let checkpoints = try RegistryReader(path: registry.folder.file()).verifyCheckpoints(data: .all)
    #expect(checkpoints.isClean && checkpoints.checked.checkpoints == 6)
    // What checkpoints share is looked at, and counted, once.
    #expect(checkpoints.checked.contents == 2 && checkpoints.checked.bytes == 302 * 4)
  }

  /// A change that no writer of ours makes, and what of it must be found: the kind, words of the place.
  struct Change: Sendable, CustomTestStringConvertible {
    var statement: String
    var kind: Finding.Kind
    var words: [String]

    init(_ statement: String, _ kind: Finding.Kind, _ words: String...) {
      self.statement = statement
      self.kind = kind
      self.words = words
    }

    var testDescription: String { statement }
  }

  private static func series(_ name: String) -> String {
    "(SELECT id FROM series WHERE run = 1 AND name = '\(name)')"
  }

  static let changes: [Change] = [
    Change("UPDATE run SET name = 'other' WHERE id = 1", .seal, "run r", "(other): its row in run"),
    Change("UPDATE run SET status = 'failed' WHERE id = 2", .seal, "(child): its row in run"),
    Change("DELETE FROM run WHERE id = 2", .seal, "registry"),
    Change("UPDATE registry SET seal = zeroblob(32)", .seal, "registry"),
    Change("UPDATE run SET seal = zeroblob(32) WHERE id = 1", .seal, "(first): its seal"),
    Change("UPDATE run SET checkpoints = 4 WHERE id = 1", .derived, "(first)", "in run"),
    Change("UPDATE run SET images = 4 WHERE id = 1", .seal, "(first): its progress"),
    Change(
      "UPDATE seal_part SET seal = zeroblob(32) WHERE part = 'tag kind'", .seal, "(first): its seal"
    ),
    Change("DELETE FROM seal_part WHERE part = 'tag kind'", .seal, "(first): its seal"),
    Change("UPDATE setting SET value = 4 WHERE run = 1", .seal, "(first): setting epochs"),
    Change("DELETE FROM setting WHERE run = 1", .seal, "(first): setting epochs"),
    Change("UPDATE attempt SET start_step = 1 WHERE number = 2", .seal, "(first): attempt 2"),
    Change(
      "UPDATE environment SET value = '3'", .seal, "(first): environment threads of attempt 1"),
    Change("UPDATE tag SET value = 'bad'", .seal, "(first): tag kind"),
    Change("INSERT INTO tag VALUES(2, 'more', 'x')", .seal, "(child): tag more"),
    Change("UPDATE note SET text = 'another'", .seal, "(first): its note"),
    Change("UPDATE line SET text = 'x' WHERE number = 2", .seal, "(first): lines"),
    Change("UPDATE line SET time = time + 1 WHERE number = 2", .seal, "(first): line 2"),
    Change(
      "INSERT INTO line SELECT run, 9, attempt, time, text FROM line WHERE number = 2", .seal,
      "(first): line 9"),
    Change("DELETE FROM line WHERE number = 5", .seal, "(first): lines"),
    Change("UPDATE step SET images = 1 WHERE step = 2", .seal, "(first): steps"),
    Change("DELETE FROM step WHERE step = 2", .reference, "(first): step 2 of attempt 1"),
    Change("UPDATE point SET value = 9 WHERE step = 2", .derived, "(first)", "summary of d_loss"),
    Change("UPDATE point SET value = 9 WHERE step = 2", .seal, "(first): points of g_loss"),
    Change(
      "DELETE FROM point WHERE step = 4 AND series = \(series("d_loss"))", .derived, "(first)",
      "summary of d_loss"),
    Change(
      "UPDATE series SET max = 7 WHERE id = \(series("g_loss"))", .derived, "(first)",
      "summary of g_loss"),
    Change(
      "UPDATE series SET name = 'x' WHERE id = \(series("g_loss"))", .seal, "(first): points of x"),
    Change("UPDATE picture SET png = x'00' WHERE step = 3", .seal, "(first): pictures samples"),
    Change("UPDATE checkpoint SET epoch = 9 WHERE step = 3", .seal, "(first): checkpoint @step:3"),
    Change("UPDATE checkpoint SET seed = 9 WHERE step = 3", .checkpoint, "(first)", "@step:3"),
    Change("UPDATE checkpoint SET bytes = 9 WHERE step = 3", .checkpoint, "(first)", "@step:3"),
    Change(
      "UPDATE checkpoint SET stored_bytes = 9 WHERE step = 3", .checkpoint, "(first)", "@step:3"),
    Change(
      "UPDATE tensor SET shape = '[2,150]' WHERE checkpoint = 2 AND name LIKE 'g%'", .checkpoint,
      "(first)", "@step:2"),
    Change(
      "UPDATE tensor SET shape = '[7]' WHERE checkpoint = 2 AND name LIKE 'g%'", .checkpoint,
      "(first)", "@step:2, tensor generator.0.weight"),
    Change(
      "UPDATE tensor SET dtype = 'F16' WHERE checkpoint = 2 AND name LIKE 'g%'", .checkpoint,
      "(first)", "@step:2, tensor generator.0.weight"),
    Change(
      "UPDATE tensor SET name = 'x' WHERE checkpoint = 2 AND name LIKE 'g%'", .checkpoint,
      "(first)", "@step:2"),
    Change("DELETE FROM tensor WHERE checkpoint = 2", .checkpoint, "(first)", "@step:2"),
    Change(
      "UPDATE counter SET value = 9 WHERE checkpoint = 2 AND name = 'step'", .checkpoint, "(first)",
      "@step:2"),
    Change(
      "UPDATE counter SET value = 9.5 WHERE checkpoint = 2 AND kind = 'clock'", .seal,
      "(first): checkpoint @step:2"),
    Change("UPDATE pin SET name = 'worst'", .seal, "(first): pin worst"),
    Change("DELETE FROM pin", .seal, "(first): pin best"),
    Change("UPDATE pin SET checkpoint = 1", .seal, "(first): pin best"),
    Change("DELETE FROM chunk WHERE bytes = 1200", .reference, "content_chunk", "content "),
    Change("DELETE FROM chunk WHERE bytes = 1200", .content, "tensor generator.0.weight"),
    Change("DELETE FROM content WHERE bytes = 8", .reference, "tensor", "discriminator.0.bias"),
    Change(
      "UPDATE chunk SET data = zeroblob(1200) WHERE bytes = 1200", .content,
      "tensor generator.0.weight (and 5 more), chunk 0"),
    Change("UPDATE chunk SET bytes = 1201 WHERE bytes = 1200", .content, "generator.0.weight"),
    Change("UPDATE chunk SET codec = 7 WHERE bytes = 1200", .content, "generator.0.weight"),
    Change("UPDATE chunk SET digest = zeroblob(32) WHERE bytes = 8", .content, "discriminator"),
    Change("UPDATE content SET digest = zeroblob(32) WHERE bytes = 8", .checkpoint, "@step:1"),
    Change("UPDATE content SET bytes = 9 WHERE bytes = 8", .content, "discriminator.0.bias"),
    Change("UPDATE content_chunk SET chunk = 3 - chunk", .content, "generator.0.weight"),
    Change("UPDATE content_chunk SET position = 1 WHERE chunk = 1", .content, "chunk 1"),
    Change(
      "INSERT INTO content_chunk SELECT content, 1, chunk FROM content_chunk WHERE chunk = 1",
      .content, "chunk 1"),
    Change("UPDATE line SET run = 9 WHERE number = 1", .reference, "table line", "run 9, number 1"),
    Change("DROP INDEX tensor_by_content", .schema, "index tensor_by_content"),
    Change("CREATE TABLE more(x)", .schema, "table more"),
    Change("CREATE TRIGGER t AFTER INSERT ON tag BEGIN SELECT 1; END", .schema, "trigger t"),
    Change("ALTER TABLE tag ADD COLUMN more TEXT", .schema, "table tag"),
    Change("UPDATE attempt SET status = 'gone' WHERE number = 2", .file, "(first)", "attempt"),
    Change(
      "UPDATE run SET created_at = created_at + 1 WHERE id = 1", .seal, "(first): its row in run"),
  ]

  @Test("a row changed by hand is found and named", arguments: changes)
  func changed(change: Change) throws {
    let registry = try FullRegistry()
    try registry.change(change.statement)
    let found = try registry.verify()
    let places = found.findings.map { "\($0.kind) \($0.place): \($0.detail)" }
    #expect(
      found.findings.contains { finding in
        finding.kind == change.kind && change.words.allSatisfy { finding.place.contains($0) }
      }, "\(places.joined(separator: "\n"))")
  }

  @Test("the last sign of life of a run that is being trained is under its seal")
  func heartbeat() throws {
    let folder = try TemporaryFolder()
    let now = Mutex(Timestamp(microseconds: 1_000_000))
    let writer = try RegistryWriter(path: folder.file(), clock: { now.withLock { $0 } })
    let session = try writer.begin()
    now.withLock { $0.microseconds += 9 }
    try writer.connection.transaction { try $0.beat(session.key) }
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.verify().findings == [])
    try writer.connection.transaction {
      try $0.execute("UPDATE attempt SET heartbeat_at = 5", [])
    }
    #expect(
      try reader.verify().findings.map(\.place).first?.hasSuffix(": heartbeat of attempt 1") == true
    )
    try session.finish(.finished)
    #expect(try reader.verify().findings == [])
    try writer.close()
  }

  @Test("a registry of the first version verifies clean, as it stands and brought up to date")
  func golden() throws {
    let folder = try GoldenRegistryTests().folder
    for _ in 1...2 {
      #expect(try RegistryReader(path: folder.file()).verify(data: .all).findings == [])
      let writer = try RegistryWriter(path: folder.file())
      // Written on by this version, its rows stand partly under parts.
      let session = try writer.resume(
        RegistryReader(path: folder.file()).run("golden").id,
        from: RegistryReader(path: folder.file()).checkpoint("golden").checkpoint)
      try session.record(measure(99_999, epoch: 4, ["d_loss": 1]))
      try session.finish(.finished)
      try writer.close()
    }
    #expect(try RegistryReader(path: folder.file()).verify(data: .all).findings == [])
  }

  @Test("a deleted run is checked like others, whichever runs the reader shows")
  func deleted() throws {
    let registry = try FullRegistry()
    let reader = try RegistryReader(path: registry.folder.file())
    let writer = try RegistryWriter(path: registry.folder.file())
    try writer.delete([reader.run("child").id])
    try writer.close()
    #expect(try registry.verify().findings == [])
    try registry.change("UPDATE run SET deleted_at = 1 WHERE id = 2")
    #expect(try registry.verify().findings.map(\.kind) == [.seal])
  }

  @Test("without --data the bytes themselves are not read; a share is what its number says")
  func sample() throws {
    let registry = try FullRegistry()
    try registry.change("UPDATE chunk SET data = zeroblob(1200) WHERE bytes = 1200")
    #expect(try registry.verify(data: .none).findings == [])
    var taken = 0
    for number in 0..<400 {
      let digest = SHA256.digest([UInt8(number & 255), UInt8(number >> 8)])
      if DataSample(percent: 25, seed: 3).takes(digest) { taken += 1 }
    }
    // Binomial: a quarter of 400, five standard deviations aside.
    #expect((57...143).contains(taken))
  }

  @Test("checkpoints are checked by run, or one alone")
  func checkpoints() throws {
    let registry = try FullRegistry()
    try registry.change("UPDATE counter SET value = 9 WHERE checkpoint = 2 AND name = 'step'")
    let reader = try RegistryReader(path: registry.folder.file())
    #expect(try reader.verifyCheckpoints("first@step:2", data: .all).findings.count == 1)
    #expect(try reader.verifyCheckpoints("first").findings.map(\.kind) == [.checkpoint])
    #expect(try reader.verifyCheckpoints("first@step:3", data: .all).isClean)
    #expect(try reader.verifyCheckpoints("child", data: .all).checked.checkpoints == 1)
    let error = try #require(throws: RegistryError.self) { try reader.verifyCheckpoints("none") }
    #expect(error.kind == .missing)
  }

  @Test("a run that is being trained verifies clean at any moment")
  func whileTraining() throws {
    let folder = try TemporaryFolder()
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin(keepLast: 2)
    try session.flush()
    // A thread of its own: a task would wait for one that other tests keep busy, and this one spin.
    let training = Thread {
      do {
        for step in 1...60 {
          try session.record(measure(step, epoch: step, ["d_loss": Double(step)]))
          try session.save(
            makeSnapshot(seed: UInt64(step), step: step), step: step, epoch: step,
            isEpochEnd: true)
          try session.flush()
        }
        try session.finish(.finished)
      } catch {
        Issue.record("\(error)")
        try? session.finish(.failed)
      }
    }
    training.start()
    let reader = try RegistryReader(path: folder.file())
    var isDone = false
    var rounds = 0
    while !isDone {
      isDone = try reader.run("ring").status != .running
      let found = try reader.verify(data: .all)
      #expect(found.findings == [], "round \(rounds)")
      rounds += 1
    }
    try writer.close()
  }
}
