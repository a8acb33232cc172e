import Adversarial
import Configuration
import RunModel
import Testing

@Suite("A trainer restored from a snapshot")
struct ResumeTests {
  @Test(
    "goes on bit for bit from every step",
    arguments: [
      [], ["schedule.kind=epochs", "schedule.generator=2"], ["schedule.kind=simultaneous"],
      ["schedule.discriminator=2", "schedule.fresh_batch=false"],
      ["packing=3", "batch_size=45", "discriminator.batch_norm=joined"],
      ["generator.batch_size=80", "discriminator.optimizer={kind: sgd, lr: 0.01, momentum: 0.9}"],
      ["loss=wasserstein", "discriminator.optimizer.kind=rmsprop", "schedule.discriminator=3"],
      [
        "loss=least-squares", "discriminator.optimizer.lr={start: 0.1, factor: 0.9, floor: 0.05}",
        "generator.optimizer={kind: sgd, momentum: {start: 0, end: 0.9, over_epochs: 1.5}}",
        "generator.optimizer.lr={start: 0.05, end: 0, over_epochs: 2}",
      ],
      ["loss=wasserstein-gp", "discriminator.layers.0.dense=7", "schedule.discriminator=2"],
      ["loss=dragan", "r1.gamma=1", "packing=2"],
    ])
  func everyStep(sets: [String]) throws {
    let isPenalised = sets.contains("loss=wasserstein-gp") || sets.contains("loss=dragan")
    let configuration = try RunConfiguration.load(
      file: (name: "test.yaml", text: isPenalised ? smallCritic : smallRing), sets: sets)
    let straight = MemoryRecorder()
    let whole = try trainer(configuration)
    #expect(try whole.train(into: straight) == .finished)
    let end = whole.snapshot().digest
    for step in 1..<12 {
      let recorder = MemoryRecorder()
      let first = try trainer(configuration)
      #expect(try first.train(into: recorder, steps: step) == .interrupted)
      let saved = try #require(recorder.saved.last)
      #expect(saved.step == step)
      let second = try trainer(configuration, threads: 2)
      try second.restore(saved.snapshot)
      #expect(second.snapshot().digest == saved.snapshot.digest)
      #expect(try second.train(into: recorder) == .finished)
      #expect(second.snapshot().digest == end, "resumed at step \(step)")
      #expect(recorder.values == straight.values, "resumed at step \(step)")
    }
  }

  @Test("ends an epoch that is longer than its own epochs at the next step")
  func shorterEpochs() throws {
    let recorder = MemoryRecorder()
    try trainer(configuration()).train(into: recorder, steps: 5)
    let saved = try #require(recorder.saved.last)
    let child = try trainer(configuration(smallRing, "steps_per_epoch=3"))
    try child.restore(saved.snapshot)
    // A limit, so that an epoch without end fails and does not hang.
    #expect(try child.train(into: recorder, steps: 20) == .finished)
    #expect(child.progress.step == 6 + 3)
    #expect(recorder.saved.map(\.step) == [5, 6, 9])
  }

  @Test("another architecture's snapshot is refused by the tensor that does not fit")
  func otherShapes() throws {
    let snapshot = try trainer(configuration()).snapshot()
    let other = try trainer(configuration(smallRing, "generator.layers.0.dense=9"))
    let before = other.snapshot().digest
    let error = try #require(throws: AdversarialError.self) { try other.restore(snapshot) }
    #expect(error.description.contains("generator.0.weight"))
    #expect(error.description.contains("[3, 8]") && error.description.contains("[3, 9]"))
    #expect(other.snapshot().digest == before)
  }

  @Test("the counters and names of a snapshot are the contract's")
  func names() throws {
    let trainer = try trainer(configuration())
    try trainer.train(into: MemoryRecorder(), steps: 2)
    let snapshot = trainer.snapshot()
    for name in [
      "generator.0.weight", "generator.0.norm.running_var", "generator_ema.0.norm.weight",
      "generator_ema.1.bias", "optimizer.generator.m.0.weight", "optimizer.discriminator.v.2.bias",
    ] { #expect(snapshot.tensor(named: name) != nil, "\(name)") }
    #expect(snapshot.integer("step") == 2)
    #expect(snapshot.integer("images") == 96)
    #expect(snapshot.integer("d_updates") == 2)
    #expect(snapshot.integer("optimizer.generator.steps") == 2)
    #expect(snapshot.real("epoch.d_loss") != nil)
    #expect(snapshot.clocks.keys.contains("epoch.seconds"))
  }
}
