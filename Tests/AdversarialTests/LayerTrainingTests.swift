import Adversarial
import Configuration
import Networks
import RunModel
import Testing

/// A GAN of pictures of one row with every kind of state: running statistics, spectral vectors, a
/// moving average, groups that are judged together.
private let everything = """
  data: {kind: ring}
  latent: {size: 3}
  epochs: 2
  steps_per_epoch: 3
  batch_size: 24
  packing: 2
  shards: 3
  samples: {every: 0}
  log_every: 1
  generator:
    layers:
      - {dense: 16, norm: batch, activation: relu}
      - {reshape: [2, 2, 4]}
      - residual:
          - {conv: 6, kernel: 3, stride: 1, norm: spectral, activation: leaky-relu}
          - {conv_transpose: 4, kernel: 3, stride: 1, norm: layer}
        norm: batch
      - {pixel_shuffle: 2}
      - {conv: 2, norm: pixel, activation: leaky-relu, equalized: true}
      - {pool: 2}
      - {dense: 2, bias_init: data-marginals}
    ema: 0.9
  discriminator:
    layers:
      - {reshape: [2, 2, 1]}
      - {upsample: 2}
      - {conv: 5, norm: spectral, activation: leaky-relu}
      - {minibatch_stddev: 2}
      - {conv: 6, kernel: 2, stride: 1, pad: 0, norm: batch, activation: leaky-relu}
      - {dropout: 0.2}
      - {dense: 1, norm: spectral}
  """

@Suite("Training with layers of every kind") struct LayerTrainingTests {
  @Test("gives the same bits with any number of threads", arguments: [2, 3])
  func threads(count: Int) throws {
    let trainers = try [1, count].map { try trainer(configuration(everything), threads: $0) }
    for trainer in trainers { #expect(try trainer.train(into: MemoryRecorder()) == .finished) }
    #expect(trainers[0].snapshot().digest == trainers[1].snapshot().digest)
  }

  @Test(
    "goes on bit for bit from every step",
    arguments: [
      [],
      // A penalty over inputs that are judged in groups, through layers of every kind but batch norm.
      ["loss=wasserstein-gp", "discriminator.layers.4.norm=layer"],
    ])
  func resume(sets: [String]) throws {
    let configuration = try RunConfiguration.load(
      file: (name: "test.yaml", text: everything), sets: sets)
    let straight = MemoryRecorder()
    let whole = try trainer(configuration)
    #expect(try whole.train(into: straight) == .finished)
    for step in 1..<6 {
      let recorder = MemoryRecorder()
      try trainer(configuration).train(into: recorder, steps: step)
      let saved = try #require(recorder.saved.last)
      let second = try trainer(configuration, threads: 2)
      try second.restore(saved.snapshot)
      #expect(try second.train(into: recorder) == .finished)
      #expect(second.snapshot().digest == whole.snapshot().digest, "resumed at step \(step)")
      #expect(recorder.values == straight.values, "resumed at step \(step)")
    }
  }

  @Test("every tensor of a network that learns changes, of one that judges not a bit")
  func frozen() throws {
    let trainer = try trainer(
      configuration(everything, "schedule.kind=epochs", "discriminator.optimizer.lr=0.01"))
    let first = trainer.snapshot()
    try trainer.train(into: MemoryRecorder(), steps: 3)
    let second = trainer.snapshot()
    #expect(first.tensors("generator") == second.tensors("generator"))
    #expect(first.tensor(named: "discriminator.2.norm.u")?.shape == [5])
    #expect(first.tensor(named: "discriminator.2.norm.v")?.shape == [16])
    // Of a single output the vector is ±1 for ever.
    for (name, bytes) in first.tensors("discriminator.") where name != "discriminator.6.norm.u" {
      #expect(bytes != second.tensors(name)[name], "\(name) did not change")
    }
    try trainer.train(into: MemoryRecorder(), steps: 2)
    let third = trainer.snapshot()
    #expect(second.tensors("discriminator") == third.tensors("discriminator"))
    for name in [
      "generator.2.0.norm.u", "generator_ema.2.0.norm.v", "generator.2.norm.running_var",
    ] {
      #expect(second.tensors(name) != third.tensors(name), "\(name) did not change")
    }
  }

  @Test("a bias at the data's marginals begins at their means")
  func marginals() throws {
    // One Gaussian on the first axis.
    let trainer = try trainer(
      configuration(everything, "data={kind: ring, modes: 1, radius: 7}"))
    let snapshot = trainer.snapshot()
    let bias = try #require(snapshot.tensor(named: "generator.6.bias"))
    let values = snapshot.withBytes(of: bias) { Array($0.bindMemory(to: Float.self)) }
    #expect(abs(values[0] - 7) < 0.01 && abs(values[1]) < 0.01, "\(values)")
  }

  @Test(
    "layers that do not fit the data are refused before there is a trainer",
    arguments: [
      ("generator.layers.6.dense=3", "end its layers with that many", "generator.layers"),
      ("discriminator.layers.6.dense=2", "one logit", "discriminator.layers"),
      ("generator.layers.1.reshape=[2, 2, 5]", "make the two hold as many", "layers.1"),
      ("discriminator.layers.2.kernel=9", "larger than its input", "layers.2"),
      ("generator.layers.2.residual.0.kernel=5", "larger than its input", "layers.2.residual.0"),
      ("generator.layers.2.residual.1.stride=2", "must keep the shape", "layers.2 "),
      ("generator.layers.3.pixel_shuffle=3", "do not divide by 9", "layers.3"),
    ])
  func refused(set: String, reason: String, place: String) throws {
    let configuration = try configuration(everything, set)
    let error = try #require(throws: ConfigurationError.self) {
      try Adversaries.checkShapes(configuration)
    }
    #expect("\(error)".contains(reason) && "\(error)".contains(place), "\(error)")
  }

  @Test("in PyTorch's layout there are weights as they act, of both networks, and no moments")
  func pytorch() throws {
    let networks = try PyTorchNetworks(configuration(everything))
    let shapes = Dictionary(uniqueKeysWithValues: networks.tensors.map { ($0.name, $0.shape) })
    #expect(shapes["generator.0.weight"] == [16, 3])
    #expect(shapes["generator.2.0.weight"] == [6, 4, 3, 3])
    #expect(shapes["generator_ema.2.1.weight"] == [6, 4, 3, 3])
    #expect(shapes["discriminator.4.weight"] == [6, 6, 2, 2])
    #expect(!shapes.keys.contains { $0.hasPrefix("optimizer") || $0.hasSuffix(".u") })
  }

  @Test("layers without a counterpart in PyTorch are refused")
  func noPyTorch() throws {
    let latents = try configuration(
      everything, "latent.size=8", "generator.layers=[{reshape: [2, 2, 2]}, {dense: 2}]")
    let error = try #require(throws: ConfigurationError.self) { try PyTorchNetworks(latents) }
    #expect("\(error)".contains("without --layout"))
  }
}
