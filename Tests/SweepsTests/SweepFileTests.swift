import Configuration
import Foundation
import RunModel
import Sweeps
import Testing

/// A small sweep with each part that must be there.
let smallSweep = """
  sweep: ring-losses
  base: {preset: ring, set: {steps_per_epoch: 100}}
  epochs: 9
  minimize: d_loss
  params:
    loss: [nonsaturating, hinge, wasserstein-gp]
    generator.optimizer.lr: {log: [1e-5, 1e-2]}
  sampler: random
  points: 8
  """

@Suite("A sweep's file")
struct SweepFileTests {
  private static func page() throws -> String {
    let page = URL(fileURLWithPath: #filePath).appending(path: "../../../docs/sweeps.md")
      .standardized
    return try String(contentsOf: page, encoding: .utf8)
  }

  /// The example of docs/sweeps.md.
  static func example() throws -> String {
    let text = try page()
    let start = try #require(text.range(of: "```yaml\nsweep: "))
    let end = try #require(text[start.upperBound...].range(of: "\n```"))
    return "sweep: " + text[start.upperBound..<end.lowerBound] + "\n"
  }

  @Test("says all that its documentation's example says")
  func whole() throws {
    let text = try Self.example()
    let file = try SweepFile(text: text, source: "fashion.yaml")
    #expect(file.name == "fashion-losses")
    #expect(file.text == text)
    #expect(file.digest == SHA256.digest(text.utf8))
    #expect(file.epochs == 27)
    #expect(file.seed == 1)
    #expect(file.objective.text == "last(swd[n=2048])")
    #expect(file.objective.direction == .min)
    #expect(
      file.space.parameters.map(\.key) == [
        "loss", "discriminator.optimizer.lr", "discriminator.optimizer.beta1",
        "schedule.discriminator", "gradient_penalty.lambda", "discriminator.layers.1.dropout",
      ])
    #expect(
      file.space.parameters.map(\.domain) == [
        .choice([.text("nonsaturating"), .text("hinge"), .text("wasserstein-gp")]),
        .log(low: 1e-5, high: 1e-2), .range(low: 0, high: 0.9, step: 0.1),
        .int(low: 1, high: 5, isLog: false), .log(low: 0.1, high: 100),
        .choice([.number(0.1), .number(0.3)]),
      ])
    #expect(
      file.space.parameters.map { $0.condition?.filter.text } == [
        nil, nil, nil, nil, "loss = 'wasserstein-gp'", "loss != 'wasserstein-gp'",
      ])
    #expect(file.sampler == .tpe(startup: 10))
    #expect(file.points == 81)
    #expect(file.window == 4)
    #expect(file.seeds == 1)
    #expect(file.confirmation == Rules.Confirmation(top: 3, seeds: 10))
    #expect(file.stopping == .halving(eta: 3, first: 1))
    #expect(file.failures == SweepFile.Failures(retries: 2, abortAfter: 5))
    #expect(file.budget == SweepFile.Budget(epochs: 1500, wall: .seconds(8 * 3600)))
    #expect(
      file.rules
        == Rules(
          window: 4, seeds: 1, stopping: .halving(eta: 3, first: 1), learnsFromResults: true,
          minimizes: true, confirmation: Rules.Confirmation(top: 3, seeds: 10), epochs: 1500))
  }

  @Test("has every key described in docs/sweeps.md")
  func described() throws {
    let page = try Self.page()
    let refused = [
      "zzzzzzzz: 1", smallSweep + "\nstop: {kind: halving, zzzzzzzz: 1}",
      smallSweep + "\nstop: {kind: median, zzzzzzzz: 1}", smallSweep + "\nfail: {zzzzzzzz: 1}",
      smallSweep + "\nconfirm: {zzzzzzzz: 1}", smallSweep + "\nbudget: {zzzzzzzz: 1}",
      smallSweep.replacing("random", with: "{kind: tpe, zzzzzzzz: 1}"),
      smallSweep.replacing("log: [1e-5, 1e-2]", with: "zzzzzzzz: 1"),
      smallSweep.replacing("preset: ring", with: "zzzzzzzz: 1"),
    ]
    for text in refused {
      let sentence = try #require(SweepFileRefusalTests.refusal(text))
      let keys = try #require(sentence.split(separator: " takes ").last).split(separator: ", ")
      for key in keys where key != "kind" {
        #expect(
          page.contains("`\(key)`") || page.contains("`\(key): ") || page.contains(" \(key): ")
            || page.contains("{\(key): "),
          "\(key) is not in docs/sweeps.md")
      }
      #expect(keys.count >= 2)
    }
    for name in SweepFile.builtInNames { #expect(page.contains("`\(name)`")) }
  }

  @Test("has defaults for what it leaves out")
  func defaults() throws {
    let file = try SweepFile(text: smallSweep, source: "a.yaml")
    #expect(file.seed == 1)
    #expect(file.window == 4)
    #expect(file.seeds == 1)
    #expect(file.confirmation == nil)
    #expect(file.stopping == .none)
    #expect(file.failures == SweepFile.Failures(retries: 2, abortAfter: 5))
    #expect(file.budget == SweepFile.Budget(epochs: nil, wall: nil))
    #expect(!file.rules.learnsFromResults)
  }

  @Test(
    "takes each way to write a domain",
    arguments: [
      ("schedule.discriminator", "[1, 5]", Domain.choice([.integer(1), .integer(5)])),
      ("schedule.discriminator", "{choice: [1, 5]}", .choice([.integer(1), .integer(5)])),
      ("schedule.discriminator", "{int: [1, 64]}", .int(low: 1, high: 64, isLog: false)),
      ("schedule.discriminator", "{int: [1, 64], log: true}", .int(low: 1, high: 64, isLog: true)),
      ("schedule.discriminator", "{int: [1, 64], log: no}", nil),
      ("schedule.discriminator", "{range: [1, 5], step: 2}", .range(low: 1, high: 5, step: 2)),
      ("label_smoothing", "{range: [0, 0.9]}", .range(low: 0, high: 0.9, step: nil)),
      ("label_smoothing", "{range: [0, 0.9], step: 0.3}", .range(low: 0, high: 0.9, step: 0.3)),
      ("label_smoothing", "{range: [0.1, 0.3], step: 0.1}", .range(low: 0.1, high: 0.3, step: 0.1)),
      ("latent.scale", "{log: [1e-1, 10]}", .log(low: 0.1, high: 10)),
      ("discriminator.batch_norm", "[separate]", .choice([.text("separate")])),
      ("schedule.fresh_batch", "[true, false]", .choice([.boolean(true), .boolean(false)])),
    ])
  func domains(key: String, written: String, domain: Domain?) throws {
    let text = smallSweep.replacing(
      "generator.optimizer.lr: {log: [1e-5, 1e-2]}", with: "\(key): \(written)"
    ).replacing("wasserstein-gp", with: "minimax").replacing("hinge, ", with: "")
    let file = try? SweepFile(text: text, source: "a.yaml")
    #expect(file?.space.parameters[1].domain == domain)
  }

  @Test(
    "takes each kind of sampler and of stopping, alone or as a map",
    arguments: [
      ("sampler: sobol", SweepFile.Sampler.sobol, Stopping.none),
      ("sampler: {kind: grid}\nparams: {loss: [hinge]}", .grid, .none),
      ("sampler: tpe", .tpe(startup: 10), .none),
      ("sampler: {kind: tpe, startup: 3}\nstop: none", .tpe(startup: 3), .none),
      ("sampler: random\nstop: halving", .random, .halving(eta: 3, first: 1)),
      (
        "sampler: random\nstop: {kind: halving, eta: 2, first: 4}", .random,
        .halving(eta: 2, first: 4)
      ),
      ("sampler: random\nstop: {kind: sync}", .random, .sync(eta: 3, first: 1)),
      ("sampler: random\nstop: median", .random, .median(warmup: 0, startup: 5)),
      (
        "sampler: random\nstop: {kind: median, warmup: 3, startup: 2}", .random,
        .median(warmup: 3, startup: 2)
      ),
    ])
  func kinds(lines: String, sampler: SweepFile.Sampler, stopping: Stopping) throws {
    let params =
      lines.contains("params") ? "" : "\nparams: {generator.optimizer.lr: {log: [1e-5, 1]}}"
    let text = "sweep: a\nbase: {preset: ring}\nepochs: 9\nminimize: d_loss\npoints: 5\n"
    let file = try SweepFile(text: text + lines + params, source: "a.yaml")
    #expect(file.sampler == sampler)
    #expect(file.stopping == stopping)
  }

  @Test(
    "takes times with a unit or in seconds",
    arguments: [
      ("8h", 8 * 3_600_000), ("90m", 90 * 60_000), ("30s", 30_000), ("45", 45_000),
      ("0.5", 500), ("1.5h", 5_400_000), ("2d", 2 * 86_400_000),
    ])
  func times(written: String, milliseconds: Int) throws {
    let file = try SweepFile(text: smallSweep + "\nbudget: {wall: \(written)}", source: "a.yaml")
    #expect(file.budget.wall == .milliseconds(milliseconds))
    #expect(file.budget.epochs == nil)
  }

  @Test("names the epochs whose end must measure the objective's quality metrics")
  func evaluationEpochs() throws {
    func epochs(_ objective: String) throws -> Set<Int> {
      try SweepFile(
        text: smallSweep.replacing("minimize: d_loss", with: objective), source: "a.yaml"
      ).evaluationEpochs(rungs: [3, 9])
    }
    #expect(try epochs("minimize: d_loss") == [])
    #expect(try epochs("minimize: reverse_kl") == [3, 9])
    #expect(try epochs("minimize: best(reverse_kl)") == [3, 9])
    #expect(try epochs("minimize: at(reverse_kl, 2) + d_loss") == [2, 3, 9])
    #expect(try epochs("maximize: mean(modes[8], 4)") == [1, 2, 3, 6, 7, 8, 9])
  }
}
