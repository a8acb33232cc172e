import Foundation
import Testing

@testable import Tensors

@Suite("Random numbers and exact functions") struct NumberTests {
  @Test(
    "Philox gives the published vectors",
    arguments: [
      (SIMD4<UInt32>(repeating: 0), 0, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        SIMD4<UInt32>(repeating: .max), UInt64.max,
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        SIMD4<UInt32>(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        0x299f_31d0_a409_3822, [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ] as [(SIMD4<UInt32>, UInt64, [UInt32])])
  func vectors(counter: SIMD4<UInt32>, key: UInt64, words: [UInt32]) {
    let block = Philox.block(counter: counter, key: key)
    #expect((0..<4).map { block[$0] } == words)
  }

  @Test("element i is word i mod 4 of block i / 4", arguments: [0, 3, 64, 1021])
  func elements(first: Int) {
    let random = Philox(seed: 5, stream: 9)
    var values = [Float](repeating: -1, count: 150)
    values.withUnsafeMutableBufferPointer {
      random.fill($0, .uniform(low: 0, high: 1), counter: 1 << 40 | 3, first: first)
    }
    for (place, value) in values.enumerated() {
      let element = first + place
      let word = random.words(counter: 1 << 40 | 3, block: UInt32(element / 4))[element % 4]
      #expect(value == Float(word >> 8) / 16_777_216)
    }
  }

  @Test("a plan draws what the host draws, whatever the shards", arguments: [1, 2, 5])
  func plan(shards: Int) throws {
    let graph = Graph()
    let counter = graph.counter("draw")
    let draws: [Distribution] = [
      .normal, .uniform(low: -1, high: 1), .keep(dropping: 0.3, scale: 1.5),
    ]
    let outputs = draws.enumerated().map { place, distribution in
      graph.output(
        graph.random(
          distribution, perUnit: 2, columns: 7, stream: UInt32(place), counter: counter),
        "\(place)")
    }
    let plan = try Plan(graph, sharding: Sharding(units: 13, shards: shards), seed: 77)
    plan.set(counter, to: 1 << 33)
    plan.run(on: Workers(threads: 2))
    for (place, distribution) in draws.enumerated() {
      var wanted = [Float](repeating: 0, count: 13 * 14)
      wanted.withUnsafeMutableBufferPointer {
        Philox(seed: 77, stream: UInt32(place)).fill($0, distribution, counter: 1 << 33)
      }
      #expect(plan.withOutput(outputs[place]) { values, _, _ in Array(values) } == wanted)
    }
  }

  @Test("normal numbers have mean 0 and variance 1, and masks keep their share")
  func moments() {
    let count = 200_000
    var values = [Float](repeating: 0, count: count)
    let random = Philox(seed: 1, stream: 1)
    values.withUnsafeMutableBufferPointer { random.fill($0, .normal, counter: 0) }
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(count)
    let variance = values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(count)
    let fourth = values.reduce(0.0) { $0 + pow(Double($1), 4) } / Double(count)
    #expect(abs(mean) < 0.01 && abs(variance - 1) < 0.015 && abs(fourth - 3) < 0.12)
    values.withUnsafeMutableBufferPointer {
      random.fill($0, .keep(dropping: 0.25, scale: 2), counter: 1)
    }
    let kept = values.count { $0 == 2 }
    #expect(kept + values.count { $0 == 0 } == count)
    #expect(abs(Double(kept) / Double(count) - 0.75) < 0.005)
  }

  @Test("exact functions are within two parts in ten million of the true ones")
  func accuracy() {
    for step in -8000...8000 {
      let x = Float(step) / 97
      let d = Double(x)
      #expect(abs(Double(exactExp(x)) / exp(d) - 1) < 2e-7, "exp \(x)")
      #expect(abs(Double(exactTanh(x)) - tanh(d)) < 2e-7, "tanh \(x)")
      #expect(abs(Double(exactSin(x)) - sin(d)) < 3e-7, "sin \(x)")
      #expect(abs(Double(exactCos(x)) - cos(d)) < 3e-7, "cos \(x)")
      let positive = exactExp(x)
      let logarithm = log(Double(positive))
      #expect(
        abs(Double(exactLog(positive)) - logarithm) < 2e-7 * max(1, abs(logarithm)), "log \(x)")
    }
  }

  @Test("exact functions know infinities, zero and what is no number")
  func limits() {
    #expect(exactExp(.infinity) == .infinity && exactExp(-.infinity) == 0)
    #expect(exactExp(89) == .infinity && exactExp(-200) == 0)
    #expect(exactLog(0) == -.infinity && exactLog(.infinity) == .infinity)
    #expect(exactLog(-1).isNaN && exactLog(.nan).isNaN && exactExp(.nan).isNaN)
    #expect(exactTanh(.infinity) == 1 && exactTanh(-.infinity) == -1 && exactTanh(.nan).isNaN)
  }

  @Test("softplus and sigmoid keep their small ends")
  func ends() {
    for x in [-80, -30, -17, -5, 0, 5, 17, 30, 80] as [Float] {
      let softplus = Double(evaluate(.unary(.softplus), [x], units: 1))
      let wanted = max(Double(x), 0) + log1p(exp(-abs(Double(x))))
      #expect(abs(softplus / wanted - 1) < 3e-7, "softplus \(x)")
      let sigmoid = Double(evaluate(.unary(.sigmoid), [x], units: 1))
      #expect(abs(sigmoid * (1 + exp(-Double(x))) - 1) < 3e-7, "sigmoid \(x)")
    }
    #expect(evaluate(.unary(.softplus), [.nan], units: 1).isNaN)
    #expect(evaluate(.unary(.softplus), [.infinity], units: 1) == .infinity)
  }
}
