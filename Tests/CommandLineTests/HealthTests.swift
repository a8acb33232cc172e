import Foundation
import RunModel
import RunRegistry
import TestSupport
import Testing

@testable import CommandLine

@Suite("Verify and doctor")
struct HealthTests {
  /// A copy of the fixture registry that a test may spoil.
  private func copy() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: FixtureRegistry.shared.get().path, toPath: folder.file("runs.db"))
    return folder
  }

  private func spoil(_ folder: TemporaryFolder, _ statement: String) throws {
    let result = try Program.shell("sqlite3 runs.db \"\(statement)\"", in: folder)
    try #require(result.status == 0, "\(result)")
  }

  @Test(
    "a whole registry is said to be so in one line", arguments: ["verify", "checkpoints verify"])
  func whole(verb: String) throws {
    let folder = try copy()
    let words = verb.split(separator: " ").map(String.init)
    let result = Console.capture(isTerminal: false) {
      GanRuns.run(words + ["--data", "--db", folder.file("runs.db")])
    }
    #expect(result.status == .done && result.error.isEmpty, "\(result)")
    #expect(result.output.hasSuffix("of weights: nothing is wrong\n"), "\(result)")
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test("what is wrong is named on standard output, and the call ends with 65")
  func damaged() throws {
    let folder = try copy()
    try spoil(folder, "UPDATE setting SET value = 'hinge' WHERE run = 2 AND key = 'loss'")
    try spoil(folder, "UPDATE counter SET value = 7 WHERE checkpoint = 1 AND kind = 'integer'")
    let result = ganRuns("verify", "--db", folder.file("runs.db"))
    #expect(result.status == .invalid)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 2, "\(result)")
    #expect(
      lines.contains { $0.hasPrefix("seal\t") && $0.contains("(ring-minimax): setting loss\t") })
    #expect(
      lines.contains { $0.hasPrefix("checkpoint\t") && $0.contains("(ring): checkpoint @step:") })
    #expect(result.error.contains("2 things are wrong"))
    let one = ganRuns("checkpoints", "verify", "ring", "--db", folder.file("runs.db"), "--json")
    #expect(one.status == .invalid && one.output.contains("\"kind\": \"checkpoint\""), "\(one)")
    #expect(
      ganRuns("checkpoints", "verify", "odd", "--db", folder.file("runs.db")).status == .missing)
  }

  @Test(
    "--data takes a percentage", arguments: ["--data=0.5", "--data=100", "--data=101", "--data=x"])
  func share(option: String) throws {
    let path = try FixtureRegistry.shared.get().path
    let result = ganRuns("verify", option, "--db", path, "--json")
    let isRefused = option.hasSuffix("101") || option.hasSuffix("x")
    #expect(result.status == (isRefused ? .usage : .done), "\(result)")
  }

  @Test("doctor tells of program and registry, never where the registry lies")
  func doctor() throws {
    let folder = try copy()
    for format in [[], ["--json"], ["--csv"], ["--ndjson"]] {
      let result = Console.capture(isTerminal: format.isEmpty) {
        GanRuns.run(["doctor", "--db", folder.file("runs.db")] + format)
      }
      #expect(result.status == .done && result.error.isEmpty, "\(result)")
      #expect(result.output.contains(LinkedSQLite.version))
      #expect(result.output.contains("schema_version"))
      #expect(!result.output.contains(folder.path))
    }
  }

  @Test("doctor says what to do about crashed runs and an old schema")
  func advice() throws {
    let folder = try copy()
    try spoil(
      folder, "UPDATE run SET status = 'running'; UPDATE attempt SET status = 'running', pid = 0")
    let result = ganRuns("doctor", "--db", folder.file("runs.db"))
    #expect(result.output.contains("{\"crashed\":3}"), "\(result)")
    #expect(result.output.contains("'gan-runs resume r"))
  }

  @Test("doctor works without a registry, and refuses what is none")
  func noRegistry() throws {
    let folder = try TemporaryFolder()
    let none = ganRuns("doctor", "--json", "--db", folder.file("runs.db"))
    #expect(none.status == .done && none.output.contains("\"registry\": null"))
    #expect(none.error.contains("There is no registry"))
    try Data("no database, but some text".utf8).write(
      to: URL(fileURLWithPath: folder.file("runs.db")))
    let strange = ganRuns("doctor", "--db", folder.file("runs.db"))
    #expect(strange.status == .invalid && strange.output.contains("sqlite"))
  }

  @Test(
    "the WAL-reset bug is in the versions that SQLite names",
    arguments: [
      (3_006_999, false), (3_007_000, true), (3_040_001, true), (3_044_005, true),
      (3_044_006, false),
      (3_045_000, true), (3_050_006, true), (3_050_007, false), (3_051_000, true),
      (3_051_002, true),
      (3_051_003, false), (3_053_000, false),
    ])
  func walReset(version: Int, hasBug: Bool) {
    #expect(LinkedSQLite.hasWALResetBug(version) == hasBug)
  }
}
