import CKernels
import TestSupport
import Testing

@testable import Tensors

@Suite("Plans") struct PlanTests {
  private func slot(_ values: [Float], rows: Int = 1) -> Slot {
    let buffer = FloatBuffer(count: values.count)
    for (index, value) in values.enumerated() { buffer.pointer[index] = value }
    return Slot(buffer: buffer, offset: 0, rows: rows, columns: values.count / rows)
  }

  @Test("what is built after a sequence point sees the updates, earlier values stay")
  func sequencePoint() throws {
    let (weight, gradient) = (slot([2, 3]), FloatBuffer(count: 2))
    let graph = Graph()
    let rate = graph.hostScalar("rate")
    let before = graph.read(weight).square
    graph.assign(
      graph.constant(1, like: before), to: Slot(buffer: gradient, offset: 0, rows: 1, columns: 2))
    graph.update(
      .sgd(
        weights: weight.buffer, gradients: gradient, momentumBuffer: nil, rate: rate,
        momentum: rate, gradientNorm: nil))
    graph.sequencePoint()
    let after = graph.read(weight).square
    let output = graph.output(before - after, "difference")
    let plan = try Plan(graph, sharding: Sharding(units: 3, shards: 2), seed: 0)
    plan.set(rate, to: 1)
    plan.run(on: Workers(threads: 2))
    #expect(plan.withOutput(output) { values, _, _ in Array(values) } == [4 - 1, 9 - 4])
    #expect(weight.buffer.values == [1, 2])
  }

  @Test("an assignment takes effect after all reads of its segment, the last one counts")
  func assignment() throws {
    let place = slot([1, 10])
    let graph = Graph()
    let first = graph.read(place).affine(scale: 2, shift: 0)
    graph.assign(first, to: place)
    graph.assign(graph.latest(place).affine(scale: 1, shift: 1), to: place)
    let output = graph.output(graph.read(place).affine(scale: -1, shift: 0), "old")
    let plan = try Plan(graph, sharding: Sharding(units: 1, shards: 1), seed: 0)
    let workers = Workers(threads: 1)
    plan.run(on: workers)
    #expect(plan.withOutput(output) { values, _, _ in Array(values) } == [-1, -10])
    #expect(place.buffer.values == [3, 21])
    plan.run(on: workers)
    #expect(place.buffer.values == [7, 43])
  }

  @Test("a frozen network's weights get no gradient kernels")
  func frozen() throws {
    let graph = Graph()
    let generator = graph.read(slot(Array(repeating: 0.5, count: 12), rows: 4))
    let critic = graph.read(slot(Array(repeating: 0.25, count: 3), rows: 3))
    let x = graph.input("x", perUnit: 1, columns: 4)
    let score = matmul(matmul(x, generator).tanh, critic).softplus.mean
    let nodes = graph.nodes.count
    _ = gradients(of: score, for: [generator])
    let contractions = graph.nodes[nodes...].filter { node in
      if case .product(transposeA: true, _) = node.operation { true } else { false }
    }
    #expect(contractions.count == 1)
  }

  @Test("what nobody asks for is not computed")
  func pruned() throws {
    let graph = Graph()
    let x = graph.input("x", perUnit: 1, columns: 4)
    _ = x.exp.sum
    graph.output(x.square.sum, "asked")
    let plan = try Plan(graph, sharding: Sharding(units: 5, shards: 1), seed: 0)
    #expect(plan.callCount == 3)
  }

  @Test(
    "bias and activation in one pass give the bits of two passes",
    arguments: [Unary.leaky(0.2), .leaky(0), .tanh, .sigmoid])
  func fused(unary: Unary) throws {
    let graph = Graph()
    var random = SeededNumbers(seed: 31)
    let weight = graph.read(slot(random.values(7 * 21), rows: 7))
    let bias = graph.read(slot(random.values(21)))
    let x = graph.input("x", perUnit: 1, columns: 7)
    let sum = matmul(x, weight) + bias
    let fused = graph.output(sum.mapped(unary), "fused")
    let plan = try Plan(graph, sharding: Sharding(units: 5, shards: 2), seed: 0)
    let composite = graph.output(sum, "sum")
    let twoPasses = try Plan(graph, sharding: Sharding(units: 5, shards: 2), seed: 0)
    #expect(plan.callCount < twoPasses.callCount)
    let workers = Workers(threads: 1)
    let values = random.values(35)
    let results = [plan, twoPasses].map { plan in
      plan.withInput("x") { input in for i in 0..<35 { input[i] = values[i] } }
      plan.run(on: workers)
      return plan.withOutput(fused) { values, _, _ in values.map(\.bitPattern) }
    }
    #expect(results[0] == results[1])
    let sums = twoPasses.withOutput(composite) { values, _, _ in Array(values) }
    #expect(
      sums.map { evaluate(.unary(unary), [$0], units: 1).bitPattern } == results[0])
  }

  @Test("small sums have the same bits for any sharding, and empty shards do nothing")
  func emptyShards() throws {
    let graph = Graph()
    let x = graph.input("x", perUnit: 1, columns: 3)
    let output = graph.output(x.tanh.meanRows, "means")
    let results = try [1, 2, 8].map { shards in
      let plan = try Plan(graph, sharding: Sharding(units: 5, shards: shards), seed: 0)
      var random = SeededNumbers(seed: 41)
      let values = random.values(15)
      plan.withInput("x") { input in for i in 0..<15 { input[i] = values[i] } }
      plan.run(on: Workers(threads: 3))
      return plan.withOutput(output) { values, _, _ in Array(values) }
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test("values that are not numbers come through every operation", arguments: OperationCase.all)
  func notANumber(operation: OperationCase) throws {
    let graph = Graph()
    let sharding = Sharding(units: 4, shards: 2)
    var inputs: [String] = []
    let leaves = operation.leaves(3, 2).enumerated().map { place, leaf in
      switch leaf {
      case .batch(let perUnit, let columns):
        inputs.append("\(place)")
        return graph.input("\(place)", perUnit: perUnit, columns: columns)
      case .fixed(let rows, let columns):
        return graph.read(slot(Array(repeating: .nan, count: rows * columns), rows: rows))
      }
    }
    let output = graph.output(operation.build(leaves), "scalar")
    let plan = try Plan(graph, sharding: sharding, seed: 0)
    for name in inputs { plan.withInput(name) { $0.update(repeating: .nan) } }
    plan.run(on: Workers(threads: 1))
    #expect(plan.scalar(output).isNaN)
  }

  @Test("shards cut a batch at floor(shard · units / shards)")
  func cuts() {
    let sharding = Sharding(units: 93, shards: 4)
    #expect((0..<4).map { sharding.units(of: $0) } == [0..<23, 23..<46, 46..<69, 69..<93])
    let parts = (0..<4).map { sharding.part(of: $0, rows: 1, columns: 70).columns }
    #expect(parts == [0..<16, 16..<32, 32..<48, 48..<70])
  }

  @Test("the engine names what its bits depend on")
  func facts() {
    let facts = engineFacts()
    #expect(facts.keys.sorted() == ["cpu_features", "isa", "onednn"])
    #expect(facts["onednn"]?.split(separator: ".").count == 3)
    #expect(facts["isa"]?.isEmpty == false)
  }
}
