import Configuration
import Networks
import RunModel
import Testing

@Suite("Loading a configuration")
struct LoadingTests {
  @Test("without a preset and a file it is the preset ring")
  func defaultPreset() throws {
    let configuration = try RunConfiguration.load()
    #expect(configuration.preset == "ring")
    #expect(configuration.data == .ring(modes: 8, radius: 2, stddev: 0.02))
    #expect(configuration.loss == .nonsaturating)
    let same = try RunConfiguration.load(preset: "ring")
    #expect(configuration == same)
  }

  @Test(
    "every preset reads, and holds what its networks need", arguments: RunConfiguration.presetNames)
  func presets(name: String) throws {
    let sets = name == "images-dcgan" ? ["data.path=somewhere"] : []
    let configuration = try RunConfiguration.load(preset: name, sets: sets)
    #expect(configuration.parameters["preset"] == .text(name))
    #expect(configuration.generator.layers.count >= 3)
    #expect(configuration.discriminator.layers.last?.kind == .dense(units: 1))
    let text = try RunConfiguration.presetText(name)
    #expect(text.hasPrefix("# ") && text.contains(", 20"), "it cites its source")
  }

  @Test("a preset of pictures says which key it misses, and where")
  func presetWithoutPath() throws {
    let error = try #require(throws: ConfigurationError.self) {
      try RunConfiguration.load(preset: "images-dcgan")
    }
    #expect(error.description.hasPrefix("preset images-dcgan:"), "\(error)")
    #expect(error.description.contains("--set data.path="), "\(error)")
  }

  @Test("defaults are those of the contract")
  func defaults() throws {
    let configuration = try RunConfiguration.load(file: ("a.yaml", minimal))
    #expect(configuration.batchSize == 64)
    #expect(configuration.seed == 1)
    #expect(configuration.stepsPerEpoch == 500)
    #expect(configuration.schedule.kind == .steps)
    #expect(configuration.packing == 1)
    #expect(configuration.batchNorm == .separate)
    #expect(configuration.shards == 2)
    #expect(configuration.latent.distribution == .normal)
    #expect(configuration.checkpoint.minutes == 10)
    #expect(configuration.generator.optimizer.learningRate == 2e-4)
    #expect(configuration.generator.optimizer.kind == .adam)
    #expect(
      configuration.generator.optimizer.constants
        == UpdateSettings(beta1: 0.5, beta2: 0.999, epsilon: 1e-8))
    #expect(configuration.generator.ema == nil)
    #expect(configuration.parameters["generator.optimizer.eps"] == .number(1e-8))
    #expect(configuration.parameters["generator.layers.0.dense"] == .integer(8))
    #expect(configuration.parameters["data.side"] == nil)
  }

  @Test("a file overrides its preset, --set the file, an option --set")
  func order() throws {
    let text = "{preset: ring, batch_size: 32, latent: {size: 4}}"
    let configuration = try RunConfiguration.load(
      file: ("a.json", text), sets: ["latent.size=5", "epochs=7"],
      flags: [(key: "epochs", value: "9")])
    #expect(configuration.preset == "ring")
    #expect(configuration.batchSize == 32)
    #expect(configuration.latent.size == 5)
    #expect(configuration.epochs == 9)
    let preset = try RunConfiguration.load(preset: "ring")
    #expect(configuration.stepsPerEpoch == preset.stepsPerEpoch)
    #expect(configuration.generator == preset.generator)
  }

  @Test("a map that names another kind starts from that kind's defaults")
  func kinds() throws {
    let configuration = try RunConfiguration.load(
      preset: "ring",
      sets: ["generator.optimizer.momentum=0.5", "generator.optimizer.kind=sgd", "data.kind=grid"])
    #expect(configuration.generator.optimizer.kind == .sgd(momentum: 0.5))
    #expect(configuration.generator.optimizer.learningRate == 0.01)
    #expect(configuration.data == .grid(side: 5, spacing: 2, stddev: 0.05))
    let same = try RunConfiguration.load(
      preset: "ring", sets: ["generator.optimizer={kind: adam, beta1: 0}"])
    let preset = try RunConfiguration.load(preset: "ring")
    #expect(
      same.generator.optimizer.learningRate == preset.generator.optimizer.learningRate)
    #expect(same.generator.optimizer.constants.beta1 == 0)
  }

  @Test("lists are replaced whole, and set by index")
  func lists() throws {
    let configuration = try RunConfiguration.load(
      preset: "ring",
      sets: [
        "generator.layers=[{dense: 4, activation: leaky-relu}, {dense: 2}]",
        "generator.layers.0.dense=6", "generator.layers.0.norm=batch",
        "generator.layers.0.norm.eps=1e-3",
      ])
    #expect(
      configuration.generator.layers == [
        Layer(
          .dense(units: 6), norm: .batch(momentum: 0.1, epsilon: 1e-3),
          activation: .leakyReLU(slope: 0.2)),
        Layer(.dense(units: 2)),
      ])
  }

  @Test("every kind of layer reads")
  func layers() throws {
    let text = minimal.replacing(
      "discriminator: {layers: [{dense: 1}]}",
      with: """
        discriminator:
          layers:
            - {maxout: 10, pieces: 3, init: {uniform: 0.05}}
            - {dropout: 0.5}
            - {reshape: [2, 5]}
            - flatten
            - {flatten: true, norm: {kind: batch, momentum: 0.05, eps: 1e-3}}
            - {dense: 3, activation: {leaky-relu: 0.1}, bias: false, init: orthogonal}
            - {dense: 1, activation: sigmoid, init: {normal: 0.02}}
        """)
    let configuration = try RunConfiguration.load(file: ("a.yaml", text))
    #expect(
      configuration.discriminator.layers == [
        Layer(.maxout(units: 10, pieces: 3), initializer: .uniform(bound: 0.05)),
        Layer(.dropout(probability: 0.5), bias: false),
        Layer(.reshape([2, 5]), bias: false),
        Layer(.flatten, bias: false),
        Layer(.flatten, norm: .batch(momentum: 0.05, epsilon: 1e-3), bias: false),
        Layer(
          .dense(units: 3), activation: .leakyReLU(slope: 0.1), bias: false,
          initializer: .orthogonal),
        Layer(.dense(units: 1), activation: .sigmoid, initializer: .normal(stddev: 0.02)),
      ])
  }

  @Test(
    "shards follow the batch, never more than its inputs",
    arguments: [(64, 1, 2), (128, 1, 2), (256, 1, 4), (4096, 1, 8), (93, 3, 2), (2, 2, 1)])
  func shards(batch: Int, packing: Int, shards: Int) throws {
    let configuration = try RunConfiguration.load(
      file: ("a.yaml", minimal), sets: ["batch_size=\(batch)", "packing=\(packing)"])
    #expect(configuration.shards == shards)
  }

  @Test("the decay of the moving average goes to the generator's updates")
  func average() throws {
    let configuration = try RunConfiguration.load(
      file: ("a.yaml", minimal), sets: ["generator.ema=0.75"])
    #expect(configuration.generator.ema == 0.75)
    #expect(configuration.generator.optimizer.constants.averageDecay == 0.75)
    #expect(configuration.discriminator.ema == nil)
  }

  @Test("where a key was written is known to its line")
  func places() throws {
    let configuration = try RunConfiguration.load(
      file: ("a.yaml", minimal), sets: ["latent.scale=2"])
    #expect(configuration.place(of: "generator.layers.0.dense")?.description == "a.yaml:4")
    #expect(configuration.place(of: "generator.layers.0")?.line == 4)
    #expect(configuration.place(of: "latent.scale")?.description == "--set latent.scale")
    #expect(configuration.place(of: "seed") == nil)
    #expect(
      configuration.error(at: "generator.layers.1", "too wide").description
        == "a.yaml:4: too wide")
  }
}

/// The least that is a configuration.
let minimal = """
  data: {kind: ring}
  epochs: 3
  latent: {size: 2}
  generator: {layers: [{dense: 8, activation: relu}, {dense: 2}]}
  discriminator: {layers: [{dense: 1}]}
  """
