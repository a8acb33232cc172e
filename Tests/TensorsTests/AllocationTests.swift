import AllocationCounter
import TestSupport
import Testing

@testable import Tensors

@Suite("Allocations") struct AllocationTests {
  @Test("the counter counts") func counter() {
    allocations_begin()
    let buffer = FloatBuffer(count: 16)
    let counted = allocations_end()
    #expect(counted.own >= 2)
    #expect(buffer.count == 16)
  }

  @Test("a hundred steps allocate nothing") func steadyState() throws {
    let graph = Graph()
    let (weights, gradient) = (FloatBuffer(count: 64 * 48), FloatBuffer(count: 64 * 48))
    let (m, v) = (FloatBuffer(count: 64 * 48), FloatBuffer(count: 64 * 48))
    for index in 0..<weights.count { weights.pointer[index] = 0.01 * Float(index % 7) }
    let slot = Slot(buffer: weights, offset: 0, rows: 64, columns: 48)
    let counter = graph.counter("draw")
    let x = graph.random(.normal, perUnit: 1, columns: 64, stream: 1, counter: counter)
    let hidden = matmul(x, graph.read(slot)).leaky(slope: 0.2)
    let normed = hidden - hidden.meanRows
    let loss = (matmul(normed, graph.read(slot), transposeB: true) + x).tanh.square.mean
    graph.assign(
      gradients(of: loss, for: [graph.read(slot)])[0],
      to: Slot(buffer: gradient, offset: 0, rows: 64, columns: 48))
    let (step, root) = (graph.hostScalar("step"), graph.hostScalar("root"))
    let norm = graph.update(
      .adam(
        weights: weights, gradients: gradient, m: m, v: v, stepSize: step, rootCorrection: root,
        beta1: 0.5, beta2: 0.999, epsilon: 1e-8, gradientNorm: "norm"))
    let output = graph.output(loss, "loss")
    let plan = try Plan(graph, sharding: Sharding(units: 96, shards: 2), seed: 1)
    let workers = Workers(threads: 1)
    func run(_ steps: Range<Int>) -> Double {
      var sum = 0.0
      for number in steps {
        plan.set(counter, to: UInt64(number))
        plan.set(step, to: 1e-3)
        plan.set(root, to: 1)
        plan.run(on: workers)
        sum += plan.scalar(output)
        if let norm { sum += plan.scalar(norm) }
      }
      return sum
    }
    let warm = run(0..<2)
    allocations_begin()
    let sum = run(2..<102)
    let counted = allocations_end()
    // oneDNN builds a table of arguments at each call of a primitive: that is its own affair.
    #expect(counted.own == 0)
    #expect(sum.isFinite && warm.isFinite)
  }
}
