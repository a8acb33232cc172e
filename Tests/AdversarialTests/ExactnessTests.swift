import Adversarial
import Configuration
import Foundation
import RunModel
import Tensors
import Testing

/// A small DCGAN on pictures of a file, thirteen to a batch and three shards; thirty pictures train, so
/// that a third step begins another permutation.
private let dcgan = """
  data: {kind: idx, path: PICTURES, held_out: 0.25}
  latent: {size: 4}
  epochs: 2
  steps_per_epoch: 4
  batch_size: 13
  shards: 3
  samples: {every: 1, count: 4}
  log_every: 1
  generator:
    ema: 0.9
    layers:
      - {dense: 24, bias: false}
      - {reshape: [2, 2, 6], norm: batch, activation: relu}
      - {conv_transpose: 17, norm: batch, activation: relu}
      - {conv_transpose: 1, norm: spectral, activation: tanh}
    optimizer: {kind: adam, lr: {start: 2e-3, end: 0, over_epochs: 3}}
  discriminator:
    layers:
      - {conv: 4, norm: spectral, activation: leaky-relu}
      - {conv: 18, NORM, activation: leaky-relu}
      - {dropout: 0.3}
      - {dense: 1, norm: spectral}
  """

/// One recipe with its own kind of state.
private struct Recipe: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var norm = "norm: batch"
  var sets: [String] = []

  func configuration() throws -> RunConfiguration {
    let pictures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/pictures.idx").path
    let text = dcgan.replacing("PICTURES", with: "\"\(pictures)\"").replacing("NORM", with: norm)
    return try .load(file: (name: "test.yaml", text: text), sets: sets)
  }
}

private let recipes = [
  Recipe(testDescription: "dcgan under Adam"),
  Recipe(
    testDescription: "momentum that grows against RMSProp, clipped, two critic updates",
    sets: [
      "loss=wasserstein", "schedule.discriminator=2", "discriminator.optimizer.kind=rmsprop",
      "generator.optimizer={kind: sgd, momentum: {start: 0, end: 0.9, over_epochs: 1.5}}",
      "generator.optimizer.lr={start: 0.02, factor: 0.9, floor: 0.015}",
    ]),
  Recipe(
    testDescription: "wgan-gp with a layer norm, three critic updates on one batch",
    norm: "norm: layer",
    sets: ["loss=wasserstein-gp", "schedule.discriminator=3", "schedule.fresh_batch=false"]),
  Recipe(
    testDescription: "sngan by epochs, a larger batch for the generator",
    norm: "norm: spectral",
    sets: [
      "loss=hinge", "generator.batch_size=21", "schedule.kind=epochs", "schedule.generator=1",
    ]),
  Recipe(
    testDescription: "dragan and R1, simultaneous", norm: "norm: pixel",
    sets: ["loss=dragan", "r1.gamma=1", "schedule.kind=simultaneous"]),
]

/// What must agree to the bit: all numbers, all metrics, all pictures.
private struct Evidence: Equatable {
  var digest: String
  var values: [String: [Int: UInt64]]
  var pictures: [[UInt8]]

  init(_ trainer: Trainer, _ recorder: MemoryRecorder) {
    digest = "\(trainer.snapshot().digest)"
    // Bits, for a NaN is no number's equal.
    values = recorder.values.mapValues { $0.mapValues(\.bitPattern) }
    pictures = recorder.pictures.map { Array($0.png) }
  }

  /// Trains to the end.
  static func trained(
    _ configuration: RunConfiguration, threads: Int = 1, variant: KernelVariant = .widest
  ) throws -> Evidence {
    let trainer = try Trainer(configuration, threads: threads, variant: variant, seconds: { 0 })
    let recorder = MemoryRecorder()
    #expect(try trainer.train(into: recorder) == .finished)
    return Evidence(trainer, recorder)
  }
}

@Suite("A small convolutional GAN gives the same bits") struct ExactnessTests {
  @Test("on one thread, two and three", arguments: recipes)
  fileprivate func threads(recipe: Recipe) throws {
    let configuration = try recipe.configuration()
    let one = try Evidence.trained(configuration)
    for count in [2, 3] {
      #expect(try Evidence.trained(configuration, threads: count) == one, "\(count) threads")
    }
  }

  @Test("in registers of every width", arguments: recipes)
  fileprivate func variants(recipe: Recipe) throws {
    let configuration = try recipe.configuration()
    let baseline = try Evidence.trained(configuration, variant: .baseline)
    for variant in KernelVariant.available.dropFirst() {
      #expect(
        try Evidence.trained(configuration, threads: 2, variant: variant) == baseline,
        "\(variant)")
    }
  }

  @Test("resumed at every step", arguments: recipes)
  fileprivate func resumed(recipe: Recipe) throws {
    let configuration = try recipe.configuration()
    let straight = try Evidence.trained(configuration)
    for step in 1..<8 {
      let recorder = MemoryRecorder()
      try trainer(configuration, threads: 2).train(into: recorder, steps: step)
      let saved = try #require(recorder.saved.last)
      #expect(saved.step == step)
      let second = try trainer(configuration)
      try second.restore(saved.snapshot)
      #expect(try second.train(into: recorder) == .finished)
      #expect(Evidence(second, recorder) == straight, "resumed at step \(step)")
    }
  }

  @Test("and another seed other bits")
  func seeds() throws {
    let recipe = recipes[0]
    var other = recipe
    other.sets.append("seed=2")
    #expect(
      try Evidence.trained(recipe.configuration()) != Evidence.trained(other.configuration()))
  }
}
