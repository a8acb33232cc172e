import CKernels
import TestSupport
import Testing

@testable import Tensors

@Suite("Convolutions") struct ConvolutionTests {
  private static let parts: [ConvolutionPart] = [.forward, .data, .weight]

  /// A part of a convolution over random pictures.
  private struct Trial {
    let graph = Graph()
    let sharding: Sharding
    let result: Tensor
    let operands: [[Float]]

    init(_ part: ConvolutionPart, _ geometry: Convolution, sharding: Sharding, seed: UInt64) {
      self.sharding = sharding
      var random = SeededNumbers(seed: seed)
      let (data, output, weight) = (
        random.values(sharding.units * geometry.dataCount),
        random.values(sharding.units * geometry.outputCount),
        random.values(geometry.weightRows * geometry.weightColumns)
      )
      let buffer = FloatBuffer(count: weight.count)
      for (index, value) in weight.enumerated() { buffer.pointer[index] = value }
      let slot = Slot(
        buffer: buffer, offset: 0, rows: geometry.weightRows, columns: geometry.weightColumns)
      let first = graph.input(
        "0", perUnit: 1, columns: part == .data ? geometry.outputCount : geometry.dataCount)
      switch part {
      case .forward: result = first.convolution(geometry, weight: graph.read(slot))
      case .data: result = first.convolutionData(geometry, weight: graph.read(slot))
      case .weight:
        let second = graph.input("1", perUnit: 1, columns: geometry.outputCount)
        result = first.convolutionWeight(geometry, outputGradient: second)
      }
      operands = part == .weight ? [data, output] : [part == .data ? output : data, weight]
      graph.output(result, "result")
    }

    func run(threads: Int) throws -> [Float] {
      let plan = try Plan(graph, sharding: sharding, seed: 0)
      for (place, input) in graph.inputs.enumerated() {
        plan.withInput(input.name) { values in
          for index in values.indices { values[index] = operands[place][index] }
        }
      }
      plan.run(on: Workers(threads: threads))
      return plan.withOutput("result") { values, _, _ in Array(values) }
    }
  }

  @Test(
    "a convolution of any shape is the sum of its definition, with the same bits on any threads",
    arguments: Convolution.large, parts)
  func value(geometry: Convolution, part: ConvolutionPart) throws {
    // Shards of two and of three pictures, and an empty one.
    for sharding in [Sharding(units: 5, shards: 2), Sharding(units: 2, shards: 3)] {
      let trial = Trial(part, geometry, sharding: sharding, seed: 51)
      let found = try trial.run(threads: 1)
      let reference = Reference(graph: trial.graph, sharding: sharding)
      let wanted = reference.convolution(
        part, geometry, trial.operands.map { $0.map(Double.init) }, count: found.count)
      #expect(worstDifference(found, wanted) < 1e-5, "seed 51, \(sharding)")
      let again = try trial.run(threads: 2)
      #expect(again.map(\.bitPattern) == found.map(\.bitPattern))
    }
  }

  @Test(
    "oneDNN has more than reference code for what it is given",
    arguments: Convolution.large + Convolution.published, parts)
  func implementation(geometry: Convolution, part: ConvolutionPart) {
    let isProduct = geometry.isPixelwise || geometry.coversPicture
    guard !isProduct, !geometry.prefersColumns(part) else { return }
    // Descriptors of reference code are not handed out: the convolution would go through columns.
    let descriptor = ConvolutionDescriptor(part, geometry, rows: 32)
    #expect(descriptor?.implementation.hasPrefix("ref") == false)
  }
}
