import RunModel
import RunRegistry
import TestSupport
import Testing

@testable import CommandLine

/// `verify --resume`, as a user calls it.
@Suite("A proof of exact resume")
struct ResumeProofTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func shell(_ commands: String) throws -> Program.Result {
    try Program.shell(commands, in: folder)
  }

  @Test(
    "holds from any checkpoint: at ends of epochs, within one, over a resume, of a child run",
    arguments: [
      ("", "tiny", 4), ("", "tiny@epoch:1", 8), ("--set checkpoint.minutes=1e-9", "tiny", 1),
      ("--set checkpoint.minutes=1e-9", "tiny@step:5", 7),
      // A newest checkpoint within an epoch: what lies beyond is hidden.
      (
        "--set checkpoint.minutes=1e-9; sqlite3 gan-runs.db 'UPDATE attempt SET visible_to = 11'",
        "tiny@step:4", 7
      ),
      // Two epochs more, with other settings that never change a result.
      (
        "; $GAN_RUNS resume tiny --epochs 5 --set samples.every=1 --set checkpoint.every=2 "
          + "--set 'evaluate={every: 1, metrics: [modes]}' -q", "tiny@step:8", 12
      ),
      ("; $GAN_RUNS resume tiny@epoch:1 --name child --set seed=5 -q", "child@step:4", 8),
    ])
  func holds(options: String, reference: String, steps: Int) throws {
    let made = try shell(
      "$GAN_RUNS train --name tiny \(TinyRun.options) \(options); sha256sum gan-runs.db")
    try #require(made.status == 0, "\(made.error)")
    let sum = try #require(made.output.split(separator: "\n").last)
    let result = try shell("$GAN_RUNS verify --resume \(reference) --json && sha256sum gan-runs.db")
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("\"equal\": true"), "\(result.output)")
    #expect(result.output.contains("\"steps\": \(steps),"), "\(result.output)")
    #expect(result.error.contains("training \(steps) steps of run"), "\(result.error)")
    #expect(result.output.hasSuffix(sum + "\n"), "it left a trace")
  }

  @Test("needs two checkpoints, and says which it lacks")
  func lacking() throws {
    let result = try shell(
      """
      $GAN_RUNS train --name tiny \(TinyRun.options) --set checkpoint.keep_last=1 >/dev/null
      $GAN_RUNS verify --resume tiny; test $? = 66 || exit 1
      $GAN_RUNS resume tiny --epochs 4 -q --set checkpoint.keep_last=2 >/dev/null
      $GAN_RUNS verify --resume tiny@last; test $? = 66
      """)
    #expect(result.status == 0, "\(result)")
    let lines = result.error.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].contains("has one checkpoint, and a proof"), "\(lines)")
    #expect(lines.last?.contains("no checkpoint after tiny@last") == true, "\(lines)")
  }

  @Test("fails where the steps come to something else, and names the tensors")
  func fails() throws {
    let made = try shell(
      """
      $GAN_RUNS train --name tiny \(TinyRun.options)
      sqlite3 gan-runs.db "UPDATE setting SET value = 9e-4 WHERE key = 'generator.optimizer.lr';
        UPDATE environment SET value = '0.9.1' WHERE name = 'onednn'"
      """)
    try #require(made.status == 0, "\(made.error)")
    let result = try shell("$GAN_RUNS verify --resume tiny")
    #expect(result.status == 65)
    #expect(result.output.hasPrefix("digest\t\tdiffers\t"))
    #expect(result.output.contains("\ntensor\tgenerator.0.weight\tdiffers\t"), "\(result.output)")
    #expect(result.error.contains("does not go on exactly: of 4 steps from @step:8 to @step:12"))
    #expect(result.error.contains("was trained with oneDNN 0.9.1 (here "), "\(result.error)")
  }

  @Test(
    "needs a checkpoint and a later one, both as they were stored",
    arguments: [
      ("tiny@last", "true", 66, "a later one"), ("tiny@epoch:7", "true", 66, "@epoch:7"),
      ("tiny", TinyRun.damage(step: 8), 65, "checkpoint @step:8"),
      ("tiny", TinyRun.damage(step: 12), 65, "checkpoint @step:12"),
      ("tiny --data", "true", 64, "one of them"),
    ])
  func needs(arguments: String, before: String, status: Int32, words: String) throws {
    let made = try shell("$GAN_RUNS train --name tiny \(TinyRun.options); \(before)")
    try #require(made.status == 0, "\(made.error)")
    let result = try shell("$GAN_RUNS verify --resume \(arguments)")
    #expect(result.status == status)
    #expect(result.output == "")
    #expect(result.error.contains(words), "\(result.error)")
  }
}
