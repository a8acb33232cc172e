import CKernels
import TestSupport
import Testing

@testable import Tensors

@Suite("Products") struct ProductTests {
  /// Shapes and transposes: both of our kernels, oneDNN's function and its primitive.
  struct Case: Sendable, CustomTestStringConvertible {
    let rows: Int
    let columns: Int
    let inner: Int
    let transposeA: Bool
    let transposeB: Bool
    var testDescription: String {
      "[\(rows), \(columns)] over \(inner)\(transposeA ? ", aT" : "")\(transposeB ? ", bT" : "")"
    }
  }

  static let cases: [Case] = [false, true].flatMap { transposeA in
    [false, true].flatMap { transposeB in
      [
        (5, 1, 40), (70, 2, 33), (9, 3, 17), (130, 4, 129), (3, 4, 1100), (24, 33, 48),
        (40, 64, 200),
      ]
      .map { rows, columns, inner in
        Case(
          rows: rows, columns: columns, inner: inner, transposeA: transposeA,
          transposeB: transposeB)
      }
    }
  }

  /// The product of `a` (a batch, of examples or of what is contracted) and `b`, twice the same one added
  /// up where asked for.
  private func results(
    _ test: Case, doubled: Bool, shards: Int, threads: Int
  ) throws -> (found: [Float], wanted: [Double]) {
    var random = SeededNumbers(seed: UInt64(test.rows * 7 + test.columns))
    let (rows, columns, inner) = (test.rows, test.columns, test.inner)
    let (a, b) = (random.values(rows * inner), random.values(inner * columns))
    let graph = Graph()
    let units = test.transposeA ? inner : rows
    let x = graph.input("a", perUnit: 1, columns: test.transposeA ? rows : inner)
    // What a batch is contracted with is a batch too, and then not transposed.
    let transposeB = test.transposeB && !test.transposeA
    let y: Tensor
    if test.transposeA {
      y = graph.input("b", perUnit: 1, columns: columns)
    } else {
      let buffer = FloatBuffer(count: b.count)
      for (index, value) in b.enumerated() { buffer.pointer[index] = value }
      y = graph.read(
        Slot(
          buffer: buffer, offset: 0, rows: transposeB ? columns : inner,
          columns: transposeB ? inner : columns))
    }
    func product() -> Tensor {
      matmul(x, y, transposeA: test.transposeA, transposeB: transposeB)
    }
    let output = graph.output(doubled ? product() + product() : product(), "product")
    let plan = try Plan(graph, sharding: Sharding(units: units, shards: shards), seed: 0)
    plan.withInput("a") { for index in $0.indices { $0[index] = a[index] } }
    if test.transposeA { plan.withInput("b") { for index in $0.indices { $0[index] = b[index] } } }
    plan.run(on: Workers(threads: threads))
    let wanted = (0..<rows * columns).map { place in
      (0..<inner).reduce(0.0) { sum, k in
        let (row, column) = (place / columns, place % columns)
        let left = test.transposeA ? a[k * rows + row] : a[row * inner + k]
        let right = transposeB ? b[column * inner + k] : b[k * columns + column]
        return sum + Double(left) * Double(right)
      } * (doubled ? 2 : 1)
    }
    return (plan.withOutput(output) { values, _, _ in Array(values) }, wanted)
  }

  @Test(
    "a product is the sum of products, by itself and added up", arguments: cases, [false, true])
  func value(test: Case, doubled: Bool) throws {
    let (found, wanted) = try results(test, doubled: doubled, shards: 2, threads: 1)
    #expect(worstDifference(found, wanted) < 2e-6)
  }

  @Test("threads do not change a product's bits", arguments: cases)
  func bits(test: Case) throws {
    let once = try results(test, doubled: false, shards: 3, threads: 1).found
    let shared = try results(test, doubled: false, shards: 3, threads: 2).found
    #expect(once == shared)
  }

  @Test("the library has fast code for gradients by the data", arguments: [1, 16, 64, 128])
  func fast(rows: Int) {
    var call = gr_call()
    let memory = FloatBuffer(count: 512 * 784 * 2)
    call.a = UnsafePointer(memory.pointer)
    call.b = UnsafePointer(memory.pointer)
    call.out = memory.pointer + 512 * 784
    (call.rows, call.columns, call.inner) = (Int64(rows), 512, 784)
    (call.a_row, call.b_row, call.out_row, call.flags) = (784, 784, 512, 2)
    let prepared = gr_prepare_product(&call)
    #expect(prepared != nil)
    gr_destroy_prepared(prepared)
  }
}
