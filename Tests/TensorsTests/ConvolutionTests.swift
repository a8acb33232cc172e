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

  /// Wide enough on both sides for oneDNN.
  private static let wide = Convolution(5, 5, 12, to: 16, kernel: 3, stride: 2, pad: 1)

  private static func weight(seed: UInt64) -> Slot {
    var random = SeededNumbers(seed: seed)
    let values = random.values(wide.weightRows * wide.weightColumns)
    let buffer = FloatBuffer(count: values.count)
    for (index, value) in values.enumerated() { buffer.pointer[index] = value }
    return Slot(
      buffer: buffer, offset: 0, rows: wide.weightRows, columns: wide.weightColumns)
  }

  @Test("a weight is laid out once for all its uses in a segment, and anew in the next")
  func laidOnce() throws {
    let graph = Graph()
    let weight = Self.weight(seed: 61)
    let x = graph.input("x", perUnit: 1, columns: Self.wide.dataCount)
    let y = graph.input("y", perUnit: 1, columns: Self.wide.dataCount)
    for (place, data) in [x, y].enumerated() {
      graph.output(data.convolution(Self.wide, weight: graph.read(weight)).mean, "\(place)")
    }
    func layouts() throws -> Int {
      let lowered = try Lowering.lowered(graph, for: Sharding(units: 8, shards: 2))
      return lowered.nodes.count {
        if case .lowered(.layWeight) = $0.operation { true } else { false }
      }
    }
    #expect(try layouts() == 1)
    graph.sequencePoint()
    graph.output(x.convolution(Self.wide, weight: graph.read(weight)).mean, "later")
    #expect(try layouts() == 2)
    graph.output(y.convolution(Self.wide, weight: graph.read(weight)).mean, "later too")
    #expect(try layouts() == 2)
  }

  @Test("a convolution after an update sees the new weight, one before it the old")
  func updatedWeight() throws {
    let graph = Graph()
    let weight = Self.weight(seed: 62)
    let old = weight.buffer.values.map(Double.init)
    let gradient = FloatBuffer(count: weight.buffer.count)
    let rate = graph.hostScalar("rate")
    let x = graph.input("x", perUnit: 1, columns: Self.wide.dataCount)
    graph.output(x.convolution(Self.wide, weight: graph.read(weight)), "before")
    graph.assign(
      graph.read(weight),
      to: Slot(buffer: gradient, offset: 0, rows: weight.rows, columns: weight.columns))
    graph.update(
      .sgd(
        weights: weight.buffer, gradients: gradient, momentumBuffer: nil, rate: rate,
        momentum: rate, gradientNorm: nil))
    graph.sequencePoint()
    graph.output(x.convolution(Self.wide, weight: graph.read(weight)), "after")
    let sharding = Sharding(units: 4, shards: 2)
    let plan = try Plan(graph, sharding: sharding, seed: 0)
    plan.set(rate, to: 3)
    var random = SeededNumbers(seed: 63)
    let pictures = random.values(4 * Self.wide.dataCount)
    plan.withInput("x") { input in
      for index in input.indices { input[index] = pictures[index] }
    }
    plan.run(on: Workers(threads: 2))
    // w − 3 w.
    let reference = Reference(graph: graph, sharding: sharding)
    for (name, factor) in [("before", 1.0), ("after", -2.0)] {
      let wanted = reference.convolution(
        .forward, Self.wide, [pictures.map(Double.init), old.map { $0 * factor }],
        count: 4 * Self.wide.outputCount)
      let found = plan.withOutput(name) { values, _, _ in Array(values) }
      #expect(worstDifference(found, wanted) < 1e-5, "\(name)")
    }
  }

  @Test("what was prepared for the library is destroyed before the descriptors that it refers to")
  func descriptorsOutlive() throws {
    let sharding = Sharding(units: 5, shards: 2)
    let trial = Trial(.weight, Self.wide, sharding: sharding, seed: 65)
    let planner = Planner(try Lowering.lowered(trial.graph, for: sharding), sharding: sharding)
    let memory = try PlanMemory(planner, sharing: SharedArena())
    defer { memory.deallocate() }
    _ = try Emission(planner: planner, memory: memory, seed: 0, variant: .baseline)
    // For each lane the gradient and its copy to a plain layout.
    #expect(memory.ownings.prepared.count == 4)
    #expect(memory.ownings.descriptors.count == memory.ownings.prepared.count)
  }

  @Test("columns that are too many to count are refused as memory that is not there")
  func tooManyColumns() {
    let geometry = Convolution(1, 2, 2, to: 3, kernel: 999, stride: 1, pad: 600)
    #expect(throws: MemoryError(count: 203 * 204 * 999 * 999 * 2)) {
      _ = try ColumnConvolution(geometry)
    }
    let graph = Graph()
    let x = graph.input("x", perUnit: 1, columns: geometry.dataCount)
    let buffer = FloatBuffer(count: geometry.weightRows * geometry.weightColumns)
    let weight = Slot(
      buffer: buffer, offset: 0, rows: geometry.weightRows, columns: geometry.weightColumns)
    graph.output(x.convolution(geometry, weight: graph.read(weight)).mean, "mean")
    #expect(throws: MemoryError.self) {
      _ = try Plan(graph, sharding: Sharding(units: 4, shards: 2), seed: 0)
    }
  }

  @Test("columns give the value of any convolution, also where oneDNN would be asked")
  func columns() throws {
    for geometry in Convolution.large where !geometry.coversPicture {
      let columns = try ColumnConvolution(geometry)
      let narrow = columns.narrow == .data
      var random = SeededNumbers(seed: 64)
      let data = random.values(2 * geometry.dataCount)
      let weight = random.values(geometry.weightRows * geometry.weightColumns)
      var result = [Float](repeating: 0, count: 2 * geometry.outputCount)
      var scratch = [Float](repeating: 0, count: columns.scratchCount)
      var failure: Int32 = 0
      guard columns.weightLayout == geometry.weightLayout else { continue }
      data.withUnsafeBufferPointer { data in
        weight.withUnsafeBufferPointer { weight in
          result.withUnsafeMutableBufferPointer { result in
            scratch.withUnsafeMutableBufferPointer { scratch in
              var call = gr_call()
              call.columns_plan = columns.pointer
              (call.out, call.second) = (result.baseAddress, scratch.baseAddress)
              (call.a, call.b) = (data.baseAddress, weight.baseAddress)
              call.rows = 2
              withUnsafeMutablePointer(to: &failure) { failure in
                call.failure = failure
                (narrow ? gr_columns_to_wide : gr_columns_to_narrow)(&call)
              }
            }
          }
        }
      }
      let reference = Reference(graph: Graph(), sharding: Sharding(units: 2, shards: 1))
      let wanted = reference.convolution(
        .forward, geometry, [data.map(Double.init), weight.map(Double.init)],
        count: result.count)
      #expect(failure == 0)
      #expect(worstDifference(result, wanted) < 1e-5, "seed 64, \(geometry.name)")
    }
  }
}
