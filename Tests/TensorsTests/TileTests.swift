import TestSupport
import Testing

@testable import Tensors

@Suite("Tiles") struct TileTests {
  /// Batch normalisation with what surrounds it, forward and backward: rows, columns and scalars repeat.
  ///
  /// - sums: whether it sums over rows of matrices; else a given row stands for mean and deviation.
  private func chain(
    _ shards: Int, threads: Int, columns: Int, sums: Bool, variant: KernelVariant = .widest
  ) throws -> ([[Float]], Plan) {
    let graph = Graph()
    var random = SeededNumbers(seed: 51)
    let buffer = FloatBuffer(count: 2 * columns + 16)
    for (index, value) in random.values(buffer.count).enumerated() { buffer.pointer[index] = value }
    let factor = graph.read(Slot(buffer: buffer, offset: 0, rows: 1, columns: columns))
    let x = graph.input("x", perUnit: 64, columns: columns)
    let column = x.sliceRows(.first, perUnit: 32).concatRows(x.sliceRows(.second, perUnit: 32))
      .sumColumns
    let scaled = sums ? x.normalized(factor: factor, offset: factor) : (x - factor) * factor
    let y = scaled.leaky(slope: 0.2)
    let z = (y.square - y * column).affine(scale: 0.5, shift: 1).tanh
    let shared = z * z + z.exp
    let loss = (shared.square.mean + z.mean).square
    let outputs =
      [graph.output(shared, "shared"), graph.output(loss, "loss")]
      + gradients(of: loss, for: sums ? [x, factor] : [x]).enumerated().map {
        graph.output($0.element, "gradient \($0.offset)")
      }
    let plan = try Plan(
      graph, sharding: Sharding(units: 256, shards: shards), seed: 0, variant: variant)
    plan.withInput("x") { input in
      for (index, value) in random.values(input.count).enumerated() { input[index] = value }
    }
    let workers = Workers(threads: threads)
    for _ in 0..<2 { plan.run(on: workers) }
    return (outputs.map { plan.withOutput($0) { values, _, _ in Array(values) } }, plan)
  }

  @Test(
    "tile by tile gives the bits of pass after pass, in fewer calls and less memory",
    arguments: [(1, 1, 64), (2, 2, 64), (3, 2, 67)])
  func sameBits(shards: Int, threads: Int, columns: Int) throws {
    let (tiled, plan) = try chain(shards, threads: threads, columns: columns, sums: false)
    // So many shards that each is too small for tiles.
    let (passes, whole) = try chain(128, threads: 1, columns: columns, sums: false)
    #expect(plan.callCount / shards < whole.callCount / 128)
    #expect(plan.arenaBytes < whole.arenaBytes)
    let areSame = zip(tiled, passes).map { $0 == $1 }
    #expect(areSame.allSatisfy { $0 }, "of the results: \(areSame)")
  }

  @Test(
    "sums within tiles are those of pass after pass, with the same bits for threads and variants",
    arguments: [(1, 64), (2, 64), (3, 67), (2, 130)])
  func sums(shards: Int, columns: Int) throws {
    let (tiled, plan) = try chain(shards, threads: 1, columns: columns, sums: true)
    let (passes, whole) = try chain(128, threads: 1, columns: columns, sums: true)
    #expect(plan.arenaBytes < whole.arenaBytes)
    // Passes add up to 4,096 partial sums in a row; the derivatives cancel some of their digits.
    for (found, wanted) in zip(tiled, passes) {
      #expect(worstDifference(found, wanted.map(Double.init)) < 5e-5)
    }
    for variant in KernelVariant.available {
      let (again, _) = try chain(
        shards, threads: 2, columns: columns, sums: true, variant: variant)
      let areSame = zip(again, tiled).map { $0 == $1 }
      #expect(areSame.allSatisfy { $0 }, "of the results by \(variant): \(areSame)")
    }
  }

