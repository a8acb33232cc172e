import Adversarial
import Configuration
import Foundation
import Tensors
import Testing

@Suite("Losses from logits")
struct ObjectiveTests {
  private enum Cost: String, CaseIterable { case real, fake, generator }

  /// The costs of some logits, and their derivatives.
  private static func costs(
    _ cost: Cost, _ loss: String, smoothing: Double = 0, of logits: [Float]
  ) throws -> (values: [Float], slopes: [Float]) {
    let sets = ["loss=\(loss)"] + (smoothing == 0 ? [] : ["label_smoothing=\(smoothing)"])
    let objective = Objective(
      try RunConfiguration.load(file: (name: "test.yaml", text: smallCritic), sets: sets))
    let graph = Graph()
    let input = graph.input("logits", perUnit: 1, columns: 1)
    let output =
      switch cost {
      case .real: objective.realCost(input)
      case .fake: objective.fakeCost(input)
      case .generator: objective.generatorCost(input)
      }
    graph.output(output, "cost")
    graph.output(gradients(of: output.sum, for: [input])[0], "slope")
    let plan = try Plan(graph, sharding: Sharding(units: logits.count, shards: 2), seed: 1)
    plan.withInput("logits") { _ = $0.update(fromContentsOf: logits) }
    plan.run(on: Workers(threads: 1))
    return (
      plan.withOutput("cost") { values, _, _ in Array(values) },
      plan.withOutput("slope") { values, _, _ in Array(values) }
    )
  }

  private static let logits: [Float] = [-120, -30, -8, -1, -0.1, 0, 0.1, 1, 8, 30, 120]

  @Test(
    "agree with the logarithms they stand for",
    arguments: [("minimax", 0.0), ("nonsaturating", 0.0), ("nonsaturating", 0.1)])
  func values(loss: String, smoothing: Double) throws {
    func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
    for cost in Cost.allCases {
      let measured = try Self.costs(cost, loss, smoothing: smoothing, of: Self.logits).values
      for (logit, value) in zip(Self.logits.map(Double.init), measured) {
        // −log σ(l) and −log(1 − σ(l)), weighted by the label.
        let expected =
          switch cost {
          case .real: (1 - smoothing) * softplus(-logit) + smoothing * softplus(logit)
          case .fake: softplus(logit)
          case .generator: loss == "minimax" ? -softplus(logit) : softplus(-logit)
          }
        #expect(
          abs(Double(value) - expected) <= 1e-6 * max(1, abs(expected)),
          "\(cost) of \(logit): \(value), not \(expected)")
      }
    }
  }

  @Test(
    "are least squares, differences of means, and hinges",
    arguments: [
      "least-squares", "wasserstein", "wasserstein-gp", "hinge", "dragan",
    ])
  func otherValues(loss: String) throws {
    // Of each cost the value and the slope at a logit, from the papers' formulas.
    func expected(_ cost: Cost, _ l: Double) -> (value: Double, slope: Double) {
      let sigmoid = 1 / (1 + exp(-l))
      return switch (loss, cost) {
      case ("least-squares", .fake): (l * l / 2, l)
      case ("least-squares", _): ((l - 1) * (l - 1) / 2, l - 1)
      case ("hinge", .real): (max(0, 1 - l), l < 1 ? -1 : 0)
      case ("hinge", .fake): (max(0, 1 + l), l > -1 ? 1 : 0)
      case ("dragan", .fake): (max(l, 0) + log1p(exp(-abs(l))), sigmoid)
      case ("dragan", _): (max(-l, 0) + log1p(exp(-abs(l))), sigmoid - 1)
      case (_, .fake): (l, 1)
      default: (-l, -1)
      }
    }
    for cost in Cost.allCases {
      let measured = try Self.costs(cost, loss, of: Self.logits)
      for (place, logit) in Self.logits.map(Double.init).enumerated() {
        // At a hinge's corner either slope will do.
        let (value, slope) = expected(cost, logit)
        #expect(
          abs(Double(measured.values[place]) - value) <= 1e-6 * max(1, abs(value)),
          "\(cost) of \(logit)")
        guard abs(logit) != 1 else { continue }
        #expect(
          abs(Double(measured.slopes[place]) - slope) <= 1e-6 * max(1, abs(slope)),
          "\(cost)'s slope at \(logit)")
      }
    }
  }

  @Test(
    "know where a discriminator is undecided; a critic's logits have no such place",
    arguments: [
      ("minimax", 0, 0), ("hinge", 0, 0), ("least-squares", 0, 0.5), ("least-squares", 0.5, 0.25),
      ("wasserstein", 0, nil), ("wasserstein-gp", 0, nil), ("dragan", 0.1, 0),
    ] as [(String, Double, Float?)])
  func boundary(loss: String, smoothing: Double, expected: Float?) throws {
    let sets = ["loss=\(loss)"] + (smoothing == 0 ? [] : ["label_smoothing=\(smoothing)"])
    let configuration = try RunConfiguration.load(
      file: (name: "test.yaml", text: smallCritic), sets: sets)
    #expect(Objective(configuration).boundary == expected)
  }

  @Test("the minimax generator learns nothing from a discriminator that wins, the other one does")
  func saturation() throws {
    let won: [Float] = [-12]
    let minimax = try Self.costs(.generator, "minimax", of: won).slopes[0]
    let nonsaturating = try Self.costs(.generator, "nonsaturating", of: won).slopes[0]
    #expect(abs(minimax) < 1e-5)
    #expect(abs(nonsaturating + 1) < 1e-5)
  }

  @Test("a tie costs the discriminator 2 ln 2")
  func tie() throws {
    let real = try Self.costs(.real, "minimax", of: [0]).values[0]
    let fake = try Self.costs(.fake, "minimax", of: [0]).values[0]
    #expect(abs(Double(real + fake) - 2 * M_LN2) < 1e-6)
  }
}
