import TestSupport
import Testing

@testable import Tensors

/// An operation case over random shapes and values.
private struct Trial {
  let graph = Graph()
  let sharding: Sharding
  let leaves: [Tensor]
  var reference: Reference
  let buffers: [FloatBuffer]

  init(_ operation: OperationCase, seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    let shards = Int.random(in: 1...4, using: &random)
    sharding = Sharding(units: Int.random(in: 2...9, using: &random), shards: shards)
    let (m, n) = (
      Int.random(in: 1...19, using: &random), Int.random(in: 1...6, using: &random)
    )
    reference = Reference(graph: graph, sharding: sharding)
    var leaves: [Tensor] = []
    var buffers: [FloatBuffer] = []
    for (place, leaf) in operation.leaves(m, n).enumerated() {
      let tensor: Tensor
      switch leaf {
      case .batch(let perUnit, let columns):
        tensor = graph.input("\(place)", perUnit: perUnit, columns: columns)
        buffers.append(FloatBuffer(count: perUnit * sharding.units * columns))
      case .fixed(let rows, let columns):
        let buffer = FloatBuffer(count: rows * columns)
        tensor = graph.read(Slot(buffer: buffer, offset: 0, rows: rows, columns: columns))
        buffers.append(buffer)
      }
      for (index, value) in random.values(buffers[place].count).enumerated() {
        buffers[place].pointer[index] = value
      }
      reference.leaves[tensor.index] = buffers[place].values.map(Double.init)
      leaves.append(tensor)
    }
    self.leaves = leaves
    self.buffers = buffers
  }

  /// The values of some tensors by a plan.
  func planned(_ tensors: [Tensor], threads: Int = 1) throws -> [[Float]] {
    let outputs = tensors.enumerated().map {
      graph.output($0.element, "out \(graph.outputCount) \($0.offset)")
    }
    let plan = try Plan(graph, sharding: sharding, seed: 0)
    for (name, node) in graph.inputs {
      guard let place = leaves.firstIndex(where: { $0.index == node }) else { continue }
      plan.withInput(name) { input in
        for index in input.indices { input[index] = buffers[place].pointer[index] }
      }
    }
    plan.run(on: Workers(threads: threads))
    return outputs.map { plan.withOutput($0) { values, _, _ in Array(values) } }
  }

  /// Elements of a leaf to look at: all of a few, else forty spread over them.
  func elements(of leaf: Tensor) -> [Int] {
    let count = reference.leaves[leaf.index]?.count ?? 0
    return count <= 40 ? Array(0..<count) : (0..<40).map { ($0 * count + count / 2) / 40 }
  }

  /// Central differences of a scalar by elements of a leaf, in Float64.
  func differences(_ scalar: Tensor, by leaf: Tensor) -> [Double] {
    let step = 1e-5
    return elements(of: leaf).map { element in
      let ends = [step, -step].map { change in
        var changed = reference
        changed.leaves[leaf.index]?[element] += change
        return changed.evaluate(scalar)[0]
      }
      return (ends[0] - ends[1]) / (2 * step)
    }
  }
}

/// The largest difference, against the largest value.
func worstDifference(_ found: [Float], _ wanted: [Double]) -> Double {
  guard found.count == wanted.count else { return .infinity }
  let scale = wanted.reduce(1e-2) { max($0, abs($1)) }
  return zip(found, wanted).reduce(0) { worst, pair in
    let difference = abs(Double(pair.0) - pair.1) / scale
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}

@Suite("Operations and their derivatives") struct OperationTests {
  static let seeds: [UInt64] = [11, 12, 13, 14, 15, 16]

  @Test(
    "an operation gives the value of its definition", arguments: OperationCase.all, seeds)
  func value(operation: OperationCase, seed: UInt64) throws {
    let trial = Trial(operation, seed: seed)
    let scalar = operation.build(trial.leaves)
    let found = try trial.planned([scalar])[0]
    let wanted = trial.reference.evaluate(scalar)
    #expect(worstDifference(found, wanted) < 5e-6, "seed \(seed), \(trial.sharding)")
  }

  @Test(
    "a derivative is the limit of differences", arguments: OperationCase.all, seeds)
  func derivative(operation: OperationCase, seed: UInt64) throws {
    let trial = Trial(operation, seed: seed)
    let scalar = operation.build(trial.leaves)
    let found = try trial.planned(gradients(of: scalar, for: trial.leaves))
    for (leaf, found) in zip(trial.leaves, found) where operation.name != "a stopped factor" {
      let wanted = trial.differences(scalar, by: leaf)
      let sample = trial.elements(of: leaf).map { found[$0] }
      #expect(worstDifference(sample, wanted) < 5e-5, "seed \(seed), \(trial.sharding)")
    }
  }

  @Test(
    "a second derivative is the limit of differences of the first",
    arguments: OperationCase.all, seeds.prefix(3))
  func secondDerivative(operation: OperationCase, seed: UInt64) throws {
    let trial = Trial(operation, seed: seed)
    let first = gradients(of: operation.build(trial.leaves), for: trial.leaves)
    let size = first.map { $0.square.sum }.reduce(trial.graph.constant(0), +)
    let second = gradients(of: size, for: trial.leaves)
    let found = try trial.planned(second)
    for (leaf, found) in zip(trial.leaves, found) where operation.name != "a stopped factor" {
      let wanted = trial.differences(size, by: leaf)
      let sample = trial.elements(of: leaf).map { found[$0] }
      #expect(worstDifference(sample, wanted) < 3e-4, "seed \(seed), \(trial.sharding)")
    }
  }

  @Test("a stopped factor is a constant to derivatives")
  func stoppedGradient() throws {
    let graph = Graph()
    let x = graph.input("x", perUnit: 1, columns: 1)
    let slope = gradients(of: (x * x.stopGradient).sum, for: [x])[0]
    let output = graph.output(slope, "slope")
    let plan = try Plan(graph, sharding: Sharding(units: 2, shards: 1), seed: 0)
    plan.withInput("x") {
      $0[0] = 3; $0[1] = -5
    }
    plan.run(on: Workers(threads: 1))
    #expect(plan.withOutput(output) { values, _, _ in Array(values) } == [3, -5])
  }

  @Test("any number of threads gives the same bits", arguments: OperationCase.all)
  func threads(operation: OperationCase) throws {
    let trial = Trial(operation, seed: 21)
    let tensors = gradients(of: operation.build(trial.leaves), for: trial.leaves)
    let single = try trial.planned(tensors)
    for threads in [2, 3] {
      let several = try trial.planned(tensors, threads: threads)
      #expect(several.map { $0.map(\.bitPattern) } == single.map { $0.map(\.bitPattern) })
    }
  }
}
