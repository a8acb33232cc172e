import RunModel
import RunRegistry
import TestSupport
import Testing

@testable import CommandLine

/// A small run of three epochs, and its registry to be damaged: as a user meets it.
@Suite("Resuming")
struct ResumeTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let trained = try shell("$GAN_RUNS train --name tiny \(TinyRun.options)")
    try #require(trained.status == 0, "\(trained.error)")
  }

  private func shell(_ commands: String) throws -> Program.Result {
    try Program.shell(commands, in: folder)
  }

  /// Overwrites one tensor of the checkpoint at a step.
  private func damage(step: Int) throws {
    let result = try shell(TinyRun.damage(step: step))
    try #require(result.status == 0, "\(result.error)")
  }

  private func digest(_ reference: String = "tiny") throws -> String {
    let reader = try RegistryReader(path: folder.file("gan-runs.db"))
    return try #require(reader.checkpoints(of: reader.run(reference).id).last).digest.description
  }

  @Test("a damaged newest checkpoint is named and refused, with the call that takes the one before")
  func refused() throws {
    try damage(step: 12)
    let result = try shell("$GAN_RUNS resume tiny --epochs 5")
    #expect(result.status == 65)
    #expect(result.output == "")
    let run = try RegistryReader(path: folder.file("gan-runs.db")).run("tiny")
    #expect(result.error.contains("checkpoint @step:12 of run \(run.id)"), "\(result.error)")
    #expect(result.error.contains("'gan-runs resume \(run.id) --allow-older'"), "\(result.error)")
    #expect(result.error.contains("@step:8, the end of epoch 2"), "\(result.error)")
    #expect(!result.error.contains("backup"), "\(result.error)")
    #expect(run.status == .finished)
  }

  @Test("a damaged checkpoint that is named is refused with the same hint")
  func named() throws {
    try damage(step: 12)
    for reference in ["tiny@last", "tiny@step:12"] {
      let result = try shell("$GAN_RUNS resume \(reference) --epochs 5")
      #expect(result.status == 65)
      #expect(result.error.contains("'gan-runs resume tiny --allow-older'"), "\(result.error)")
    }
  }

  @Test(
    "with --allow-older the run goes on from the newest that verifies, to the bits it would have had",
    arguments: [[12], [8, 12]])
  func older(damaged: [Int]) throws {
    let end = try digest()
    for step in damaged { try damage(step: step) }
    let result = try shell("$GAN_RUNS resume tiny --allow-older --json")
    #expect(result.status == 0, "\(result.error)")
    let place = damaged.count == 1 ? "@step:8, the end of epoch 2" : "@step:4, the end of epoch 1"
    for step in damaged {
      let said = result.error.split(separator: "\n").contains {
        $0.contains("@step:\(step) of run") && $0.contains("going on from \(place)")
      }
      #expect(said, "\(result.error)")
    }
    #expect(try digest() == end)
    let reader = try RegistryReader(path: folder.file("gan-runs.db"))
    let run = try reader.run("tiny")
    #expect(run.status == .finished && run.epoch == 3)
    let attempts = try reader.attempts(of: run.id)
    #expect(attempts.map(\.startStep) == [0, 12 - 4 * damaged.count])
    #expect(
      try reader.lines(of: run.id).filter { $0.text.contains("going on") }.count == damaged.count)
    // What was damaged is shadowed: the run stands as one that never was.
    let again = try shell("$GAN_RUNS resume tiny --epochs 4")
    #expect(again.status == 0, "\(again.error)")
    #expect(try reader.checkpoints(of: run.id).last?.step == 16)
  }

  @Test("a damaged checkpoint that is not needed is no hindrance")
  func notNeeded() throws {
    try damage(step: 8)
    let result = try shell("$GAN_RUNS resume tiny --epochs 4")
    #expect(result.status == 0, "\(result.error)")
  }

  @Test(
    "a checkpoint that is named and damaged is refused by its name, whatever the verb",
    arguments: [
      "resume tiny@step:12 --epochs 4", "resume tiny@last --epochs 4", "resume tiny@step:8",
      "sample tiny@epoch:2 -o x.csv", "sample tiny -o x.csv", "evaluate tiny@step:8",
      "checkpoints export tiny@step:12 -o x.safetensors",
    ])
  func named(call: String) throws {
    try damage(step: 8)
    try damage(step: 12)
    let result = try shell("$GAN_RUNS \(call); status=$?; ls; exit $status")
    #expect(result.status == 65, "\(result.error)")
    let step = call.contains("step:8") || call.contains("epoch:2") ? 8 : 12
    #expect(result.error.contains("checkpoint @step:\(step) of run"), "\(result.error)")
    #expect(!result.output.contains("x."), "\(result.output)")
  }

  @Test("where no checkpoint verifies there is nothing to go on from")
  func allDamaged() throws {
    for step in [4, 8, 12] { try damage(step: step) }
    for call in ["resume tiny", "resume tiny --allow-older"] {
      let result = try shell("$GAN_RUNS \(call)")
      #expect(result.status == 65)
      #expect(result.error.contains("no checkpoint of the run verifies"), "\(result.error)")
    }
  }

  @Test("a checkpoint whose own step is another than its state's is damaged too")
  func otherStep() throws {
    let changed = try shell("sqlite3 gan-runs.db 'UPDATE checkpoint SET step = 13 WHERE step = 12'")
    try #require(changed.status == 0, "\(changed.error)")
    let refused = try shell("$GAN_RUNS resume tiny --epochs 4")
    #expect(refused.status == 65)
    #expect(refused.error.contains("@step:13") && refused.error.contains("of step 12"))
    #expect(try shell("$GAN_RUNS resume tiny --epochs 4 --allow-older").status == 0)
  }

  @Test("--allow-older beside a checkpoint's name is wrong usage")
  func contradiction() throws {
    let result = try shell("$GAN_RUNS resume tiny@step:8 --allow-older")
    #expect(result.status == 64)
    #expect(result.error.contains("drop one of the two"))
  }

  @Test("an environment that can change bits is said, and kept in the run's log")
  func environment() throws {
    let changed = try shell(
      "sqlite3 gan-runs.db \"UPDATE environment SET value = '0.9.1' WHERE name = 'onednn'\"")
    try #require(changed.status == 0, "\(changed.error)")
    let result = try shell("$GAN_RUNS resume tiny --epochs 4")
    #expect(result.status == 0)
    let sentence = "was trained with oneDNN 0.9.1 (here "
    #expect(result.error.contains(sentence), "\(result.error)")
    let reader = try RegistryReader(path: folder.file("gan-runs.db"))
    let run = try reader.run("tiny")
    #expect(try reader.lines(of: run.id).contains { $0.text.contains(sentence) })
    // The attempt that goes on from here on ran here.
    let again = try shell("$GAN_RUNS resume tiny --epochs 5")
    #expect(!again.error.contains("was trained with"), "\(again.error)")
  }
}
