import Adversarial
import Configuration
import RunModel
import RunRegistry
import TestSupport
import Testing

@Suite("A trainer restored from the registry")
struct StoredResumeTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file() }

  init() throws { folder = try TemporaryFolder() }

  /// Five epochs of six steps.
  private static let steps = 30

  /// Stores a run that stops after each of its steps but the last.
  private func storeEveryStep(of configuration: RunConfiguration) throws {
    let writer = try RegistryWriter(path: path)
    let session = try writer.beginRun(
      name: "stopping", experiment: "default", parameters: configuration.parameters,
      environment: RunEnvironment(facts: [:]), retention: Retention(keepLast: 0, keepEvery: 0))
    let stopping = try trainer(configuration)
    for step in 1..<Self.steps {
      #expect(try stopping.train(into: session, steps: 1) == .interrupted)
      #expect(stopping.progress.step == step)
    }
    try session.finish(.interrupted)
    try writer.close()
  }

  @Test("goes on bit for bit from every step of a run: tensors, counters and metrics")
  func everyStep() throws {
    let configuration = try configuration(smallRing, "epochs=5")
    let straight = MemoryRecorder()
    let whole = try trainer(configuration)
    #expect(try whole.train(into: straight) == .finished)
    try storeEveryStep(of: configuration)

    let reader = try RegistryReader(path: path)
    for step in 1..<Self.steps {
      let stored = try reader.snapshot("stopping@step:\(step)")
      let second = try trainer(configuration, threads: 1 + step % 2)
      try second.restore(stored.snapshot)
      #expect(second.snapshot().digest == stored.checkpoint.digest, "stored at step \(step)")
      let recorder = MemoryRecorder()
      #expect(try second.train(into: recorder) == .finished)
      #expect(second.snapshot().digest == whole.snapshot().digest, "resumed at step \(step)")
      let rest = straight.values.mapValues { $0.filter { $0.key > step } }
      #expect(recorder.values == rest.filter { !$0.value.isEmpty }, "resumed at step \(step)")
    }
  }
}
