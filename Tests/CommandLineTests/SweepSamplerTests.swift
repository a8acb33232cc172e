import TestSupport
import Testing

@testable import CommandLine

/// A sweep of a loss, a rate with a step, and a weight that one of the losses has.
private func sweep(_ sampler: String, points: Int) -> String {
  """
  sweep: choices
  base:
    set:
      data: {kind: ring, stddev: 0.2}
      latent: {size: 2}
      steps_per_epoch: 1
      batch_size: 8
      samples.every: 0
      generator: {layers: [{dense: 4}, {dense: 2}]}
      discriminator: {layers: [{dense: 4}, {dense: 1}]}
  epochs: 1
  minimize: g_loss
  params:
    loss: [hinge, wasserstein-gp]
    generator.optimizer.beta1: {range: [0, 0.3], step: 0.1}
    gradient_penalty.lambda: {choice: [1, 10], when: loss = 'wasserstein-gp'}
  sampler: \(sampler)
  points: \(points)
  """
}

@Suite("Samplers on the command line")
struct SweepSamplerTests {
  private func call(_ arguments: String...) throws -> String {
    let called = Console.capture(
      isTerminal: false, environment: ["GAN_RUNS_DB": folder.file("runs.db")]
    ) { GanRuns.run(arguments) }
    #expect(called.status == .done, "\(called.error)")
    return called.output
  }

  private let folder: TemporaryFolder
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    file = folder.file("choices.yaml")
  }

  /// Loss, rate and weight of each line of a plan, in few letters.
  private func plan(_ sampler: String) throws -> [String] {
    writeFile(sweep(sampler, points: 4), to: file)
    return try call("sweep", "run", file, "--dry-run").split(separator: "\n").map { line in
      let values = line.split(separator: "\t").last ?? ""
      return values.split(separator: " ")
        .map { String($0.split(separator: "=").last ?? "") }.joined(separator: " ")
    }
  }

  /// Written down once: these points are the same on every machine, and in every version.
  @Test(
    "a file's first points are what its sampler and its seed say",
    arguments: [
      ("grid", ["hinge 0", "hinge 0.1", "hinge 0.2", "hinge 0.3"]),
      ("random", ["hinge 0", "wasserstein-gp 0.1 10", "wasserstein-gp 0.3 10", "hinge 0.1"]),
      ("sobol", ["wasserstein-gp 0.1 1", "hinge 0.3", "hinge 0", "wasserstein-gp 0.2 10"]),
      ("tpe", ["hinge 0", "wasserstein-gp 0.1 10", "wasserstein-gp 0.3 10", "hinge 0.1"]),
    ])
  func first(sampler: String, expected: [String]) throws {
    #expect(try plan(sampler) == expected)
  }

  @Test("what TPE makes of earlier results, verify comes to as well")
  func verified() throws {
    writeFile(sweep("{kind: tpe, startup: 4}", points: 12), to: file)
    let one = try call("sweep", "work", file)
    let points = try call("sweep", "status", "choices")
    #expect(points.split(separator: "\n").count >= 12, "\(one)")
    let verified = try call("sweep", "verify", "choices")
    #expect(verified.contains("differences\t0"), "\(verified)")
  }
}
