import TestSupport
import Testing

@testable import CommandLine

/// Small networks on a ring, evaluated every other epoch.
private let evaluatedRing = """
  data: {kind: ring, stddev: 0.2}
  latent: {size: 2}
  epochs: 6
  steps_per_epoch: 20
  batch_size: 32
  samples: {every: 0}
  generator:
    layers: [{dense: 16, activation: tanh}, {dense: 2}]
    optimizer: {lr: 2e-3}
  discriminator:
    layers: [{dense: 16, activation: leaky-relu}, {dense: 1}]
  evaluate: {every: 2, metrics: [high_quality, modes]}
  checkpoint: {keep_last: 1, best: {metric: high_quality}}
  """

@Suite("Evaluating")
struct EvaluateTests {
  let folder: TemporaryFolder
  let config: String

  init() throws {
    folder = try TemporaryFolder()
    config = folder.file("tiny.yaml")
    writeFile(evaluatedRing, to: config)
  }

  private func call(_ arguments: String..., isTerminal: Bool = false) -> Captured {
    Console.capture(
      isTerminal: isTerminal, environment: ["GAN_RUNS_DB": folder.file("runs.db")]
    ) { GanRuns.run(arguments) }
  }

  /// Values of a metric's visible points, by epoch.
  private func points(_ metric: String) -> [(epoch: String, value: String)] {
    call("export", "tiny").output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }.filter { $0[2] == metric }.map { ($0[4], $0[6]) }
  }

  @Test("what training recorded is what evaluate measures, and the best is the best recorded")
  func sameNumbers() throws {
    #expect(call("train", "--config", config).status == .done)
    let recorded = points("high_quality")
    #expect(recorded.map(\.epoch) == ["2", "4", "6"])
    let last = call("evaluate", "tiny", "--csv")
    #expect(last.status == .done)
    let lines = last.output.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(lines[0] == ["run_id", "checkpoint_digest", "metric", "value"])
    #expect(lines.dropFirst().map { $0[2] } == ["high_quality", "modes[8]"])
    #expect(lines[1][3] == recorded[2].value)

    let best = try #require(
      recorded.max { (Double($0.value) ?? -1) < (Double($1.value) ?? -1) })
    let ofBest = call("evaluate", "tiny@best", "--metrics", "high_quality")
    #expect(ofBest.output == "high_quality\t\(best.value)\n")
    let list = call("checkpoints", "list", "tiny").output.split(separator: "\n")
    #expect(list.count { $0.contains("\tbest\t") && $0.contains("\t\(best.epoch)\t") } == 1)
  }

  @Test("a terminal gets short numbers, JSON the contract's object")
  func formats() throws {
    #expect(call("train", "--config", config, "--set", "epochs=2").status == .done)
    let table = call("evaluate", "latest", isTerminal: true)
    #expect(table.output.contains("modes[8]") && table.error == "")
    let json = call("evaluate", "latest", "--metrics", "modes,reverse_kl", "--ndjson").output
    #expect(json.hasPrefix("{\"run_id\":\"r"), "\(json)")
    #expect(json.contains("\"checkpoint_digest\":\""), "\(json)")
    #expect(json.contains("\"metrics\":{\"modes[8]\":"), "\(json)")
    #expect(json.contains("\"reverse_kl\":"), "\(json)")
  }

  @Test("a stop and a resume end with the same best")
  func resumed() throws {
    #expect(call("train", "--config", config, "--name", "tiny").status == .done)
    let straight = call("checkpoints", "list", "tiny").output
    #expect(
      call("train", "--config", config, "--name", "again", "--set", "epochs=3").status == .done)
    #expect(call("resume", "again", "--epochs", "6").status == .done)
    func digests(_ list: String) -> [[Substring]] {
      list.split(separator: "\n").map { line in
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        return [fields[1], fields[3], fields[7]]
      }
    }
    #expect(digests(straight) == digests(call("checkpoints", "list", "again").output))
  }

  @Test(
    "what can't be measured is said, with the exit status of the cause",
    arguments: [
      (["evaluate", "tiny", "--metrics", "swd"], .invalid, "ring has modes"),
      (["evaluate", "tiny", "--metrics", "mods"], .usage, "none of modes"),
      (["evaluate", "tiny", "--metrics", "modes[9]"], .usage, "modes[8]"),
      (["evaluate", "tiny@best"], .missing, "checkpoint.best"),
      (["evaluate", "nobody"], .missing, "nobody"),
    ] as [([String], ProcessStatus, String)])
  func refusals(arguments: [String], status: ProcessStatus, words: String) throws {
    let text = evaluatedRing.replacing(", best: {metric: high_quality}", with: "")
    writeFile(text, to: config)
    #expect(call("train", "--config", config, "--set", "epochs=1").status == .done)
    let result = Console.capture(
      isTerminal: false, environment: ["GAN_RUNS_DB": folder.file("runs.db")]
    ) { GanRuns.run(arguments) }
    #expect(result.status == status)
    #expect(result.error.contains(words), "\(result.error)")
    #expect(result.output == "")
  }
}
