import Networks
import Tensors
import Testing

@Suite("Applying a network") struct ApplicationTests {
  /// 5 units in 2 shards.
  private let sharding = Sharding(units: 5, shards: 2)

  /// Examples of a fixed pattern, row by row.
  private func examples(_ count: Int) -> [Float] {
    Philox(seed: 8, stream: 8).normals(count)
  }

  private func run(
    _ graph: Graph, _ outputs: [Output], input: [Float]
  ) throws -> [[Float]] {
    let plan = try Plan(graph, sharding: sharding, seed: 1)
    plan.withInput("x") { values in for i in values.indices { values[i] = input[i] } }
    plan.run(on: Workers(threads: 2))
    return outputs.map { plan.withOutput($0) { values, _, _ in Array(values) } }
  }

  @Test("a dense layer multiplies by [in, out], adds the bias and activates")
  func dense() throws {
    let network = try Network(
      name: "g", layers: [Layer(.dense(units: 2), activation: .leakyReLU(slope: 0.5))],
      inputShape: [3], optimizer: .adam, ema: false)
    let weights: [Float] = [1, -1, 2, 0.5, -3, 4]
    for i in 0..<6 { network.parameters[0].slot.values[i] = weights[i] }
    network.parameters[1].slot.values[1] = 0.25
    let graph = Graph()
    let x = graph.input("x", perUnit: 1, columns: 3)
    let output = graph.output(
      network.apply(x, mode: .evaluation(useAverage: false)).output, "y")
    let input = examples(15)
    let found = try run(graph, [output], input: input)[0]
    for row in 0..<5 {
      for column in 0..<2 {
        var sum: Float = column == 1 ? 0.25 : 0
        for k in 0..<3 { sum += input[row * 3 + k] * weights[k * 2 + column] }
        #expect(abs(found[row * 2 + column] - (sum > 0 ? sum : 0.5 * sum)) < 1e-5)
      }
    }
  }

  @Test("maxout takes the largest of its pieces, piece outermost")
  func maxout() throws {
    let network = try Network(
      name: "d", layers: [Layer(.maxout(units: 2, pieces: 3), bias: false)], inputShape: [1],
      optimizer: .adam, ema: false)
    let weights: [Float] = [1, 2, -1, 0.5, 0.25, -2]
    for i in 0..<6 { network.parameters[0].slot.values[i] = weights[i] }
    let graph = Graph()
    let x = graph.input("x", perUnit: 1, columns: 1)
    let output = graph.output(
      network.apply(x, mode: .evaluation(useAverage: false)).output, "y")
    let found = try run(graph, [output], input: [1, -1, 2, -2, 0])[0]
    #expect(found == [1, 2, 1, 2, 2, 4, 2, 4, 0, 0])
  }

  @Test("batch normalisation uses the whole batch, and its running variance is unbiased")
  func batchNorm() throws {
    let network = try Network(
      name: "g", layers: [Layer(.flatten, norm: .batch(momentum: 0.25, epsilon: 1e-3))],
      inputShape: [2], optimizer: .adam, ema: false)
    network.initialize(seed: 1, stream: 1)
    let (factor, offset) = (network.parameters[0].slot.values, network.parameters[1].slot.values)
    (factor[0], factor[1], offset[0], offset[1]) = (2, -1, 0.5, 0)
    let graph = Graph()
    let counter = graph.counter("step")
    let x = graph.input("x", perUnit: 2, columns: 2)
    let applied = network.apply(
      x, mode: .training(dropoutStream: 0, dropoutCounter: counter))
    for (value, slot) in applied.statistics { graph.assign(value, to: slot) }
    let output = graph.output(applied.output, "y")
    let input = examples(20)
    let found = try run(graph, [output], input: input)[0]
    for column in 0..<2 {
      let values = (0..<10).map { Double(input[$0 * 2 + column]) }
      let mean = values.reduce(0, +) / 10
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10
      for row in 0..<10 {
        let wanted =
          (values[row] - mean) / (variance + 1e-3).squareRoot() * Double(factor[column])
          + Double(offset[column])
        #expect(abs(Double(found[row * 2 + column]) - wanted) < 1e-5)
      }
      let statistics = network.runningStatistics.map { Double($0.slot.values[column]) }
      #expect(abs(statistics[0] - 0.25 * mean) < 1e-6)
      #expect(abs(statistics[1] - (0.75 + 0.25 * variance * 10 / 9)) < 1e-6)
    }
  }

  @Test("a second use in a segment carries the first one's running statistics on")
  func twice() throws {
    let network = try Network(
      name: "d", layers: [Layer(.flatten, norm: .batch(momentum: 0.5))], inputShape: [1],
      optimizer: .adam, ema: false)
    network.initialize(seed: 1, stream: 1)
    let graph = Graph()
    let counter = graph.counter("step")
    let x = graph.input("x", perUnit: 1, columns: 1)
    for input in [x, x.affine(scale: 1, shift: 10)] {
      let applied = network.apply(
        input, mode: .training(dropoutStream: 0, dropoutCounter: counter))
      for (value, slot) in applied.statistics { graph.assign(value, to: slot) }
    }
    _ = try run(graph, [], input: [1, 2, 3, 4, 5])
    // (0 · ½ + 3 · ½) · ½ + 13 · ½
    #expect(network.runningStatistics[0].slot.values[0] == 7.25)
  }

  @Test("evaluation reads running statistics, drops nothing, and takes the average when asked")
  func evaluation() throws {
    let network = try Network(
      name: "g",
      layers: [Layer(.dropout(probability: 0.5)), Layer(.flatten, norm: .batch(epsilon: 0))],
      inputShape: [1], optimizer: .adam, ema: true)
    network.initialize(seed: 1, stream: 1)
    network.runningStatistics[0].slot.values[0] = 2
    network.runningStatistics[1].slot.values[0] = 4
    let graph = Graph()
    let x = graph.input("x", perUnit: 1, columns: 1)
    let outputs = [false, true].map { average in
      graph.output(
        network.apply(x, mode: .evaluation(useAverage: average)).output, "\(average)")
    }
    let found = try run(graph, outputs, input: [2, 4, 6, 8, 10])
    #expect(found[0] == [0, 1, 2, 3, 4])
    #expect(found[1] == [2, 4, 6, 8, 10])
  }

  @Test("dropout drops its share, scales the rest, and draws anew by stream and counter")
  func dropout() throws {
    let network = try Network(
      name: "d", layers: [Layer(.dropout(probability: 0.25))], inputShape: [2000],
      optimizer: .adam, ema: false)
    let graph = Graph()
    let counter = graph.counter("step")
    let x = graph.input("x", perUnit: 1, columns: 2000)
    let outputs = [3, 3, 4].enumerated().map { place, stream in
      graph.output(
        network.apply(
          x, mode: .training(dropoutStream: UInt32(stream), dropoutCounter: counter)
        ).output, "\(place)")
    }
    let found = try run(
      graph, outputs, input: Array(repeating: 3, count: 10_000))
    #expect(found[0] == found[1] && found[0] != found[2])
    #expect(Set(found[0]) == [0, 4])
    #expect(abs(Double(found[0].count { $0 == 0 }) / 10_000 - 0.25) < 0.02)
  }
}

extension Philox {
  fileprivate func normals(_ count: Int) -> [Float] {
    var values = [Float](repeating: 0, count: count)
    values.withUnsafeMutableBufferPointer { fill($0, .normal, counter: 0) }
    return values
  }
}
