import Foundation
import TestSupport
import Testing

/// One that has torch, such as the benchmarks set up.
private let python = Python(importing: "torch", own: "Benchmarks/.venv/bin/python")

@Suite(
  "What PyTorch makes of an exported generator",
  .enabled(if: python != nil, "no python3 with torch: the samples are not checked"))
struct PyTorchTests {
  private static let rest = """
    data: {kind: fashion-mnist}
    latent: {size: 16}
    batch_size: 32
    epochs: 1
    steps_per_epoch: 3
    samples: {every: 0}
    discriminator: {layers: [{conv: 8, stride: 4}, {dense: 1}]}
    generator:
    """

  /// All layers of a generator, each with a norm and an initialiser of another kind.
  private static let generators = [
    """
      ema: 0.9
      layers:
        - {dense: 784, norm: batch, activation: relu}
        - {reshape: [7, 7, 16]}
        - residual:
            - {conv: 8, kernel: 3, stride: 1, norm: layer, activation: relu}
            - {conv: 16, kernel: 3, stride: 1}
          norm: batch
          activation: leaky-relu
        - {conv_transpose: 16, equalized: true, norm: pixel, activation: leaky-relu}
        - {conv: 16, kernel: 3, stride: 1, norm: spectral, activation: relu}
        - {pixel_shuffle: 2}
        - {upsample: 2}
        - {pool: 2}
        - {conv: 1, kernel: 3, stride: 1, activation: tanh, bias_init: data-marginals}
    """,
    """
      layers:
        - {reshape: [1, 1, 16]}
        - {conv_transpose: 12, kernel: 3, stride: 1, pad: 0, norm: batch, activation: relu}
        - {conv_transpose: 8, kernel: 5, stride: 3, output_pad: 1, norm: spectral, activation: relu}
        - {flatten: true, norm: batch}
        - {maxout: 980, pieces: 2, norm: layer}
        - {residual: [{dense: 10, activation: tanh}, {dense: 980}]}
        - {dropout: 0.3}
        - {reshape: [14, 14, 5], activation: {leaky-relu: 0.1}}
        - {conv_transpose: 4, kernel: 2, stride: 2, pad: 0, activation: sigmoid}
        - {dense: 784, equalized: true, activation: tanh}
    """,
  ]

  @Test("the same latents give the same pictures, to 1e-4", arguments: generators)
  func samples(generator: String) throws {
    let place = try Workplace()
    try place.write(Self.rest + "\n" + generator + "\n", to: "run.yaml")
    try place.expect("train", "--config", "run.yaml")
    #expect(try Self.check(place).difference <= 1e-4)
  }

  @Test("the same latents give the same samples of every preset's generator")
  func presets() throws {
    let place = try Workplace()
    var generators: Set<Substring> = []
    for name in try place.expect("train", "--list-presets").lines.map({
      String($0.prefix { $0 != "\t" })
    }) {
      // The pictures that a preset before it has made.
      let data = name == "images-dcgan" ? ["--set", "data.path=pictures"] : []
      let configuration = try place.start(
        ["train", "--preset", name, "--print-config"] + data
      ).wait().output
      let parts = configuration.split(separator: "\ngenerator:\n")
      try #require(parts.count == 2, "\(name)")
      let generator = try #require(parts[1].split(separator: "\n  optimizer:").first)
      // Several losses share a generator's layers.
      guard generators.insert(generator).inserted else { continue }
      let result = try place.start(
        [
          "train", "--preset", name, "--set", "epochs=1", "--set", "steps_per_epoch=1", "--set",
          "batch_size=16", "--set", "samples.every=0",
        ] + data
      ).wait()
      try #require(result.status == 0, "\(name): \(result.error)")
      if name == "fashion-mlp" {
        try place.expect("sample", "latest", "--count", "40", "-o", "pictures/")
      }
      let (difference, deviation) = try Self.check(place)
      print("\(name): at most \(difference) from PyTorch, where samples deviate by \(deviation)")
      // First weights of 0.02 make samples that hardly differ: a permuted weight must not pass.
      #expect(difference <= min(1e-4, deviation / 100), "\(name)")
    }
    #expect(generators.count >= 6)
  }

  /// Exports the newest run's generator, and has PyTorch make its samples.
  private static func check(_ place: Workplace) throws -> (difference: Double, deviation: Double) {
    try place.expect(
      "checkpoints", "export", "latest", "--only", "generator", "--layout", "pytorch", "-o",
      "generator.safetensors")
    try place.expect("sample", "latest", "--count", "16", "-o", "samples.safetensors")
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/pytorch.py")
    let result = try #require(python).run(
      [page.path] + ["generator", "samples"].map { place.path("\($0).safetensors").path })
    let words = try #require(
      result.output.wholeMatch(
        of: /16 samples, at most (\S+) apart, with a deviation of (\S+)\s*/), "\(result.output)")
    return (try #require(Double(words.1)), try #require(Double(words.2)))
  }
}
