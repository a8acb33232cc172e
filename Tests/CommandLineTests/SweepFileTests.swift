import TestSupport
import Testing

@testable import CommandLine

/// Two points of small networks on a ring: with a penalty, and without.
private let tinySweep = """
  sweep: tiny
  base:
    set:
      data: {kind: ring, stddev: 0.2}
      latent: {size: 2}
      steps_per_epoch: 3
      batch_size: 8
      samples.every: 0
      generator: {layers: [{dense: 4}, {dense: 2}]}
  epochs: 1
  minimize: last(d_loss) - last(modes[8])
  params:
    loss: [wasserstein-gp, hinge]
    gradient_penalty.lambda: {int: [5, 6], when: loss = 'wasserstein-gp'}
    discriminator.layers: [[{dense: 4, activation: relu}, {dense: 1}]]
    discriminator.optimizer.lr: [1e-3]
  tie:
    generator.optimizer.lr: discriminator.optimizer.lr / 4
    r1.gamma: gradient_penalty.lambda * 2
  sampler: grid
  """

@Suite("A sweep's file on the command line")
struct SweepFileTests {
  let folder: TemporaryFolder
  let file: String

  init() throws {
    folder = try TemporaryFolder()
    file = folder.file("tiny.yaml")
    writeFile(tinySweep, to: file)
  }

  private func call(_ arguments: String...) -> Captured { call(arguments) }

  private func call(_ arguments: [String]) -> Captured {
    Console.capture(
      isTerminal: false, environment: ["GAN_RUNS_DB": folder.file("runs.db")]
    ) { GanRuns.run(arguments) }
  }

  @Test("a line that is wrong ends with 65, and nothing is stored")
  func refused() {
    writeFile(tinySweep.replacing("hinge]", with: "hing]"), to: file)
    for arguments in [["run", file, "--dry-run"], ["run", file], ["work", file]] {
      let refused = call(["sweep"] + arguments)
      #expect(refused.status == .invalid)
      #expect(
        refused.error == "gan-runs: \(file):13: loss must be one of minimax, nonsaturating, "
          + "least-squares, wasserstein, wasserstein-gp, hinge, dragan, not 'hing' (did you mean "
          + "'hinge'?)\n")
      #expect(refused.output == "")
    }
    #expect(call("list").status == .missing)
  }

  @Test("the built-in sweeps can be planned by their names", arguments: ["ring-lr"])
  func builtIn(name: String) {
    let plan = call("sweep", "run", name, "--dry-run")
    #expect(plan.status == .done, "\(plan.error)")
    #expect(plan.output.contains("generator.optimizer.lr="), "\(plan.output)")
  }

  @Test("runs are trained with the values, the ties and the base that it says")
  func trained() throws {
    let work = call("sweep", "work", file)
    #expect(work.status == .done, "\(work.error)")
    let runs = call(
      "list", "--columns",
      "name,experiment,params.loss,params.gradient_penalty.lambda,"
        + "params.r1.gamma,params.generator.optimizer.lr,params.discriminator.layers.0.activation,"
        + "params.seed,params.evaluate.metrics.0,modes[8]", "--sort", "name"
    ).output
    let lines = runs.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false)
    }
    #expect(
      lines.map { $0.prefix(9).joined(separator: " ") } == [
        "tiny-0 tiny wasserstein-gp 5 10 0.00025 relu 1 modes",
        "tiny-1 tiny wasserstein-gp 6 12 0.00025 relu 1 modes",
        "tiny-2 tiny hinge   0.00025 relu 1 modes",
      ])
    // Measured at the end although no evaluate.every says so.
    #expect(lines.allSatisfy { $0.last.map { Double($0) != nil } == true }, "\(runs)")
  }
}
