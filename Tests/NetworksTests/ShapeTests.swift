import Networks
import Testing

@Suite("Shapes of layers") struct ShapeTests {
  private static func output(_ layers: [Layer], of input: [Int]) throws(NetworkError) -> [Int] {
    try Network.outputShape(name: "generator", layers: layers, inputShape: input)
  }

  private static func conv(
    _ channels: Int, _ kernel: Int, _ stride: Int, _ pad: Int
  ) -> Layer {
    Layer(.convolution(channels: channels, kernel: kernel, stride: stride, pad: pad))
  }

  private static func transposed(
    _ channels: Int, _ kernel: Int, _ stride: Int, _ pad: Int, _ outputPad: Int = 0
  ) -> Layer {
    Layer(
      .transposedConvolution(
        channels: channels, kernel: kernel, stride: stride, pad: pad, outputPad: outputPad))
  }

  @Test(
    "a layer's output has the shape that PyTorch gives it",
    arguments: [
      ([conv(5, 4, 2, 1)], [28, 28, 1], [14, 14, 5]), ([conv(5, 3, 3, 0)], [8, 7, 2], [2, 2, 5]),
      ([conv(1, 5, 1, 2)], [2, 3, 2], [2, 3, 1]),
      ([transposed(3, 4, 2, 1)], [7, 7, 9], [14, 14, 3]),
      ([transposed(3, 3, 2, 1, 1)], [3, 2, 4], [6, 4, 3]),
      ([transposed(2, 4, 1, 0)], [1, 1, 100], [4, 4, 2]),
      ([Layer(.upsample(factor: 3))], [2, 4, 5], [6, 12, 5]),
      ([Layer(.pool(side: 2))], [6, 4, 5], [3, 2, 5]),
      ([Layer(.pixelShuffle(factor: 2))], [3, 5, 12], [6, 10, 3]),
      ([Layer(.minibatchStddev(group: 4))], [4, 4, 8], [4, 4, 9]),
      ([Layer(.minibatchStddev(group: 4))], [8], [9]),
      ([Layer(.residual([conv(8, 3, 1, 1)]))], [4, 4, 8], [4, 4, 8]),
      ([Layer(.reshape([1, 1, 9])), conv(2, 1, 1, 0), Layer(.flatten)], [9], [2]),
    ])
  func shapes(layers: [Layer], input: [Int], expected: [Int]) throws {
    #expect(try Self.output(layers, of: input) == expected)
  }

  @Test(
    "what can't be is refused with the place and the reason",
    arguments: [
      ([conv(5, 4, 2, 1)], [64], "layers.0 is conv, which takes [height, width, channels]"),
      ([Layer(.upsample(factor: 2))], [64], "upsample"),
      ([Layer(.pool(side: 2))], [4, 4], "pool"),
      ([Layer(.flatten), transposed(1, 4, 2, 1)], [2, 2, 2], "layers.1 is conv_transpose"),
      ([conv(5, 7, 1, 1)], [4, 28, 1], "kernel of 7, larger than its input [4, 28, 1]"),
      ([transposed(1, 4, 2, 1, 2)], [7, 7, 1], "output_pad 2"),
      ([transposed(1, 1, 1, 3)], [4, 4, 1], "makes [-2, -2, 1]"),
      ([Layer(.pool(side: 3))], [6, 4, 1], "pool by 3"),
      (
        [Layer(.pixelShuffle(factor: 2))], [2, 2, 6],
        "6 channels of its input [2, 2, 6] do not divide by 4"
      ),
      ([Layer(.residual([conv(7, 3, 1, 1)]))], [4, 4, 8], "adds its input [4, 4, 8] to [4, 4, 7]"),
      (
        [Layer(.flatten), Layer(.residual([Layer(.residual([Layer(.dense(units: 3))]))]))], [4],
        "layers.1.residual.0 adds"
      ),
      (
        [Layer(.upsample(factor: 2), norm: .spectral)], [2, 2, 1], "no weights for a spectral norm"
      ),
      ([Layer(.flatten, equalized: true)], [2], "no weights for an equalized"),
      ([conv(0, 1, 1, 0)], [2, 2, 1], "[0, 1, 1]"),
      (Array(repeating: Layer(.upsample(factor: 64)), count: 20), [2, 2, 1], "more than memory"),
      (
        [Layer(.dense(units: 4), startsAtMarginals: true), Layer(.dense(units: 4))], [2],
        "layers.0 can't start at the data's marginals"
      ),
      (
        [Layer(.dense(units: 4), norm: .batch(), startsAtMarginals: true)], [2],
        "can't start at the data's marginals"
      ),
      (
        [Layer(.residual([Layer(.dense(units: 2), startsAtMarginals: true)]))], [2],
        "layers.0.residual.0 can't start"
      ),
    ])
  func refused(layers: [Layer], input: [Int], reason: String) throws {
    let error = try #require(throws: NetworkError.self) { try Self.output(layers, of: input) }
    #expect("\(error)".contains(reason), "\(error)")
    #expect("\(error)".hasPrefix("generator.layers.\(error.layer) "), "\(error)")
  }

  @Test("numbers are named by place, within a residual by both, and shaped as in a checkpoint")
  func names() throws {
    let network = try Network(
      name: "generator",
      layers: [
        Layer(.reshape([2, 2, 3])),
        Layer(
          .residual([
            Self.conv(4, 3, 1, 1), Layer(.residual([Self.conv(4, 1, 1, 0)]), norm: .batch()),
            Layer(
              .transposedConvolution(channels: 3, kernel: 3, stride: 1, pad: 1, outputPad: 0),
              norm: .spectral, bias: false),
          ]), norm: .layer()),
        Layer(.dense(units: 2), norm: .pixel()),
      ],
      inputShape: [12], optimizer: .adam, ema: false)
    #expect(
      network.parameters.map { "\($0.name) \($0.shape)" } == [
        "1.0.weight [3, 3, 3, 4]", "1.0.bias [4]", "1.1.0.weight [1, 1, 4, 4]", "1.1.0.bias [4]",
        "1.1.norm.weight [4]", "1.1.norm.bias [4]", "1.2.weight [3, 3, 4, 3]",
        "1.norm.weight [3]", "1.norm.bias [3]", "2.weight [12, 2]", "2.bias [2]",
      ])
    #expect(
      network.runningStatistics.map { "\($0.name) \($0.shape)" } == [
        "1.1.norm.running_mean [4]", "1.1.norm.running_var [4]", "1.2.norm.u [3]",
        "1.2.norm.v [36]",
      ])
  }
}
