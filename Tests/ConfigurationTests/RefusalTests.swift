import Configuration
import Testing

@Suite("What a configuration refuses")
struct RefusalTests {
  /// The message that a file's text gets.
  static func message(_ text: String, sets: [String] = []) -> String? {
    do {
      _ = try RunConfiguration.load(file: ("a.yaml", text), sets: sets)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test(
    "a mistyped key is named with its line and the nearest known one",
    arguments: [
      ("\ngeneratr: {}", "a.yaml:6: unknown key 'generatr' (did you mean 'generator'?)"),
      ("\nlos: minimax", "a.yaml:6: unknown key 'los' (did you mean 'loss'?)"),
      ("\nsamples: {evry: 1}", "a.yaml:6: unknown key 'samples.evry' (did you mean 'every'?)"),
      (
        "\nevaluate:\n  metric: []",
        "a.yaml:7: unknown key 'evaluate.metric' (did you mean 'metrics'?)"
      ),
      (
        "\nloss: minmax",
        "a.yaml:6: loss must be one of minimax, nonsaturating, least-squares, "
          + "wasserstein, wasserstein-gp, hinge, dragan, not 'minmax' (did you mean 'minimax'?)"
      ),
    ])
  func mistyped(line: String, expected: String) {
    #expect(Self.message(minimal + line) == expected)
  }

  @Test(
    "an impossible value is named with its line",
    arguments: [
      "batch_size: 0", "batch_size: -1", "batch_size: 1.5", "batch_size: many", "batch_size: [1]",
      "batch_size: {a: 1}", "batch_size:", "batch_size: true", "batch_size: '64'",
      "batch_size: 99999999999999999999", "seed: -1", "shards: 65", "shards: 0", "packing: 3",
      "label_smoothing: 1", "label_smoothing: .nan", "log_every: -1", "schedule: steps",
      "schedule: {kind: step}", "steps_per_epoch: 0", "checkpoint: {minutes: .inf}",
      "samples: {count: 0}", "experiment: ''", "experiment: [a]",
      "data: {kind: ring, radius: 1e300}", "data: {kind: ring}",
    ])
  func impossible(line: String) throws {
    let message = try #require(Self.message(minimal + "\n" + line))
    #expect(message.hasPrefix("a.yaml:6: "), "\(message)")
    #expect(message.contains(String(line.prefix { $0 != ":" })), "\(message)")
  }

  @Test(
    "a key of another kind or loss is refused",
    arguments: [
      ("data.side=3", "data.kind"), ("data.path=x", "data.kind"),
      ("data.held_out=0.1", "data.kind"),
      ("weight_clip=0.01", "loss"), ("gradient_penalty.lambda=10", "loss"),
      ("gradient_penalty={noise: 1}", "loss dragan"),
      ("generator.optimizer.momentum={start: 0, end: 0.9, over_epochs: 2}", "optimizer.kind"),
      ("generator.optimizer.decay=0.9", "optimizer.kind rmsprop"),
      ("generator.optimizer.momentum=0.5", "generator.optimizer.kind"),
      ("schedule={kind: simultaneous, generator: 2}", "schedule.kind"),
      ("generator.layers.0.kernel=3", "layers of kind conv"),
      ("generator.layers.0.pieces=3", "layers of kind maxout"),
      ("generator.layers=[{dropout: 0.1, bias: true}]", "layers of kind dense"),
      ("generator.layers.0.norm.eps=1", "norm.kind"), ("discriminator.ema=0.9", "unknown key"),
    ])
  func misplaced(set: String, reason: String) throws {
    let message = try #require(Self.message(minimal, sets: [set]))
    #expect(message.contains(reason), "\(message)")
    #expect(message.hasPrefix("--set "), "\(message)")
  }

  @Test(
    "joined batch norm is refused where a generator update has no real examples beside its fakes",
    arguments: ["schedule.kind=epochs", "generator.batch_size=128"])
  func joined(set: String) throws {
    let joined = "discriminator.batch_norm=joined"
    #expect(Self.message(minimal, sets: [joined]) == nil)
    let message = try #require(Self.message(minimal, sets: [joined, set]))
    #expect(message.contains("batch_norm joined needs"), "\(message)")
  }

  @Test("a generator batch of its own is refused where both networks learn from one batch")
  func simultaneous() throws {
    let together = "schedule.kind=simultaneous"
    let message = try #require(Self.message(minimal, sets: [together, "generator.batch_size=32"]))
    #expect(message.hasPrefix("--set generator.batch_size: "), "\(message)")
    #expect(message.contains("batch_size 64"), "\(message)")
    #expect(Self.message(minimal, sets: [together, "generator.batch_size=64"]) == nil)
  }

  @Test("a key that says its default is as if it were not there")
  func saidDefaults() throws {
    let plain = try RunConfiguration.load(file: ("a.yaml", minimal))
    let said = try RunConfiguration.load(
      file: ("a.yaml", minimal), sets: ["evaluate.every=0"])
    #expect(said == plain)
  }

  @Test(
    "layers that are none are refused",
    arguments: [
      ("[]", "at least one layer"), ("{dense: 1}", "a list of layers"),
      ("[flaten]", "(did you mean 'flatten'?)"),
      ("[[dense]]", "{dense: 256}"), ("[{activation: relu}]", "names no kind"),
      ("[{dense: 1, dropout: 0.1}]", "two kinds"),
      ("[{dropout: 1}]", "x < 1"), ("[{dropout: -0.1}]", "0 ≤ x"), ("[{reshape: []}]", "reshape"),
      ("[{reshape: [0, 2]}]", "reshape"), ("[{flatten: false}]", "flatten must be true"),
      ("[{dense: 1, init: {normal: 1, uniform: 1}}]", "one key"), ("[{dens: 1}]", "'dense'"),
      ("[{dense: 1, activation: {}}]", "one key"),
      ("[{dense: 1, activation: leaky}]", "leaky-relu"),
    ])
  func layers(text: String, reason: String) throws {
    let message = try #require(Self.message(minimal, sets: ["generator.layers=\(text)"]))
    #expect(message.contains(reason), "\(message)")
  }

  @Test(
    "a required key has no default",
    arguments: ["data", "epochs", "latent", "generator", "discriminator"])
  func required(key: String) throws {
    let text = minimal.split(separator: "\n").filter { !$0.hasPrefix(key) }.joined(separator: "\n")
    let message = try #require(Self.message(text))
    #expect(message.contains("is missing") && message.contains(key), "\(message)")
  }

  @Test("an option that does not parse is wrong usage; a wrong value is a wrong configuration")
  func usage() throws {
    for set in ["batch_size", "=3", "a..b=3", "generator.layers=[{", "preset=ring", ".=1"] {
      let error = try #require(throws: ConfigurationError.self) {
        try RunConfiguration.load(sets: [set])
      }
      #expect(error.kind == .usage, "\(error)")
    }
    for set in ["batch_size=0", "nonsense=1", "generator.layers.9.dense=1", "seed="] {
      let error = try #require(throws: ConfigurationError.self) {
        try RunConfiguration.load(sets: [set])
      }
      #expect(error.kind == .invalid, "\(error)")
    }
    let twice = try #require(throws: ConfigurationError.self) {
      try RunConfiguration.load(preset: "ring", file: ("a.yaml", "preset: ring"))
    }
    #expect(twice.kind == .usage)
    let unknown = try #require(throws: ConfigurationError.self) {
      try RunConfiguration.load(preset: "rnig")
    }
    #expect(unknown.kind == .usage && unknown.message.contains("did you mean 'ring'"))
    #expect(
      Self.message("preset: rnig\nseed: 1")
        == "a.yaml:1: there is no preset 'rnig' (did you mean 'ring'?); there are "
        + RunConfiguration.presetNames.joined(separator: ", ")
    )
  }
}
