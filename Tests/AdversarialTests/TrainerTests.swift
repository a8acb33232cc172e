import Adversarial
import Configuration
import RunModel
import Synchronization
import Testing

@Suite("What a trainer records")
struct TrainerTests {
  @Test("every per-epoch metric of the contract, at the last step of each epoch")
  func perEpoch() throws {
    let recorder = MemoryRecorder()
    let trainer = try trainer(
      configuration(smallRing, "log_every=0", "samples={every: 1, count: 4}"))
    try trainer.train(into: recorder)
    let epochs = recorder.measurements.filter { $0.values["d_loss"] != nil }
    #expect(epochs.map(\.step) == [6, 12])
    #expect(epochs.map(\.epoch) == [1, 2])
    #expect(epochs.map(\.images) == [288, 576])
    for metric in [
      "d_loss", "g_loss", "d_grad_norm", "g_grad_norm", "d_accuracy", "d_accuracy_real",
      "d_accuracy_fake", "seconds", "images_per_second", "evaluate_seconds", "samples_seconds",
    ] { #expect(epochs.allSatisfy { $0.values[metric] != nil }, "\(metric)") }
    for epoch in epochs {
      let accuracy = try #require(epoch.values["d_accuracy"])
      let real = try #require(epoch.values["d_accuracy_real"])
      let fake = try #require(epoch.values["d_accuracy_fake"])
      #expect(accuracy == (real + fake) / 2)
      #expect((0...1).contains(accuracy))
    }
    #expect(recorder.pictures.map(\.step) == [6, 12])
    #expect(recorder.saved.map(\.epoch) == [1, 2])
    #expect(recorder.saved.allSatisfy { $0.isEpochEnd })
  }

  @Test("epoch losses are the means of the step losses")
  func means() throws {
    let recorder = MemoryRecorder()
    try trainer(configuration()).train(into: recorder)
    for (epoch, step) in [("d_loss", "step_d_loss"), ("g_loss", "step_g_loss")] {
      let steps = try #require(recorder.values[step])
      let mean = (1...6).reduce(0) { $0 + (steps[$1] ?? .nan) } / 6
      let recorded = try #require(recorder.values[epoch]?[6])
      #expect(abs(mean - recorded) < 1e-12)
    }
  }

  @Test("a critic has no accuracy, and a penalty is recorded apart from its loss")
  func critic() throws {
    let recorder = MemoryRecorder()
    try trainer(configuration(smallCritic, "loss=wasserstein-gp")).train(into: recorder)
    let values = recorder.values
    #expect(values.keys.allSatisfy { !$0.hasPrefix("d_accuracy") })
    #expect(values["gradient_penalty"]?.keys.sorted() == [6, 12])
    #expect(values["gradient_penalty"]?.values.allSatisfy { $0 > 0 } == true)
    #expect(values["d_loss"]?[6] != nil)
    let plain = MemoryRecorder()
    try trainer(configuration()).train(into: plain)
    #expect(plain.values["gradient_penalty"] == nil)
  }

  @Test("after every update no number of a wasserstein critic is beyond its limit, at it many are")
  func clipping() throws {
    let trainer = try trainer(
      configuration(smallRing, "loss=wasserstein", "discriminator.optimizer.lr=0.01"))
    let recorder = MemoryRecorder()
    for _ in 1...4 {
      try trainer.train(into: recorder, steps: 1)
      var atLimit = 0
      for (name, bytes) in trainer.snapshot().tensors("discriminator.")
      where !name.contains("running") {
        let values = bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        #expect(values.allSatisfy { abs($0) <= 0.01 }, "\(name)")
        atLimit += values.count { abs($0) == 0.01 }
      }
      #expect(atLimit > 20)
    }
  }

  @Test("the network that stands still has a loss at the epoch's end and no gradient norm")
  func standingStill() throws {
    let recorder = MemoryRecorder()
    try trainer(configuration(smallRing, "schedule.kind=epochs", "epochs=2")).train(into: recorder)
    #expect(recorder.values["d_loss"]?.keys.sorted() == [6, 12])
    #expect(recorder.values["g_loss"]?.keys.sorted() == [6, 12])
    #expect(recorder.values["d_grad_norm"]?.keys.sorted() == [6])
    #expect(recorder.values["g_grad_norm"]?.keys.sorted() == [12])
    #expect(recorder.measurements.last?.images == 288, "a generator epoch consumes no real batch")
  }

  @Test("updates and images are counted apart from steps")
  func counts() throws {
    let sets = ["schedule.discriminator=3", "schedule.generator=2"]
    let fresh = try trainer(
      RunConfiguration.load(file: (name: "test.yaml", text: smallRing), sets: sets))
    try fresh.train(into: MemoryRecorder(), steps: 2)
    #expect(fresh.progress.discriminatorUpdates == 6)
    #expect(fresh.progress.generatorUpdates == 4)
    #expect(fresh.progress.images == 6 * 48)
    let shared = try trainer(
      RunConfiguration.load(
        file: (name: "test.yaml", text: smallRing), sets: sets + ["schedule.fresh_batch=false"]))
    try shared.train(into: MemoryRecorder(), steps: 2)
    #expect(shared.progress.discriminatorUpdates == 6)
    #expect(shared.progress.images == 2 * 48)
  }

  @Test("a loss that is not finite ends the run as diverged, and nothing of that state is saved")
  func divergence() throws {
    let recorder = MemoryRecorder()
    let trainer = try trainer(
      configuration(
        smallRing, "log_every=0", "generator.optimizer={kind: sgd, lr: 1e25}",
        "discriminator.optimizer={kind: sgd, lr: 1e25}"))
    guard case .diverged(_, let step) = try trainer.train(into: recorder) else {
      Issue.record("it did not diverge")
      return
    }
    #expect(recorder.saved.allSatisfy { $0.step < step })
    let last = try #require(recorder.measurements.last)
    #expect(last.step == step)
    #expect(last.values.values.contains { !$0.isFinite })
    // Not one number of what was kept before is spoiled.
    for saved in recorder.saved {
      for tensor in saved.snapshot.tensors {
        let isFinite = saved.snapshot.withBytes(of: tensor) {
          $0.bindMemory(to: Float.self).allSatisfy { $0.isFinite }
        }
        #expect(isFinite, "\(tensor.name)")
      }
    }
  }

  @Test("a long epoch is saved every few minutes")
  func minutes() throws {
    let clock = Mutex(0.0)
    // A minute between two looks at the clock: a step takes a few.
    let trainer = try Trainer(
      configuration(smallRing, "checkpoint.minutes=10"), threads: 1,
      seconds: {
        clock.withLock { now in
          now += 60
          return now
        }
      })
    let recorder = MemoryRecorder()
    try trainer.train(into: recorder)
    #expect(recorder.saved.contains { !$0.isEpochEnd && $0.epoch == 1 })
    #expect(recorder.saved.last?.step == 12)
  }

  @Test("a batch larger than what layers or data allow is refused at its line")
  func refusals() throws {
    let shapes = try #require(throws: ConfigurationError.self) {
      try trainer(configuration(smallRing, "generator.layers.1.dense=3"))
    }
    #expect(shapes.description.contains("[3]") && shapes.description.contains("[2]"))
    let logits = try #require(throws: ConfigurationError.self) {
      try trainer(configuration(smallRing, "discriminator.layers.2.dense=2"))
    }
    #expect(logits.description.contains("one logit"))
  }
}
