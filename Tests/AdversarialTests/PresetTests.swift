import Adversarial
import Configuration
import RunModel
import Testing

@Suite("The built-in presets")
struct PresetTests {
  @Test("have layers that fit one another and their data", arguments: RunConfiguration.presetNames)
  func shapes(name: String) throws {
    let sets = name == "images-dcgan" ? ["data.path=nowhere"] : []
    try Adversaries.checkShapes(RunConfiguration.load(preset: name, sets: sets))
  }

  @Test(
    "of points begin at a tie, as weights of 0.02 do",
    arguments: ["pacgan-ring", "pacgan-grid"])
  func step(name: String) throws {
    let recorder = MemoryRecorder()
    let trainer = try trainer(
      RunConfiguration.load(
        preset: name, sets: ["batch_size=8", "steps_per_epoch=2", "epochs=1", "samples.every=0"]))
    #expect(try trainer.train(into: recorder) == .finished)
    let losses = try #require(recorder.values["d_loss"]?[2])
    #expect(abs(losses - 1.386) < 0.01)
  }
}
