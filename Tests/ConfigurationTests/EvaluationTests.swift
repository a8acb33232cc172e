import RunModel
import Testing

@testable import Configuration

@Suite("What is evaluated, and the best")
struct EvaluationTests {
  private static func text(_ data: String) -> String {
    """
    data: {\(data)}
    latent: {size: 4}
    epochs: 3
    generator:
      layers: [{dense: 2}]
    discriminator:
      layers: [{dense: 1}]
    """
  }

  private static let ring = "kind: ring"
  private static let pictures = "kind: fashion-mnist"

  private func load(_ data: String, _ sets: [String]) throws -> RunConfiguration {
    try RunConfiguration.load(file: ("a.yaml", Self.text(data)), sets: sets)
  }

  private func parameters(_ data: String, _ sets: [String]) throws -> [String: String] {
    try load(data, sets).parameters.filter {
      $0.key.hasPrefix("evaluate") || $0.key.hasPrefix("checkpoint.best")
    }.mapValues(\.description)
  }

  @Test("every quality metric has a direction", arguments: QualityMetric.allCases)
  func directions(metric: QualityMetric) {
    #expect(Retention.Best.Direction(ofMetric: metric.rawValue) != nil)
  }

  @Test("nothing is evaluated and nothing is best unless asked for")
  func nothing() throws {
    #expect(try parameters(Self.ring, []) == ["evaluate.every": "0"])
    let plain = try load(Self.ring, [])
    #expect(plain.evaluation.metrics.isEmpty && plain.checkpoint.best == nil)
  }

  @Test(
    "without a list all metrics are measured that the data can have",
    arguments: [
      (ring, [.modes, .highQuality, .reverseKL]), (pictures, [.swd]),
      ("kind: grid, side: 3", [.modes, .highQuality, .reverseKL]),
    ] as [(String, [QualityMetric])])
  func all(data: String, metrics: [QualityMetric]) throws {
    let configuration = try load(data, ["evaluate.every=2"])
    #expect(configuration.evaluation.every == 2)
    #expect(configuration.evaluation.metrics == metrics)
    #expect(configuration.possibleMetrics == metrics)
    // What was written out reads back to the same.
    #expect(try RunConfiguration(parameters: configuration.parameters) == configuration)
  }

  @Test("the defaults of best are written out: its direction is the metric's")
  func bestDefaults() throws {
    let measured = "evaluate={every: 1, metrics: [modes, reverse_kl, modes]}"
    for (metric, direction) in [("modes", "max"), ("reverse_kl", "min"), ("modes[8]", "max")] {
      let found = try parameters(Self.ring, [measured, "checkpoint.best.metric='\(metric)'"])
      #expect(found["checkpoint.best.direction"] == direction)
      #expect(found["checkpoint.best.keep"] == "1")
    }
    let best = try load(
      Self.ring, ["checkpoint.best={metric: d_accuracy, direction: max, keep: 3}"]
    ).checkpoint.best
    #expect(best == Retention.Best(metric: "d_accuracy", direction: .max, keep: 3))
    #expect(try load(Self.ring, [measured]).evaluation.metrics == [.modes, .reverseKL])
  }

  @Test(
    "what these data can't have and what is never measured is refused in a sentence",
    arguments: [
      (pictures, ["evaluate.metrics=[modes]"], "fashion-mnist has swd"),
      (ring, ["evaluate={every: 1, metrics: [swd]}"], "ring has modes, high_quality, reverse_kl"),
      (ring, ["evaluate.metrics=[mode]"], "one of modes, high_quality, reverse_kl, swd"),
      ("kind: swiss-roll", ["evaluate.every=1"], "data of kind swiss-roll have none"),
      ("kind: swiss-roll", ["evaluate.metrics=[modes]"], "swiss-roll has no quality metric"),
      ("kind: ring, stddev: 0", ["evaluate.metrics=[modes]"], "data.stddev"),
      (ring, ["checkpoint.best.metric=modes"], "set evaluate.every"),
      (
        ring, ["evaluate={every: 1, metrics: [reverse_kl]}", "checkpoint.best.metric=modes"],
        "list modes in evaluate.metrics"
      ),
      (ring, ["evaluate.every=1", "checkpoint.best.metric=swd"], "ring has modes"),
      (ring, ["checkpoint.best.metric=d_los"], "did you mean 'd_loss'?"),
      (ring, ["checkpoint.best.metric=seconds"], "must be one of d_loss"),
      (ring, ["checkpoint.best.metric='d_loss[8]'"], "must be one of d_loss"),
      (ring, ["checkpoint.best.keep=2"], "checkpoint.best.metric is missing"),
      (ring, ["checkpoint.best={metric: d_loss, keep: 0}"], "a whole number from 1"),
      (ring, ["checkpoint.best={metric: d_loss, direction: up}"], "one of min, max"),
    ])
  func refusals(data: String, sets: [String], words: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try load(data, sets) }
    #expect(error.description.contains(words), "\(error)")
    #expect(error.description.hasPrefix("--set "), "\(error)")
    #expect(error.kind == .invalid)
  }

  @Test("evaluating and choosing never change results")
  func passing() throws {
    let plain = try load(Self.ring, [])
    let other = try plain.changed(by: ["evaluate.every=1", "checkpoint.best.metric=modes"])
    #expect(other != plain && other.differsInResultSettings(from: plain).isEmpty)
  }
}
