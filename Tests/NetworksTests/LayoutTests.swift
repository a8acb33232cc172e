import Networks
import Tensors
import Testing

@Suite("Network layout") struct LayoutTests {
  @Test("parameters are named by layer, shaped in rows and columns, and start cache lines")
  func names() throws {
    let network = try Network(
      name: "generator",
      layers: [
        Layer(.dense(units: 6), norm: .batch(), activation: .relu, bias: false),
        Layer(.dropout(probability: 0.5)),
        Layer(.maxout(units: 4, pieces: 3)),
        Layer(.reshape([2, 2, 1]), norm: .batch()),
      ],
      inputShape: [5], optimizer: .adam, ema: true)
    #expect(
      network.parameters.map(\.name) == [
        "0.weight", "0.norm.weight", "0.norm.bias", "2.weight", "2.bias", "3.norm.weight",
        "3.norm.bias",
      ])
    #expect(
      network.parameters.map(\.shape) == [[5, 6], [6], [6], [6, 12], [12], [1], [1]])
    #expect(network.parameters.allSatisfy { $0.slot.offset % 16 == 0 })
    #expect(
      network.runningStatistics.map(\.name) == [
        "0.norm.running_mean", "0.norm.running_var", "3.norm.running_mean",
        "3.norm.running_var",
      ])
    #expect(network.outputShape == [2, 2, 1])
    #expect(network.parameterCount == 30 + 12 + 72 + 12 + 2)
    #expect(network.moments.map(\.name) == ["m", "v"])
    #expect(network.average?.weights.count == network.weights.count)
  }

  @Test("a momentum buffer is kept where there is momentum", arguments: [0.0, 0.5])
  func moments(momentum: Double) throws {
    let network = try Network(
      name: "discriminator", layers: [Layer(.dense(units: 1))], inputShape: [2],
      optimizer: .sgd(momentum: .constant(momentum)), ema: false)
    #expect(network.moments.map(\.name) == (momentum == 0 ? [] : ["m"]))
    #expect(network.average == nil)
  }

  @Test(
    "layers that make no network are refused by name, place and shapes",
    arguments: [
      ([Layer](), NetworkError.noLayers(network: "generator")),
      (
        [Layer(.dense(units: 10)), Layer(.reshape([3, 4]))],
        .shapesDiffer(network: "generator", layer: "1", input: [10], wanted: [3, 4])
      ),
      (
        [Layer(.dense(units: .max))],
        .tooLarge(network: "generator", layer: "0", shape: [.max])
      ),
      ([Layer(.dense(units: 0))], .noSize(network: "generator", layer: "0", shape: [0])),
      (
        [Layer(.dropout(probability: 1))],
        .probability(network: "generator", layer: "0", value: 1)
      ),
    ])
  func refused(layers: [Layer], error: NetworkError) {
    #expect(throws: error) {
      try Network(
        name: "generator", layers: layers, inputShape: [7], optimizer: .adam, ema: false)
    }
    #expect(error.description.contains("generator.layers"))
  }

  @Test("initialisation is a function of seed and stream")
  func initialization() throws {
    func weights(_ seed: UInt64, _ stream: UInt32) throws -> [Float] {
      let network = try Network(
        name: "generator",
        layers: [Layer(.dense(units: 9), norm: .batch()), Layer(.dense(units: 3))],
        inputShape: [16], optimizer: .adam, ema: true)
      network.initialize(seed: seed, stream: stream)
      #expect(network.average?.weights.values == network.weights.values)
      #expect(network.runningStatistics[1].slot.values.allSatisfy { $0 == 1 })
      #expect(network.parameters[2].slot.values.allSatisfy { $0 == 1 })
      #expect(network.parameters[0].slot.values.allSatisfy { abs($0) <= 0.25 && $0 != 0 })
      #expect(network.parameters[1].slot.values.contains { $0 != 0 })
      return network.weights.values
    }
    #expect(try weights(1, 2) == weights(1, 2))
    #expect(try weights(1, 2) != weights(1, 3))
    #expect(try weights(1, 2) != weights(2, 2))
  }

  @Test(
    "named initialisers have their spread, and biases start at 0",
    arguments: [
      (Layer.Initializer.normal(stddev: 0.02), 0.02), (.uniform(bound: 0.05), 0.05 / 1.7321),
      (.he, 0.1), (.xavier, 0.0816 / 1), (.orthogonal, 0.0707),
    ])
  func spread(initializer: Layer.Initializer, deviation: Double) throws {
    let network = try Network(
      name: "generator", layers: [Layer(.dense(units: 100), initializer: initializer)],
      inputShape: [200], optimizer: .adam, ema: false)
    network.initialize(seed: 3, stream: 4)
    let values = network.parameters[0].slot.values
    let square = values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count)
    #expect(abs(square.squareRoot() / deviation - 1) < 0.03)
    #expect(network.parameters[1].slot.values.allSatisfy { $0 == 0 })
  }

  @Test("orthogonal weights have orthonormal columns, or rows", arguments: [(12, 5), (5, 12)])
  func orthogonal(inputs: Int, units: Int) throws {
    let network = try Network(
      name: "generator", layers: [Layer(.dense(units: units), initializer: .orthogonal)],
      inputShape: [inputs], optimizer: .adam, ema: false)
    network.initialize(seed: 5, stream: 6)
    let values = network.parameters[0].slot.values
    let (count, length) = (min(inputs, units), max(inputs, units))
    for i in 0..<count {
      for j in 0..<count {
        let product = (0..<length).reduce(0.0) { sum, k in
          let places =
            inputs < units ? [i * units + k, j * units + k] : [k * units + i, k * units + j]
          return sum + Double(values[places[0]]) * Double(values[places[1]])
        }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-6)
      }
    }
  }
}
