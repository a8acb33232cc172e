import Configuration
import RunModel
import Sweeps
import Testing

@Suite("A point of a sweep")
struct SweepPointTests {
  private static let text = """
    sweep: ring
    base: {preset: ring, set: {generator: {optimizer: {kind: sgd, lr: 0.1}}, samples.every: 0}}
    epochs: 9
    maximize: modes[8]
    params:
      loss: [nonsaturating, wasserstein-gp]
      gradient_penalty.lambda: {log: [0.1, 100], when: loss = 'wasserstein-gp'}
      discriminator.optimizer.lr: {range: [0.1, 0.5], step: 0.1}
      schedule.discriminator: {int: [1, 5]}
      discriminator.layers:
        - [{dense: 8, activation: relu}, {dense: 1}]
        - [{dense: 16, norm: layer}, {dense: 1, bias: false}]
    tie:
      generator.optimizer.lr: (discriminator.optimizer.lr + 0.1) / 2
      schedule.generator: schedule.discriminator * 2 - 1
      r1.gamma: gradient_penalty.lambda * 2
    sampler: random
    points: 8
    """

  private let file: SweepFile
  private let layers: [ParameterValue]

  init() throws {
    file = try SweepFile(text: Self.text, source: "a.yaml")
    guard case .choice(let layers)? = file.space.parameters.last?.domain else {
      throw ConfigurationError("no choice")
    }
    self.layers = layers
  }

  private func assignment(_ loss: String, lambda: Double?, updates: Int64 = 3) -> Assignment {
    Assignment([
      .text(loss), lambda.map { .number($0) }, .number(0.1 + 2 * 0.1), .integer(updates), layers[1],
    ])
  }

  @Test("keeps lists of layers as JSON")
  func structures() {
    #expect(
      layers == [
        .text(#"[{"dense":8,"activation":"relu"},{"dense":1}]"#),
        .text(#"[{"dense":16,"norm":"layer"},{"dense":1,"bias":false}]"#),
      ])
  }

  @Test("is a whole configuration: base, values, ties, seed and epochs")
  func configuration() throws {
    let configuration = try file.configuration(
      of: assignment("wasserstein-gp", lambda: 7), seed: 3, epochs: 5)
    let expected = try RunConfiguration.load(
      preset: "ring",
      sets: [
        "experiment=ring", "generator.optimizer={kind: sgd, lr: 0.1}", "samples.every=0",
        "loss=wasserstein-gp", "gradient_penalty.lambda=7",
        "discriminator.optimizer.lr=0.30000000000000004", "schedule.discriminator=3",
        "discriminator.layers=[{dense: 16, norm: layer}, {dense: 1, bias: false}]",
        "generator.optimizer.lr=0.2", "schedule.generator=5", "r1.gamma=14",
        "evaluate.metrics=[modes]", "seed=3", "epochs=5",
      ])
    #expect(configuration.parameters == expected.parameters)
  }

  @Test("leaves out what takes no part, and what is tied to it")
  func inactive() throws {
    let configuration = try file.configuration(
      of: assignment("nonsaturating", lambda: nil), seed: 1, epochs: 9)
    #expect(configuration.gradientPenalty == nil)
    #expect(configuration.r1Gamma == nil)
  }

  @Test("keeps the experiment and the metrics that its base says")
  func baseFirst() throws {
    let text = Self.text.replacing(
      "samples.every: 0", with: "experiment: mine, evaluate: {every: 2, metrics: [high_quality]}")
    let configuration = try SweepFile(text: text, source: "a.yaml").configuration(
      of: assignment("nonsaturating", lambda: nil), seed: 1, epochs: 9)
    #expect(configuration.experiment == "mine")
    #expect(configuration.evaluation.metrics == [.highQuality, .modes])
  }

  @Test("is refused as a configuration where its values do not go together")
  func impossible() throws {
    var assignment = assignment("nonsaturating", lambda: 7)
    #expect(throws: ConfigurationError.self) {
      try file.configuration(of: assignment, seed: 1, epochs: 9)
    }
    assignment.values = [nil]
    #expect(throws: Never.self) { try file.configuration(of: assignment, seed: 1, epochs: 9) }
  }

  @Test("is stored with the values that take part, and read back")
  func stored() throws {
    for assignment in [
      assignment("wasserstein-gp", lambda: 0.1), assignment("nonsaturating", lambda: nil),
    ] {
      let trial = file.trial(number: 4, assignment: assignment)
      #expect(trial.number == 4)
      #expect(trial.parameters.count == assignment.values.count { $0 != nil })
      #expect(try file.assignment(of: trial) == assignment)
    }
  }

  @Test(
    "of a stranger is refused",
    arguments: [
      (0, ParameterValue.text("hinge"), "has loss hinge"),
      (1, .number(1000), "has gradient_penalty.lambda 1000"),
      (1, .number(.nan), "has gradient_penalty.lambda NaN"),
      (1, .text("7"), "has gradient_penalty.lambda 7"),
      (1, nil, "has no gradient_penalty.lambda"),
      (2, .number(0.25), "has discriminator.optimizer.lr 0.25"),
      (2, .number(0.6), "has discriminator.optimizer.lr 0.6"),
      (3, .integer(6), "has schedule.discriminator 6"),
      (3, .number(3), "has schedule.discriminator 3"),
      (4, .text("[]"), "has discriminator.layers []"),
    ])
  func strange(index: Int, value: ParameterValue?, problem: String) throws {
    var assignment = assignment("wasserstein-gp", lambda: 7)
    assignment.values[index] = value
    let trial = file.trial(number: 2, assignment: assignment)
    let error = try #require(throws: ConfigurationError.self) { try file.assignment(of: trial) }
    #expect(
      error.description
        == "point 2 of sweep ring \(problem), which its file does not allow; another "
        + "program changed the registry: restore a backup, or sweep anew under another name")
  }

  @Test("with a value too many is refused")
  func surplus() throws {
    let trial = file.trial(number: 2, assignment: assignment("nonsaturating", lambda: 7))
    let error = try #require(throws: ConfigurationError.self) { try file.assignment(of: trial) }
    #expect(error.description.contains("has no discriminator.optimizer.lr"))
    var other = file.trial(number: 2, assignment: assignment("nonsaturating", lambda: nil))
    other.parameters.append(Trial.Parameter(key: "batch_size", value: .integer(1)))
    let surplus = try #require(throws: ConfigurationError.self) { try file.assignment(of: other) }
    #expect(surplus.description.contains("has batch_size"))
  }
}
