import Adversarial
import Configuration
import RunModel
import Testing

@Suite("Quality, measured while training")
struct QualityTests {
  private static let evaluated = [
    "evaluate={every: 2}", "epochs=4", "steps_per_epoch=3", "data.stddev=0.5",
  ]
  private static let names = ["modes[8]", "high_quality", "reverse_kl"]

  private func configuration(_ sets: [String] = evaluated) throws -> RunConfiguration {
    try RunConfiguration.load(file: (name: "test.yaml", text: smallRing), sets: sets)
  }

  @Test("is recorded at the end of every so many epochs")
  func recorded() throws {
    let recorder = MemoryRecorder()
    try trainer(configuration()).train(into: recorder)
    for name in Self.names {
      #expect(recorder.values[name].map { $0.keys.sorted() } == [6, 12], "\(name)")
    }
    #expect(
      recorder.measurements.contains { $0.step == 12 && $0.values["evaluate_seconds"] != nil })
  }

  @Test("changes no bit of training")
  func unchanged() throws {
    let (with, without) = (MemoryRecorder(), MemoryRecorder())
    let first = try trainer(configuration())
    try first.train(into: with)
    let second = try trainer(configuration(Array(Self.evaluated.dropFirst())))
    try second.train(into: without)
    #expect(first.snapshot().digest == second.snapshot().digest)
    #expect(with.values.filter { !Self.names.contains($0.key) } == without.values)
    // Wide modes, so that what is compared are numbers and not always 0 or NaN.
    #expect(with.values["high_quality"].map { $0.values.allSatisfy { 0 < $0 && $0 < 1 } } == true)
  }

  @Test("comes out the same after a resume and at any thread count", arguments: [2, 5, 6, 9])
  func resumed(step: Int) throws {
    let straight = MemoryRecorder()
    try trainer(configuration()).train(into: straight)
    let recorder = MemoryRecorder()
    try trainer(configuration()).train(into: recorder, steps: step)
    let saved = try #require(recorder.saved.last)
    let second = try trainer(configuration(), threads: 2)
    try second.restore(saved.snapshot)
    try second.train(into: recorder)
    #expect(recorder.values == straight.values)
  }

  @Test("of a stored checkpoint is what training recorded at its step")
  func stored() throws {
    let recorder = MemoryRecorder()
    let configuration = try configuration()
    try trainer(configuration).train(into: recorder)
    let saved = try #require(recorder.saved.last { $0.step == 12 })
    let evaluation = try QualityEvaluation(
      configuration, checkpoint: saved.snapshot, metrics: [.reverseKL, .modes], threads: 2)
    #expect(evaluation.names == ["reverse_kl", "modes[8]"])
    let values = evaluation.measure(threads: 2)
    #expect(values.map(\.name) == evaluation.names)
    for value in values {
      #expect(value.value == recorder.values[value.name]?[12])
    }
  }

  @Test(
    "an epoch that measures what chooses the best gets a checkpoint, however rare they are",
    arguments: [
      (["checkpoint.best.metric=modes"], [6, 12]),
      (["checkpoint.best.metric=d_loss"], [3, 6, 9, 12]), ([], [12]),
    ])
  func checkpoints(sets: [String], steps: [Int]) throws {
    let recorder = MemoryRecorder()
    try trainer(configuration(Self.evaluated + ["checkpoint.every=0"] + sets)).train(into: recorder)
    #expect(recorder.saved.map(\.step) == steps)
  }

  @Test("a best by parameters that nothing is measured with is refused")
  func otherParameters() throws {
    let error = try #require(throws: ConfigurationError.self) {
      try trainer(configuration(Self.evaluated + ["checkpoint.best.metric='modes[9]'"]))
    }
    #expect(error.description.contains("modes[9]") && error.description.contains("modes[8]"))
    _ = try trainer(configuration(Self.evaluated + ["checkpoint.best.metric='modes[8]'"]))
  }
}