  @Test("sums of large matrices of several uses are their sums, by shards of uneven size")
  func sumsOfUses() throws {
    let graph = Graph()
    let sharding = Sharding(units: 5, shards: 2)
    // Rows that fill no tile, in shards of two and of three units.
    let (rows, columns) = (1013, 70)
    let x = graph.input("x", perUnit: rows, columns: columns)
    let y = graph.input("y", perUnit: rows, columns: columns)
    let both = graph.output(x.sumRows + y.square.sumRows, "both")
    let alone = graph.output(x.square.sumRows.affine(scale: 2, shift: 1), "alone")
    let plan = try Plan(graph, sharding: sharding, seed: 0)
    var random = SeededNumbers(seed: 52)
    let values = random.values(2 * 5 * rows * columns)
    for (place, name) in ["x", "y"].enumerated() {
      plan.withInput(name) { input in
        for index in input.indices { input[index] = values[place * input.count + index] }
      }
    }
    plan.run(on: Workers(threads: 2))
    var wanted = [[Double]](repeating: Array(repeating: 0, count: columns), count: 2)
    for index in 0..<5 * rows * columns {
      let (x, y) = (Double(values[index]), Double(values[5 * rows * columns + index]))
      wanted[0][index % columns] += x + y * y
      wanted[1][index % columns] += 2 * x * x
    }
    for column in 0..<columns { wanted[1][column] += 1 }
    for (output, wanted) in zip([both, alone], wanted) {
      let found = plan.withOutput(output) { values, _, _ in Array(values) }
      #expect(worstDifference(found, wanted) < 1e-6)
    }
  }

  @Test("a normalisation's derivative sums over its adjoint, and over adjoint times values, alone")
  func leanDerivative() throws {
    let graph = Graph()
    let buffer = FloatBuffer(count: 128)
    let rows = [0, 64].map { graph.read(Slot(buffer: buffer, offset: $0, rows: 1, columns: 64)) }
    let x = graph.input("x", perUnit: 1, columns: 64)
    let result = x.normalized(factor: rows[0], offset: rows[1])
    let forward = graph.nodes.count
    // A score for each row leaves no sums over matrices but those of the normalisation.
    let score = result.tanh.sumColumns.mean
    for (place, gradient) in gradients(of: score, for: [x] + rows).enumerated() {
      graph.output(gradient, "\(place)")
    }
    let planner = Planner(graph, sharding: Sharding(units: 4, shards: 1))
    let sums = graph.nodes.indices.filter { index in
      guard index >= forward, planner.needed[index], graph.nodes[index].columns == 64 else {
        return false
      }
      if case .sumRows = graph.nodes[index].operation { return true }
      return false
    }
    #expect(sums.count == 2)
  }

  /// Two results of a product and a row, and of each other; the second may read the product again.
  private func overwriting(readsAgain: Bool) throws -> (worst: Double, matrices: Double) {
    let graph = Graph()
    let (units, columns) = (1 << 10, 64)
    var random = SeededNumbers(seed: 53)
    let buffer = FloatBuffer(count: 3 * columns)
    for (index, value) in random.values(buffer.count).enumerated() { buffer.pointer[index] = value }
    let weight = graph.read(Slot(buffer: buffer, offset: 0, rows: 2, columns: columns))
    let row = graph.read(Slot(buffer: buffer, offset: 2 * columns, rows: 1, columns: columns))
    let x = graph.input("x", perUnit: 1, columns: 2)
    let product = matmul(x, weight)
    let first = (product * row).tanh + row
    let second = (readsAgain ? product : row) * first.exp
    let results = [first, second]
    for (place, result) in results.enumerated() { graph.output(result, "\(place)") }
    let sharding = Sharding(units: units, shards: 1)
    let plan = try Plan(graph, sharding: sharding, seed: 0)
    var reference = Reference(graph: graph, sharding: sharding)
    plan.withInput("x") { input in
      for (index, value) in random.values(input.count).enumerated() { input[index] = value }
      reference.leaves[x.index] = input.map(Double.init)
    }
    plan.run(on: Workers(threads: 1))
    let values = reference.evaluate()
    let worst = results.enumerated().map { place, result in
      plan.withOutput("\(place)") { found, _, _ in
        worstDifference(Array(found), values[result.index])
      }
    }
    return (worst.reduce(0, max), Double(plan.arenaBytes) / Double(4 * units * columns))
  }

  @Test("results lie where their group read last, once nobody reads there any more")
  func overwritten() throws {
    let (worst, matrices) = try overwriting(readsAgain: false)
    #expect(worst < 1e-6)
    // Two results, one of them in the product's place, and a few tiles.
    #expect(matrices < 2.2)
    let (again, more) = try overwriting(readsAgain: true)
    #expect(again < 1e-6)
    #expect(more < 2.2)
  }
}
