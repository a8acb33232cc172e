import Configuration
import RunModel
import Testing

@Suite("A configuration as parameters and as YAML")
struct StoringTests {
  static let configurations: [[String]] = [
    [],
    ["generator.ema=0.999", "generator.batch_size=512", "packing=2", "shards=3"],
    ["data={kind: grid, side: 3}", "schedule.kind=simultaneous", "experiment=1e5"],
    ["data={kind: fashion-mnist, range: [0, 1]}", "loss=minimax", "experiment='a: \"b\" #\\é'"],
    [
      "discriminator.layers=[{maxout: 4, init: {uniform: 0.1}}, flatten, {reshape: [2, 2]}, "
        + "{dropout: 0}, {dense: 1, norm: batch, activation: leaky-relu, init: he}]",
      "discriminator.optimizer={kind: sgd, momentum: 0.5, lr: 3}", "seed=9223372036854775807",
    ],
  ]

  @Test("what a run stored reads back to the same configuration", arguments: configurations)
  func parameters(sets: [String]) throws {
    let configuration = try RunConfiguration.load(preset: "ring", sets: sets)
    let again = try RunConfiguration(parameters: configuration.parameters)
    #expect(again == configuration)
    #expect(again.generator == configuration.generator)
    #expect(again.discriminator == configuration.discriminator)
    #expect(again.data == configuration.data)
  }

  @Test("the printed YAML reads back to the same configuration", arguments: configurations)
  func yaml(sets: [String]) throws {
    let configuration = try RunConfiguration.load(preset: "ring", sets: sets)
    let text = try configuration.yaml()
    let again = try RunConfiguration.load(file: ("printed.yaml", text))
    #expect(again.parameters == configuration.parameters, "\(text)")
    #expect(try again.yaml() == text)
  }

  @Test("the printed YAML is in the catalogue's order, maps that fit on one line")
  func printedForm() throws {
    let configuration = try RunConfiguration.load(
      file: ("a.yaml", minimal), sets: ["generator.layers.1.norm=batch"])
    let text = try configuration.yaml()
    #expect(text.hasPrefix("experiment: default\ndata: {kind: ring, modes: 8, radius: 2.0, "))
    #expect(
      text.contains(
        """
        generator:
          layers:
            - {dense: 8, activation: relu, bias: true, equalized: false}
            - {dense: 2, norm: {kind: batch, momentum: 0.1, eps: 1e-05}, activation: none, bias: true, equalized: false}
          optimizer: {kind: adam, lr: 0.0002, beta1: 0.5, beta2: 0.999, eps: 1e-08}
        discriminator:
        """))
  }

  @Test("a change keeps the rest, and tells whether results may differ")
  func changes() throws {
    let run = try RunConfiguration.load(preset: "ring")
    let longer = try run.changed(
      by: ["checkpoint.every=5", "experiment=other"], flags: [(key: "epochs", value: "50")])
    #expect(longer.epochs == 50)
    #expect(longer.differsInResultSettings(from: run).isEmpty)
    let other = try run.changed(by: ["generator.layers.0.dense=64", "latent.size=3"])
    #expect(
      other.differsInResultSettings(from: run) == ["generator.layers.0.dense", "latent.size"])
    #expect(other.generator.layers.count == run.generator.layers.count)
  }

  @Test("a change of kind leaves the other kind's defaults behind, but nothing that was set")
  func changeOfKind() throws {
    let run = try RunConfiguration.load(preset: "ring")
    #expect(run.parameters["label_smoothing"] == .number(0))
    let hinge = try run.changed(by: ["loss=hinge"])
    #expect(hinge.parameters["label_smoothing"] == nil)
    #expect(hinge.differsInResultSettings(from: run) == ["label_smoothing", "loss"])
    let penalised = try hinge.changed(by: ["loss=dragan", "gradient_penalty.noise=0.25"])
    #expect(penalised.parameters["label_smoothing"] == .number(0))
    // A setting of its own is no default, and a key that is named is asked for.
    let refusal = #expect(throws: ConfigurationError.self) {
      try penalised.changed(by: ["loss=hinge"])
    }
    #expect(refusal.map { "\($0)" }?.contains("gradient_penalty.noise belongs to loss") == true)
    #expect(throws: ConfigurationError.self) {
      try run.changed(by: ["loss=hinge", "label_smoothing=0"])
    }
    // What is stored stays strict.
    var stored = hinge.parameters
    stored["label_smoothing"] = .number(0)
    #expect(throws: ConfigurationError.self) { try RunConfiguration(parameters: stored) }
  }

  @Test("usual are a preset's values and defaults, of settings that are this program's")
  func usual() throws {
    let own = ["epochs=3", "generator.layers.1.dense=64", "generator.layers.0.norm=batch"]
    let run = try RunConfiguration.load(preset: "ring", sets: own)
    let usual = RunConfiguration.usualKeys(of: run.parameters)
    #expect(
      Set(run.parameters.keys).subtracting(usual) == [
        "epochs", "generator.layers.1.dense", "generator.layers.0.norm.kind",
      ])
    let plain = try RunConfiguration.load(file: ("a.yaml", minimal))
    #expect(
      Set(plain.parameters.keys).subtracting(RunConfiguration.usualKeys(of: plain.parameters)) == [
        "data.kind", "latent.size", "epochs", "generator.layers.0.dense",
        "generator.layers.0.activation", "generator.layers.1.dense", "discriminator.layers.0.dense",
        "shards",
      ])
    #expect(RunConfiguration.usualKeys(of: ["seed": .integer(1)]).isEmpty)
  }

  @Test("stored settings that are no configuration are refused")
  func damaged() throws {
    var parameters = try RunConfiguration.load(preset: "ring").parameters
    parameters["latent"] = .integer(4)
    #expect(throws: ConfigurationError.self) { try RunConfiguration(parameters: parameters) }
    #expect(throws: ConfigurationError.self) { try RunConfiguration(parameters: [:]) }
    let deep = String(repeating: "a.", count: 5000) + "a"
    #expect(throws: ConfigurationError.self) {
      try RunConfiguration(parameters: [deep: .integer(1)])
    }
  }
}
