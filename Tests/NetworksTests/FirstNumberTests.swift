import Networks
import Tensors
import Testing

@Suite("The first numbers of a network") struct FirstNumberTests {
  private func network(
    _ layers: [Layer], input: [Int], ema: Bool = false, marginals: [Float]? = nil
  ) throws -> Network {
    let network = try Network(
      name: "generator", layers: layers, inputShape: input, optimizer: .adam, ema: ema)
    network.initialize(seed: 3, stream: 4, marginals: marginals)
    return network
  }

  private func deviation(_ values: UnsafeMutableBufferPointer<Float>) -> Double {
    (values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count)).squareRoot()
  }

  @Test(
    "a convolution's inputs and outputs count each place of the kernel",
    arguments: [
      (Layer.Initializer?.none, 0.0393), (.he, 0.0962), (.xavier, 0.0589), (.orthogonal, 0.068),
      (.normal(stddev: 0.02), 0.02),
    ])
  func spread(initializer: Layer.Initializer?, expected: Double) throws {
    for kind in [
      Layer.Kind.convolution(channels: 40, kernel: 3, stride: 1, pad: 1),
      .transposedConvolution(channels: 40, kernel: 3, stride: 1, pad: 1, outputPad: 0),
    ] {
      let network = try network([Layer(kind, initializer: initializer)], input: [4, 4, 24])
      let found = deviation(network.parameters[0].slot.values)
      #expect(abs(found / expected - 1) < 0.03, "\(found)")
    }
  }

  @Test("equalized weights start as N(0, 1), their biases at 0")
  func equalized() throws {
    let network = try network([Layer(.dense(units: 100), equalized: true)], input: [100])
    #expect(abs(deviation(network.parameters[0].slot.values) - 1) < 0.03)
    #expect(network.parameters[1].slot.values.allSatisfy { $0 == 0 })
  }

  @Test(
    "a bias at the data's marginals is the activation's inverse at their means",
    arguments: [
      (Layer.Activation.none, [0.5, -0.25] as [Float], [0.5, -0.25] as [Float]),
      (.sigmoid, [0.5, 0.9], [0, 2.1972246]), (.sigmoid, [0, 1], [-16.118095, 16.118095]),
      (.tanh, [-0.5, 0], [-0.54930615, 0]), (.tanh, [-1, 1], [-8.0590475, 8.0590475]),
      (.leakyReLU(slope: 0.5), [1, -1], [1, -2]), (.relu, [1, -1], [1, 0]),
    ])
  func marginals(activation: Layer.Activation, means: [Float], expected: [Float]) throws {
    let layers = [
      Layer(.dense(units: 2), activation: activation, startsAtMarginals: true),
      Layer(.reshape([1, 2, 1])),
    ]
    let found = try network(layers, input: [3], marginals: means).parameters[1].slot.values
    for (found, expected) in zip(found, expected) {
      #expect(abs(found - expected) <= 1e-5 * max(1, abs(expected)), "\(found)")
    }
    // A checkpoint's numbers will take its place.
    let without = try network(layers, input: [3])
    #expect(without.parameters[1].slot.values.allSatisfy { $0 == 0 })
  }

  @Test("a channel's bias takes the mean of the channel")
  func channels() throws {
    let layer = Layer(
      .convolution(channels: 2, kernel: 1, stride: 1, pad: 0), startsAtMarginals: true)
    let network = try network([layer], input: [1, 2, 3], marginals: [1, 10, 3, 30])
    #expect(Array(network.parameters[1].slot.values) == [2, 20])
  }

  @Test("a spectral norm starts near the largest singular value of its first weight")
  func spectral() throws {
    let network = try network(
      [Layer(.dense(units: 3), norm: .spectral, bias: false)], input: [2], ema: true)
    let w = network.parameters[0].slot.values.map(Double.init)
    // Of W Wᵀ, which is 2 by 2, the larger root of the characteristic polynomial.
    func dot(_ i: Int, _ j: Int) -> Double {
      (0..<3).reduce(0) { $0 + w[i * 3 + $1] * w[j * 3 + $1] }
    }
    let (a, b, d) = (dot(0, 0), dot(0, 1), dot(1, 1))
    let largest = (((a + d) + ((a - d) * (a - d) + 4 * b * b).squareRoot()) / 2).squareRoot()
    let u = network.runningStatistics[0].slot.values
    let v = network.runningStatistics[1].slot.values
    var sigma = 0.0
    for i in 0..<2 { for j in 0..<3 { sigma += Double(v[i]) * w[i * 3 + j] * Double(u[j]) } }
    #expect(abs(sigma / largest - 1) < 1e-3, "\(sigma), \(largest)")
    #expect(abs(deviation(u) * 3.0.squareRoot() - 1) < 1e-6)
    #expect(network.average?.statistics.values == network.statistics.values)
  }
}
