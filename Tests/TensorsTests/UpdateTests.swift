import TestSupport
import Testing

@testable import Tensors

@Suite("Updates") struct UpdateTests {
  /// Buffers of a size that leaves a part of a block, and values of a seed.
  static func buffer(_ count: Int, seed: UInt64) -> FloatBuffer {
    let buffer = FloatBuffer(count: count)
    var random = SeededNumbers(seed: seed)
    for (index, value) in random.values(count, -1...1).enumerated() {
      buffer.pointer[index] = value
    }
    return buffer
  }

  @Test("Adam follows its definition in Float64", arguments: [(1, 1), (3000, 2), (5003, 3)])
  func adam(count: Int, shards: Int) throws {
    let weights = Self.buffer(count, seed: 1)
    let gradients = Self.buffer(count, seed: 2)
    let (m, v) = (FloatBuffer(count: count), FloatBuffer(count: count))
    let graph = Graph()
    let (step, root) = (graph.hostScalar("step"), graph.hostScalar("root"))
    let norm = graph.update(
      .adam(
        weights: weights, gradients: gradients, m: m, v: v, stepSize: step,
        rootCorrection: root, beta1: 0.5, beta2: 0.999, epsilon: 1e-8, gradientNorm: "norm"))
    let plan = try Plan(graph, sharding: Sharding(units: 4, shards: shards), seed: 0)
    let workers = Workers(threads: 2)
    var (w, first, second) = (
      weights.values.map(Double.init), [Double](repeating: 0, count: count),
      [Double](repeating: 0, count: count)
    )
    let g = gradients.values.map(Double.init)
    var (power1, power2) = (1.0, 1.0)
    for _ in 1...4 {
      power1 *= 0.5
      power2 *= 0.999
      plan.set(step, to: Float(1e-2 / (1 - power1)))
      plan.set(root, to: Float(1 / (1 - power2).squareRoot()))
      plan.run(on: workers)
      for i in 0..<count {
        first[i] = 0.5 * first[i] + 0.5 * g[i]
        second[i] = 0.999 * second[i] + 0.001 * g[i] * g[i]
        w[i] -=
          1e-2 * (first[i] / (1 - power1)) / ((second[i] / (1 - power2)).squareRoot() + 1e-8)
      }
    }
    #expect(worstDifference(weights.values, w) < 1e-6)
    #expect(worstDifference(m.values, first) < 1e-6)
    #expect(worstDifference(v.values, second) < 2e-6)
    let wanted = g.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(try abs(plan.scalar(#require(norm)) / wanted - 1) < 1e-6)
  }

  @Test("descent follows its definition, with and without momentum", arguments: [0.0, 0.9])
  func descent(momentum: Double) throws {
    let count = 1500
    let weights = Self.buffer(count, seed: 3)
    let gradients = Self.buffer(count, seed: 4)
    var w = weights.values.map(Double.init)
    let graph = Graph()
    let (rate, kept) = (graph.hostScalar("rate"), graph.hostScalar("momentum"))
    graph.update(
      .sgd(
        weights: weights, gradients: gradients,
        momentumBuffer: momentum == 0 ? nil : FloatBuffer(count: count), rate: rate,
        momentum: kept, gradientNorm: nil))
    let plan = try Plan(graph, sharding: Sharding(units: 4, shards: 2), seed: 0)
    plan.set(rate, to: 0.1)
    plan.set(kept, to: Float(momentum))
    let workers = Workers(threads: 1)
    var buffer = [Double](repeating: 0, count: count)
    for _ in 0..<3 {
      plan.run(on: workers)
      for i in 0..<count {
        buffer[i] = momentum * buffer[i] + Double(gradients.pointer[i])
        w[i] -= 0.1 * buffer[i]
      }
    }
    #expect(worstDifference(weights.values, w) < 1e-6)
  }

  @Test("RMSProp follows its definition")
  func rmsprop() throws {
    let count = 1500
    let (weights, gradients) = (Self.buffer(count, seed: 8), Self.buffer(count, seed: 9))
    let squares = FloatBuffer(count: count)
    var w = weights.values.map(Double.init)
    var v = [Double](repeating: 0, count: count)
    let graph = Graph()
    let rate = graph.hostScalar("rate")
    let norm = graph.update(
      .rmsprop(
        weights: weights, gradients: gradients, v: squares, rate: rate, decay: 0.9,
        epsilon: 1e-3, gradientNorm: "norm"))
    let plan = try Plan(graph, sharding: Sharding(units: 4, shards: 2), seed: 0)
    plan.set(rate, to: 0.01)
    for _ in 0..<3 {
      plan.run(on: Workers(threads: 1))
      for i in 0..<count {
        let g = Double(gradients.pointer[i])
        v[i] = 0.9 * v[i] + 0.1 * g * g
        w[i] -= 0.01 * g / (v[i].squareRoot() + 1e-3)
      }
    }
    #expect(worstDifference(weights.values, w) < 1e-6)
    #expect(worstDifference(squares.values, v) < 2e-6)
    let wanted = gradients.values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(try abs(plan.scalar(#require(norm)) / wanted - 1) < 1e-6)
  }

  @Test("weights are clipped after their update, and NaN stays to be seen")
  func clip() throws {
    let count = 1500
    let (weights, gradients) = (Self.buffer(count, seed: 10), Self.buffer(count, seed: 11))
    weights.pointer[7] = .nan
    let before = weights.values
    let graph = Graph()
    let rate = graph.hostScalar("rate")
    graph.update(
      .sgd(
        weights: weights, gradients: gradients, momentumBuffer: nil, rate: rate, momentum: rate,
        gradientNorm: nil))
    graph.update(.clip(weights, limit: 0.3))
    let plan = try Plan(graph, sharding: Sharding(units: 4, shards: 2), seed: 0)
    plan.set(rate, to: 0.5)
    plan.run(on: Workers(threads: 2))
    for i in 0..<count where i != 7 {
      let moved = before[i] - 0.5 * gradients.pointer[i]
      #expect(weights.pointer[i] == max(-0.3, min(0.3, moved)))
    }
    #expect(weights.pointer[7].isNaN)
  }

  @Test("a moving average sees the weights after their update")
  func average() throws {
    let (weights, gradients) = (Self.buffer(40, seed: 5), Self.buffer(40, seed: 6))
    let average = Self.buffer(40, seed: 7)
    let before = average.values
    let graph = Graph()
    let scalar = graph.hostScalar("rate")
    let decay = graph.hostScalar("decay")
    graph.update(
      .sgd(
        weights: weights, gradients: gradients, momentumBuffer: nil, rate: scalar,
        momentum: scalar, gradientNorm: nil))
    graph.update(.movingAverage(of: weights, into: average, decay: decay))
    let plan = try Plan(graph, sharding: Sharding(units: 2, shards: 2), seed: 0)
    plan.set(scalar, to: 0.5)
    plan.set(decay, to: 0.75)
    plan.run(on: Workers(threads: 2))
    for i in 0..<40 {
      #expect(average.pointer[i] == 0.75 * before[i] + 0.25 * weights.pointer[i])
    }
  }
}
