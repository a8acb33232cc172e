import Foundation
import GRDB
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

@Suite("Verifying sweeps")
struct SweepDamageTests {
  /// A file with a run, and a sweep of three points: done, repeated, running.
  private static let bytes = Result {
    let folder = try TemporaryFolder()
    let writer = try RegistryWriter(path: folder.file(), liveness: worker(10))
    try writer.sweep("other")
    try writer.sweep()
    let lease = try #require(try writer.claim(claim(0), in: "lr"))
    let session = try writer.beginRun(
      name: "lr-0", experiment: "lr", parameters: [:], environment: RunEnvironment(facts: [:]),
      retention: Retention(keepLast: 0, keepEvery: 0), for: lease)
    try session.finish(.finished)
    _ = try writer.finish(lease, as: .done, value: 0.5, reached: 1)
    var same = claim(1)
    same.trial.repeats = 0
    try writer.record(repeat: same, run: session.runID, value: 0.5, state: .done, in: "lr")
    _ = try writer.claim(claim(2), in: "lr")
    try writer.extendSweep("lr", to: Sweep.Extent(firstEntry: 3, points: 8, epochs: 27))
    try writer.close()
    return try Data(contentsOf: URL(fileURLWithPath: folder.file()))
  }

  private typealias Change = VerifyTests.Change

  static let changes: [VerifyTests.Change] = [
    Change("UPDATE sweep SET name = 'lx' WHERE name = 'lr'", .seal, "sweep lx: its row or extents"),
    Change("UPDATE sweep SET file = 'x' WHERE name = 'lr'", .seal, "sweep lr: its file"),
    Change("UPDATE sweep SET digest = zeroblob(32)", .seal, "sweep lr: its file"),
    Change("UPDATE sweep SET created_at = 5", .seal, "sweep lr: its row or extents"),
    Change("UPDATE sweep SET stopped = 1", .seal, "sweep lr: its row or extents"),
    Change("UPDATE sweep SET failures_in_row = 1", .seal, "sweep lr: its row or extents"),
    Change("UPDATE sweep SET row_seal = zeroblob(32)", .seal, "sweep lr: its row or extents"),
    Change("UPDATE sweep SET seal = zeroblob(32) WHERE name = 'lr'", .seal, "sweep lr: its seal"),
    Change("UPDATE sweep SET seal = zeroblob(32) WHERE name = 'lr'", .seal, "registry"),
    Change("DELETE FROM sweep WHERE name = 'other'", .seal, "registry"),
    Change("DELETE FROM sweep WHERE name = 'lr'", .reference, "table trial"),
    Change("UPDATE sweep_extent SET points = 9 WHERE number = 1", .seal, "sweep lr: its row or"),
    Change("UPDATE sweep_extent SET epochs = 9 WHERE number = 1", .seal, "sweep lr: its row or"),
    Change("UPDATE sweep_extent SET first_entry = 2 WHERE number = 1", .seal, "lr: its row or"),
    Change("DELETE FROM sweep_extent WHERE number = 1", .seal, "sweep lr: its row or extents"),
    Change("UPDATE trial SET repeats = NULL", .seal, "sweep lr: trial 1"),
    Change("UPDATE trial SET repeats = 7 WHERE number = 1", .file, "sweep lr: trial 1"),
    Change(
      "DELETE FROM job WHERE point = 0; DELETE FROM trial_setting WHERE number = 0; "
        + "DELETE FROM trial WHERE number = 0", .reference, "sweep lr: trial 1"),
    Change("UPDATE trial SET seal = zeroblob(32) WHERE number = 1", .seal, "sweep lr: trial 1"),
    Change("DELETE FROM trial WHERE number = 1", .reference, "table job"),
    Change(
      "DELETE FROM job WHERE point = 2; DELETE FROM trial_setting WHERE number = 2; "
        + "DELETE FROM trial WHERE number = 2", .seal, "sweep lr: its seal"),
    Change(
      "UPDATE trial_setting SET value = 0.3 WHERE number = 1 AND position = 0", .seal,
      "sweep lr: trial 1"),
    Change("UPDATE trial_setting SET key = 'x' WHERE number = 2", .seal, "sweep lr: trial 2"),
    Change("DELETE FROM trial_setting WHERE number = 2", .seal, "sweep lr: trial 2"),
    Change("DELETE FROM job WHERE point = 1", .seal, "sweep lr: its seal"),
    Change(
      "INSERT INTO trial VALUES(2, 9, NULL, zeroblob(32))", .seal, "sweep lr: trial 9"),
    Change(
      "UPDATE job SET state = 'gone' WHERE point = 1", .file,
      "sweep lr: job of point 1, seed 1, rung 0"),
  ]

