import CKernels
import TestSupport
import Testing

@testable import Tensors

@Suite("Kernel variants") struct VariantTests {
  /// Bits of all nodes that a plan computes of a graph with every kind of kernel.
  private func results(_ variant: KernelVariant, columns: Int, seed: UInt64) throws -> [[UInt32]] {
    let graph = Graph()
    var random = SeededNumbers(seed: seed)
    let buffers = (0..<4).map { _ in FloatBuffer(count: 1100) }
    for buffer in buffers.prefix(2) {
      for (index, value) in random.values(1100).enumerated() { buffer.pointer[index] = value }
    }
    let average = FloatBuffer(count: 1100)
    let row = graph.read(Slot(buffer: buffers[0], offset: 0, rows: 1, columns: columns))
    let x = graph.input("x", perUnit: 2, columns: columns)
    let y = graph.input("y", perUnit: 2, columns: columns)
    let counter = graph.counter("draw")
    let column = x.sumColumns
    let unaries: [Unary] = [
      .affine(scale: 1.25, shift: -0.5), .exp, .log, .sqrt, .tanh, .sigmoid, .softplus, .square,
      .leaky(0.2),
    ]
    let binaries: [Binary] = [
      .add, .subtract, .multiply, .divide, .leakyGradient(0.1), .tanhGradient, .sigmoidGradient,
    ]
    let draws: [Distribution] = [
      .normal, .uniform(low: -1, high: 2), .keep(dropping: 0.3, scale: 1.5),
    ]
    var tensors = unaries.flatMap { [x.mapped($0), (y + row).mapped($0)] }
    for binary in binaries {
      tensors += [y, row, column].flatMap { [x.combined(binary, $0), $0.combined(binary, x)] }
    }
    for narrow in [2, 3] {
      let weight = graph.read(Slot(buffer: buffers[1], offset: 0, rows: columns, columns: narrow))
      tensors += [matmul(x, weight), matmul(x, matmul(y, weight), transposeA: true)]
    }
    tensors += draws.enumerated().map { place, draw in
      graph.random(
        draw, perUnit: 2, columns: columns, stream: UInt32(place), counter: counter)
    }
    let bounded = y.mapped(.clamp(low: -1, high: 1.5))
    tensors += [bounded, x.combined(.clampGradient(low: -1, high: 1.5), bounded)]
    let pieces = x.reshape(perUnit: 1)
    let largest = pieces.maximum(pieces: 2)
    tensors += [
      column, x.sumRows, x.square.sum, x.concatRows(y),
      largest, gradients(of: largest.square.sum, for: [x])[0],
    ]
    let outputs = tensors.enumerated().map { graph.output($0.element, "\($0.offset)") }
    let (rate, rest) = (graph.hostScalar("rate"), graph.hostScalar("rest"))
    let norm = graph.update(
      .adam(
        weights: buffers[0], gradients: buffers[1], m: buffers[2], v: buffers[3], stepSize: rate,
        rootCorrection: rest, beta1: 0.5, beta2: 0.999, epsilon: 1e-8, gradientNorm: "norm"))
    graph.update(
      .sgd(
        weights: buffers[0], gradients: buffers[1], momentumBuffer: buffers[2], rate: rate,
        momentum: rest, gradientNorm: nil))
    graph.update(.movingAverage(of: buffers[0], into: average, decay: rest))
    let plan = try Plan(
      graph, sharding: Sharding(units: 9, shards: 2), seed: seed, variant: variant)
    for name in ["x", "y"] {
      plan.withInput(name) { input in
        for (index, value) in random.values(input.count, -5...5).enumerated() {
          // Exact zeros of both signs, and numbers that count as zero.
          let special: [Int: Float] = [1: 0, 4: -0.0, 9: Float(bitPattern: 9)]
          input[index] = special[index % 14] ?? value
        }
      }
    }
    plan.set(counter, to: 3)
    plan.set(rate, to: 0.01)
    plan.set(rest, to: 0.75)
    plan.run(on: Workers(threads: 1))
    let matrices = outputs.map { plan.withOutput($0) { values, _, _ in bits(values) } }
    let state = (buffers + [average]).map { bits($0.values) }
    let norms = norm.map { [UInt32(truncatingIfNeeded: plan.scalar($0).bitPattern)] } ?? []
    return matrices + state + [norms]
  }

  /// Every NaN as one: which of two comes out of an operation is the compiler's choice.
  private func bits(_ values: some Sequence<Float>) -> [UInt32] {
    values.map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern }
  }

  @Test(
    "every variant gives the bits of the baseline",
    arguments: KernelVariant.available, [1, 2, 15, 16, 33, 64, 67])
  func sameBits(variant: KernelVariant, columns: Int) throws {
    let seed = UInt64(columns) + 1
    let (found, wanted) = try (
      results(variant, columns: columns, seed: seed),
      results(.baseline, columns: columns, seed: seed)
    )
    for (place, pair) in zip(found, wanted).enumerated() {
      #expect(pair.0 == pair.1, "result \(place), \(columns) columns, seed \(seed)")
    }
  }

  @Test("each variant of a kernel is a function of its own, unknown kernels stay")
  func table() {
    for kernel in [gr_add, gr_tanh, gr_sum_rows, gr_random_normal, gr_adam, gr_norm] as [Kernel] {
      let addresses = KernelVariant.allCases.map { variant in
        unsafeBitCast(variant.kernel(kernel), to: Int.self)
      }
      #expect(Set(addresses).count == 3)
      #expect(addresses[0] == unsafeBitCast(kernel, to: Int.self))
    }
    let product = unsafeBitCast(gr_product as Kernel, to: Int.self)
    #expect(unsafeBitCast(KernelVariant.avx512.kernel(gr_product), to: Int.self) == product)
  }
}
