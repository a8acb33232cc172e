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
    let objective = Objective(
      try configuration(smallRing, "loss=\(loss)", "label_smoothing=\(smoothing)"))
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