  /// Every column of a job but its heartbeat, with a value that it does not hold.
  static let columns = [
    "seed = 2", "rung = 1", "entry = NULL", "entry = 7", "epochs = 7", "state = 'diverged'",
    "run_id = 'r0000000000001'", "run_id = NULL", "value = 0.75", "value = NULL", "reached = 5",
    "failure = 'x'", "attempt = 2", "tries = 0", "vanished = 3", "tried_step = 4", "started_at = 4",
    "ended_at = 4",
    "host = 'x'", "pid_namespace = 'x'", "boot_id = 'x'", "pid = 5", "process_started = 6",
    "revision = 77", "seal = zeroblob(32)",
  ]

  private func places(after statement: String) throws -> [Finding] {
    let folder = try TemporaryFolder()
    try Self.bytes.get().write(to: URL(fileURLWithPath: folder.file()))
    try FullRegistry.change(folder.file(), statement)
    return try RegistryReader(path: folder.file()).verify().findings
  }

  @Test("nothing is wrong in a sweep that only gan-runs wrote")
  func clean() throws { #expect(try places(after: "SELECT 1") == []) }

  @Test("a row changed by hand is found and named", arguments: changes)
  func changed(change: VerifyTests.Change) throws {
    let found = try places(after: change.statement)
    #expect(
      found.contains { finding in
        finding.kind == change.kind && change.words.allSatisfy { finding.place.contains($0) }
      }, "\(found.map { "\($0.kind) \($0.place): \($0.detail)" }.joined(separator: "\n"))")
  }

  @Test("every value of a job is under its seal", arguments: columns)
  func job(column: String) throws {
    let found = try places(after: "UPDATE job SET \(column) WHERE point = 0")
    #expect(found.contains { $0.kind == .seal && $0.place.hasPrefix("sweep lr: job of point 0") })
  }

  @Test(
    "whatever stands in a row of a sweep, it is read as it was, found or refused, and nothing traps"
  )
  func strangeValues() throws {
    let folder = try TemporaryFolder()
    try Self.bytes.get().write(to: URL(fileURLWithPath: folder.file()))
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: folder.file(), configuration: configuration)
    let now = Timestamp(microseconds: 1)
    func answers(_ database: Database) throws -> String {
      let row = try #require(try SweepRow.find("lr", database))
      let jobs = try JobRow.fetchAll(database, sweep: row.key)
      return
        "\(row) \(try Trial.fetchAll(database, sweep: row.key)) \(try jobs.map { try $0.job(worker(9), now: now) })"
    }
    var silent: [String] = []
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA ignore_check_constraints = ON")
      let key = try #require(try SweepRow.find("lr", database)).key
      let before = try answers(database)
      for table in ["sweep", "sweep_extent", "trial", "trial_setting", "job"] {
        let columns = try String.fetchAll(
          database, sql: "SELECT name FROM pragma_table_info('\(table)')")
        for column in columns where !["id", "sweep", "name"].contains(column) {
          for value in ["NULL", "-1", "9007199254740992", "9223372036854775807", "'x'", "x'00'"] {
            try database.inTransaction {
              let change = "UPDATE \(table) SET \(column) = \(value)"
              // A type that the column does not take.
              do { try database.execute(sql: change) } catch { return .rollback }
              var result = Verification(data: .none)
              let isFound: Bool
              do {
                try SweepCheck(key: key, name: "lr", database).run(&result)
                isFound = !result.isClean
              } catch { isFound = RegistryReader.isDamage(error) }
              do {
                if !isFound, try answers(database) != before { silent.append(change) }
              } catch { #expect(RegistryReader.isDamage(error), "\(change): \(error)") }
              return .rollback
            }
          }
        }
      }
    }
    // A heartbeat stands under no seal, and is no number that is computed with unseen.
    #expect(silent.filter { !$0.contains("heartbeat_at") } == [])
    try queue.close()
  }
}
