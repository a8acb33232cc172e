import TestSupport
import Testing

@testable import Tensors

@Suite("Tiles") struct TileTests {
  /// Batch normalisation with what surrounds it, forward and backward: rows, columns and scalars repeat.
  private func chain(_ shards: Int, threads: Int, columns: Int) throws -> ([[Float]], Plan) {
    let graph = Graph()
    var random = SeededNumbers(seed: 51)
    let buffer = FloatBuffer(count: 2 * columns + 16)
    for (index, value) in random.values(buffer.count).enumerated() { buffer.pointer[index] = value }
    let factor = graph.read(Slot(buffer: buffer, offset: 0, rows: 1, columns: columns))
    let x = graph.input("x", perUnit: 64, columns: columns)
    let column = x.sliceRows(.first, perUnit: 32).concatRows(x.sliceRows(.second, perUnit: 32))
      .sumColumns
    let centered = x - x.meanRows
    let variance = centered.square.meanRows.affine(scale: 1, shift: 1e-5)
    let y = (centered * (factor / variance.sqrt) + factor).leaky(slope: 0.2)
    let z = (y.square - y * column).affine(scale: 0.5, shift: 1).tanh
    let shared = z * z + z.exp
    let loss = (shared.square.mean + z.mean).square
    let outputs =
      [graph.output(shared, "shared"), graph.output(loss, "loss")]
      + gradients(of: loss, for: [x, factor]).enumerated().map {
        graph.output($0.element, "gradient \($0.offset)")
      }
    let plan = try Plan(graph, sharding: Sharding(units: 256, shards: shards), seed: 0)
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
    let (tiled, plan) = try chain(shards, threads: threads, columns: columns)
    // So many shards that each is too small for tiles.
    let (passes, whole) = try chain(128, threads: 1, columns: columns)
    #expect(plan.callCount / shards < whole.callCount / 128)
    #expect(plan.arenaBytes < whole.arenaBytes)
    for (found, wanted) in zip(tiled, passes) { #expect(found == wanted) }
  }
}
