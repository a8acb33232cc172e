import Configuration
import Networks
import Testing

@Suite("Losses, penalties and ramps in a configuration")
struct RecipeTests {
  private static func load(_ sets: String...) throws -> RunConfiguration {
    try RunConfiguration.load(file: ("a.yaml", minimal), sets: sets)
  }

  @Test("a penalty's defaults are those of its paper's code")
  func penalties() throws {
    let critic = try #require(try Self.load("loss=wasserstein-gp").gradientPenalty)
    #expect(critic.weight == 10 && critic.target == 1 && critic.point == .interpolate)
    #expect(!critic.ofProbability)
    let dragan = try #require(try Self.load("loss=dragan").gradientPenalty)
    #expect(dragan.weight == 10 && dragan.target == 1 && !dragan.ofProbability)
    #expect(dragan.point == .aroundReal(noise: 0.5, alpha: true))
    #expect(try Self.load("loss=hinge").gradientPenalty == nil)
    #expect(try Self.load().r1Gamma == nil)
    #expect(try Self.load("r1={gamma: 5}", "loss=hinge").r1Gamma == 5)
  }

  @Test("a penalty's settings are what was asked for")
  func penaltySettings() throws {
    let penalty = try #require(
      try Self.load(
        "loss=dragan",
        "gradient_penalty={lambda: 2, target: 0, noise: 1, alpha: false, output: probability}"
      ).gradientPenalty)
    #expect(penalty.weight == 2 && penalty.target == 0 && penalty.ofProbability)
    #expect(penalty.point == .aroundReal(noise: 1, alpha: false))
  }

  @Test("the weights of the discriminator alone are clipped, and under wasserstein alone")
  func clipping() throws {
    let wasserstein = try Self.load("loss=wasserstein")
    #expect(wasserstein.discriminator.optimizer.constants.weightLimit == 0.01)
    #expect(wasserstein.generator.optimizer.constants.weightLimit == nil)
    let other = try Self.load("loss=wasserstein-gp")
    #expect(other.discriminator.optimizer.constants.weightLimit == nil)
  }

  @Test(
    "a learning rate is a number or a ramp",
    arguments: [
      ("3e-4", .constant(3e-4)),
      ("{start: 1, end: 0, over_epochs: 2.5}", .linear(start: 1, end: 0, epochs: 2.5)),
      ("{start: 1, factor: 0.5}", .geometric(start: 1, factor: 0.5, floor: 0)),
      ("{start: 1, factor: 0.5, floor: 0.1}", .geometric(start: 1, factor: 0.5, floor: 0.1)),
    ] as [(String, Ramp)])
  func rates(text: String, expected: Ramp) throws {
    for kind in ["adam", "sgd", "rmsprop"] {
      let configuration = try Self.load(
        "generator.optimizer.kind=\(kind)", "generator.optimizer.lr=\(text)")
      #expect(configuration.generator.optimizer.learningRate == expected)
      let again = try RunConfiguration.load(file: ("b.yaml", configuration.yaml()))
      #expect(again == configuration)
      #expect(again.generator.optimizer.learningRate == expected)
    }
  }

  @Test("momentum may be a ramp, and RMSProp has a decay")
  func optimizers() throws {
    let momentum = try Self.load(
      "generator.optimizer={kind: sgd, momentum: {start: 0.5, end: 0.7, over_epochs: 250}}")
    #expect(
      momentum.generator.optimizer.kind
        == .sgd(momentum: .linear(start: 0.5, end: 0.7, epochs: 250)))
    let rmsprop = try Self.load("generator.optimizer={kind: rmsprop, decay: 0.9}").generator
    #expect(rmsprop.optimizer.kind == .rmsprop)
    #expect(rmsprop.optimizer.learningRate == 2e-4)
    #expect(rmsprop.optimizer.constants.squareDecay == 0.9)
    #expect(rmsprop.optimizer.constants.epsilon == 1e-8)
  }

  @Test(
    "a ramp that is neither to an end nor by a factor is refused",
    arguments: [
      "{start: 1}", "{start: 1, end: 0}", "{end: 0, over_epochs: 3}", "{factor: 0.5}",
      "{start: 1, end: 0, over_epochs: 3, floor: 0.1}", "{start: 1, floor: 0.1}",
      "{start: 1, end: 0, over_epochs: 3, factor: 0.5}", "{start: 1, end: 0, over_epochs: 0}",
      "{start: 1, factor: 1.5}",
    ])
  func rampRefusals(text: String) throws {
    let message = try #require(
      RefusalTests.message(minimal, sets: ["generator.optimizer.lr=\(text)"]))
    #expect(message.contains("generator.optimizer.lr"), "\(message)")
  }

  @Test(
    "a gradient penalty together with batch norm in the critic is refused, with the reason",
    arguments: [
      ("wasserstein-gp", "loss wasserstein-gp"), ("dragan", "loss dragan"), ("hinge", "r1"),
    ])
  func batchNorm(loss: String, penalty: String) throws {
    var text = minimal.split(separator: "\n").dropLast().joined(separator: "\n")
    text += "\nloss: \(loss)\n" + (penalty == "r1" ? "r1: {gamma: 1}\n" : "")
    text += "discriminator:\n  layers:\n    - {dense: 4}\n    - {dense: 4, norm: batch}\n"
    text += "    - {dense: 1}\n"
    let message = try #require(RefusalTests.message(text))
    #expect(message.contains("discriminator.layers.1.norm.kind is batch"), "\(message)")
    #expect(message.contains("\(penalty) penalises"), "\(message)")
    let line = text.split(separator: "\n").firstIndex { $0.contains("norm: batch") } ?? 0
    #expect(message.hasPrefix("a.yaml:\(line + 1): "), "\(message)")
    // The generator may keep it.
    let moved = text.replacing(", norm: batch", with: "")
      .replacing("[{dense: 8, activation: relu}", with: "[{dense: 8, norm: batch}")
    #expect(RefusalTests.message(moved) == nil)
  }
}
