import Configuration
import Foundation
import RunModel
import Testing

@Suite("The reference of the configuration")
struct ReferenceTests {
  /// Set the variable RECORD_SNAPSHOTS to write the page anew.
  @Test("docs/configuration.md is the catalogue's page")
  func page() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs/configuration.md").standardized
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(RunConfiguration.reference.utf8).write(to: file)
    }
    let page = try String(contentsOf: file, encoding: .utf8)
    #expect(page == RunConfiguration.reference, "RECORD_SNAPSHOTS=1 writes it anew")
  }

  @Test("every key that a run stores is on it", arguments: StoringTests.configurations)
  func storedKeys(sets: [String]) throws {
    let configuration = try RunConfiguration.load(preset: "ring", sets: sets)
    for key in configuration.parameters.keys {
      let name = key.replacing(#/^(generator|discriminator)\.layers\.\d+\./#, with: "")
        .replacing(#/\.\d+$/#, with: "")
      #expect(RunConfiguration.reference.contains("| `\(name)`"), "\(key)")
    }
  }

  @Test(
    "settings that never change a result are those of the contract",
    arguments: [
      ("epochs=9", false), ("checkpoint.every=2", false), ("checkpoint.minutes=2", false),
      ("checkpoint.keep_last=2", false), ("checkpoint.keep_every=2", false),
      ("checkpoint.when_busy=skip", false),
      ("samples.every=3", false), ("samples.count=3", false), ("log_every=5", false),
      ("experiment=x", false), ("seed=9", true), ("shards=3", true), ("batch_size=200", true),
      ("steps_per_epoch=9", true), ("loss=minimax", true), ("data.modes=3", true),
      ("generator.layers.0.bias=false", true), ("schedule.fresh_latents=true", true),
      ("generator.ema=0.9", true),
    ])
  func results(set: String, changes: Bool) throws {
    let run = try RunConfiguration.load(preset: "ring")
    #expect(try run.changed(by: [set]).differsInResultSettings(from: run).isEmpty == !changes)
  }

  @Test("the data's place never changes a result, its range does")
  func data() throws {
    let run = try RunConfiguration.load(preset: "fashion-mlp")
    let moved = try run.changed(by: ["data.path=/elsewhere"])
    #expect(moved.data == .fashionMNIST(path: "/elsewhere", range: -1...1))
    #expect(moved.differsInResultSettings(from: run).isEmpty)
    let other = try run.changed(by: ["data.range=[0, 1]"])
    #expect(other.differsInResultSettings(from: run) == ["data.range.0"])
  }
}
