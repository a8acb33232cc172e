import Adversarial
import Configuration
import RunModel
import Testing

@Suite("While one network trains the other stands still")
struct FreezingTests {
  private static let ofGenerator = ["generator", "optimizer.generator"]
  private static let ofDiscriminator = ["discriminator.", "optimizer.discriminator"]

  @Test(
    "an epoch of the discriminator changes not a bit of the generator, running statistics included")
  func generatorFrozen() throws {
    let trainer = try trainer(configuration(smallRing, "schedule.kind=epochs"))
    let before = trainer.snapshot()
    try trainer.train(into: MemoryRecorder(), steps: 6)
    let after = trainer.snapshot()
    #expect(before.tensors("generator", "optimizer.generator").count == 28)
    #expect(
      before.tensors("generator", "optimizer.generator")
        == after.tensors("generator", "optimizer.generator"))
    for (name, bytes) in before.tensors("discriminator.") {
      #expect(bytes != after.tensors(name)[name], "\(name) did not learn")
    }
  }

  @Test(
    "an epoch of the generator changes not a bit of the discriminator, running statistics included")
  func discriminatorFrozen() throws {
    let trainer = try trainer(configuration(smallRing, "schedule.kind=epochs"))
    try trainer.train(into: MemoryRecorder(), steps: 6)
    let before = trainer.snapshot()
    try trainer.train(into: MemoryRecorder(), steps: 5)
    let after = trainer.snapshot()
    #expect(before.tensors("discriminator.").count == 8)
    #expect(
      before.tensors("discriminator.", "optimizer.discriminator")
        == after.tensors("discriminator.", "optimizer.discriminator"))
    for (name, bytes) in before.tensors("generator.") {
      #expect(bytes != after.tensors(name)[name], "\(name) did not learn")
    }
  }

  @Test("an alternating step leaves the discriminator as a discriminator update alone leaves it")
  func alternating() throws {
    let together = try trainer(configuration())
    try together.train(into: MemoryRecorder(), steps: 1)
    let alone = try trainer(configuration(smallRing, "schedule.kind=epochs"))
    try alone.train(into: MemoryRecorder(), steps: 1)
    #expect(
      together.snapshot().tensors("discriminator.", "optimizer.discriminator")
        == alone.snapshot().tensors("discriminator.", "optimizer.discriminator"))
  }

  @Test("simultaneous updates take both gradients at the weights before either")
  func simultaneous() throws {
    let alternating = try trainer(configuration())
    let simultaneous = try trainer(configuration(smallRing, "schedule.kind=simultaneous"))
    for trainer in [alternating, simultaneous] {
      try trainer.train(into: MemoryRecorder(), steps: 1)
    }
    #expect(
      alternating.snapshot().tensors("discriminator.")
        == simultaneous.snapshot().tensors("discriminator."))
    #expect(
      alternating.snapshot().tensors("generator.")
        != simultaneous.snapshot().tensors("generator."))
  }

  @Test(
    "a penalised critic's update leaves the generator, and its own next judgement, as they were",
    arguments: ["wasserstein-gp", "dragan", "wasserstein"])
  func critics(loss: String) throws {
    let sets = ["loss=\(loss)", "schedule.kind=epochs"]
    let trainer = try trainer(
      RunConfiguration.load(file: (name: "test.yaml", text: smallCritic), sets: sets))
    let before = trainer.snapshot()
    try trainer.train(into: MemoryRecorder(), steps: 6)
    let between = trainer.snapshot()
    #expect(between.tensors("generator") == before.tensors("generator"))
    #expect(between.tensors("discriminator.0") != before.tensors("discriminator.0"))
    try trainer.train(into: MemoryRecorder(), steps: 5)
    let after = trainer.snapshot()
    #expect(between.tensors("discriminator.") == after.tensors("discriminator."))
    #expect(between.tensors("generator.0") != after.tensors("generator.0"))
  }

  @Test("losses start from equal weights")
  func equalStart() throws {
    let losses = ["minimax", "nonsaturating", "least-squares", "wasserstein", "hinge"]
    let digests = try losses.map { loss in
      try trainer(configuration(smallRing, "loss=\(loss)")).snapshot().digest
    }
    #expect(digests.allSatisfy { $0 == digests[0] })
  }
}
