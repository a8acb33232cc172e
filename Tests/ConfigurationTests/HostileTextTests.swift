import Configuration
import Networks
import RunModel
import Testing

@Suite("Texts that are no configuration")
struct HostileTextTests {
  @Test(
    "an empty configuration is refused",
    arguments: ["", "\n\n", "# only a comment\n", "---\n", "{}"])
  func empty(text: String) throws {
    let message = try #require(RefusalTests.message(text))
    #expect(message.hasPrefix("a.yaml"), "\(message)")
  }

  @Test(
    "a duplicate key is refused with both lines",
    arguments: [
      (
        "epochs: 1\nseed: 2\nepochs: 3",
        "a.yaml:3: the key 'epochs' stands here again, first on line 1; keep one"
      ),
      (
        "data:\n  kind: ring\n  modes: 1\n  'kind': grid",
        "a.yaml:4: the key 'kind' stands here again, first on line 2; keep one"
      ),
      (
        "seed: 1\nseed: 1\nseed: 1",
        "a.yaml:2: the key 'seed' stands here again, first on line 1; keep one"
      ),
      (
        "{\"seed\": 1, \"seed\": 2}",
        "a.yaml:1: the key 'seed' stands here twice in one map; keep one"
      ),
    ])
  func duplicate(text: String, expected: String) {
    #expect(RefusalTests.message(text) == expected)
  }

  @Test(
    "hostile texts are refused with a sentence",
    arguments: [
      String(repeating: "[", count: 200_000), String(repeating: "{a: ", count: 50_000),
      String(repeating: "- ", count: 100_000) + "x", String(repeating: "? ", count: 50_000),
      nested(1200), nested(100),
      "a: &a [1]\nb: &b [*a, *a, *a]\nc: [*b, *b]", "? &k [x]\n: *k", "*undefined",
      String(repeating: "x", count: 11_000_000), "a: b: c", "[1, 2", "\u{0}", "a: \u{1}", "\t- x",
      "a: 'unclosed", "\"two\\nlines\": 1", "seed: \"two\\nlines\"",
      "seed: \(String(repeating: "y", count: 100_000))", "- 1\n- 2", "just text", "7",
      "a: 1\n---\nb: 2", "{[a]: 1}", "? {x: y}\n: 1",
      "<<: {seed: 1}", "!!binary x", "data: !ring {kind: ring}", "\u{FEFF}", "%YAML 9.9\n---\na: 1",
      (0..<30_000).map { "k\($0): 1" }.joined(separator: "\n"),
    ])
  func hostile(text: String) throws {
    let message = try #require(RefusalTests.message(text))
    #expect(message.hasPrefix("a.yaml"), "\(message.prefix(200))")
    #expect(!message.contains("\n") && message.count < 1000, "\(message.prefix(1200))")
  }

  /// Maps within maps.
  private static func nested(_ levels: Int) -> String {
    (0..<levels).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
  }

  @Test("JSON is YAML, and 1e-5 is a number")
  func json() throws {
    let configuration = try RunConfiguration.load(
      file: (
        "a.json",
        """
        {"data": {"kind": "ring", "radius": 1E+1}, "epochs": 3, "latent": {"size": 2},
        \t"generator": {"layers": [{"dense": 2}], "optimizer": {"lr": 1e-5}},
        "discriminator":{"layers":[{"dense":1,"bias":false}]}}
        """
      ))
    #expect(configuration.generator.optimizer.learningRate == 1e-5)
    #expect(configuration.parameters["data.radius"] == .number(10))
    #expect(!configuration.discriminator.layers[0].bias)
  }

  @Test("stars, ampersands and brackets inside text and comments mean nothing")
  func harmless() throws {
    let text = minimal + "\nexperiment: 'a *b &c [[[' # *d &e [[[ don't\nseed: 3 # \"\nlog_every: 2"
    let configuration = try RunConfiguration.load(file: ("a.yaml", text))
    #expect(configuration.experiment == "a *b &c [[[")
    #expect(configuration.logEvery == 2)
  }
}
