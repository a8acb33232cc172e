import Configuration
import RunModel
import Sweeps
import Testing

@Suite("The Sobol sampler")
struct SobolSamplerTests {
  @Test(
    "its sequence is that of Joe and Kuo, as SciPy has it",
    arguments: [
      (4, [0.375, 0.375, 0.625, 0.875, 0.375, 0.125]),
      (8, [0.1875, 0.3125, 0.9375, 0.4375, 0.5625, 0.3125]),
    ] as [(UInt32, [Double])])
  func plain(point: UInt32, expected: [Double]) {
    let found = expected.indices.map {
      Double(SobolSequence.plain(point, dimension: $0)) * 0x1p-32
    }
    #expect(found == expected)
  }

  @Test(
    "its scramble is a function of seed, point and dimension",
    arguments: [
      (0, 0, [0xf1da_843c, 0xd1fc_f79d, 0xd6cc_50b6, 0x9b54_5cd0]),
      (0, 1, [0x3a0b_0804, 0x0441_09e8, 0x0275_4636, 0x7d65_47af]),
      (0, 2, [0x5d07_f956, 0xa263_0ef5, 0x8fba_f3c3, 0xe603_e8f5]),
      (1, 0, [0xd509_a635, 0x6a4e_1570, 0x056a_9696, 0xaeba_7b96]),
    ] as [(UInt64, UInt32, [UInt32])])
  func scrambled(seed: UInt64, point: UInt32, expected: [UInt32]) {
    let found = expected.indices.map {
      SobolSequence.scrambled(point, dimension: $0, seed: seed)
    }
    #expect(found == expected)
  }

  /// Points in the unit cube, one parameter a dimension.
  private func points(_ count: Int, dimensions: Int, seed: UInt64) throws -> [[Double]] {
    let space = Space(
      (0..<dimensions).map { Parameter(key: "x\($0)", domain: Reference.x.domain) })
    let sampler = try SobolSampler(space)
    return (0..<count).map { point in
      sampler.suggest(point: point, draw: 0, seed: seed, history: [])
        .values.compactMap { $0?.doubleValue }
    }
  }

  @Test("the first 2^m points hit each of 2^m parts of every parameter once", arguments: 0...7)
  func strata(m: Int) throws {
    let count = 1 << m
    let points = try points(count, dimensions: 12, seed: UInt64(m))
    for dimension in 0..<12 {
      #expect(Set(points.map { Int($0[dimension] * Double(count)) }).count == count)
    }
  }

  @Test("64 points in four dimensions are spread ten times as evenly as points by chance")
  func discrepancy() throws {
    for seed in 0..<4 as Range<UInt64> {
      let sobol = centredDiscrepancy(try points(64, dimensions: 4, seed: seed))
      let random = RandomSampler(
        Space((0..<4).map { Parameter(key: "x\($0)", domain: Reference.x.domain) }))
      let chance = centredDiscrepancy(
        (0..<64).map { point in
          random.suggest(point: point, draw: 0, seed: seed, history: [])
            .values.compactMap { $0?.doubleValue }
        })
      #expect(sobol < 0.0016)
      #expect(chance > 0.008)
    }
  }

  /// Hickernell, "A generalized discrepancy and quadrature error bound" (1998), equation 5.1, squared.
  private func centredDiscrepancy(_ points: [[Double]]) -> Double {
    let count = Double(points.count)
    let single = points.reduce(0.0) { sum, point in
      sum
        + point.reduce(1) { product, x in
          let z = abs(x - 0.5)
          return product * (1 + 0.5 * z - 0.5 * z * z)
        }
    }
    var double = 0.0
    for one in points {
      for other in points {
        double += zip(one, other).reduce(1) { product, pair in
          let (a, b) = (abs(pair.0 - 0.5), abs(pair.1 - 0.5))
          return product * (1 + 0.5 * a + 0.5 * b - 0.5 * abs(pair.0 - pair.1))
        }
      }
    }
    let dimensions = points.first?.count ?? 0
    let whole = (0..<dimensions).reduce(1.0) { product, _ in product * 13 / 12 }
    return whole - 2 / count * single + double / (count * count)
  }

  @Test("every kind of parameter stays within its domain")
  func domains() throws {
    let sampler = try SobolSampler(Reference.space)
    for point in 0..<64 {
      let values = sampler.suggest(point: point, draw: 0, seed: 1, history: []).values
      #expect(Domains.hold(values, Reference.space))
    }
  }

  @Test("refuses more parameters than it has dimensions")
  func refused() throws {
    let parameters = (0..<13).map { Parameter(key: "x\($0)", domain: Reference.x.domain) }
    let error = try #require(throws: SpaceError.self) { try SobolSampler(Space(parameters)) }
    #expect("\(error)" == "the sobol sampler takes 12 parameters at most, not 13; take random")
  }

  @Test("is refused in a file by its line")
  func file() throws {
    let rates = ["lr", "beta1", "beta2", "eps"].flatMap { name in
      ["generator.optimizer.\(name): [0.1, 0.2]", "discriminator.optimizer.\(name): [0.1, 0.2]"]
    }
    let others = [
      "batch_size: [64, 128]", "latent.size: [2, 4]", "data.modes: [4, 8]", "data.radius: [1, 2]",
      "data.stddev: [0.1, 0.2]",
    ]
    let text = """
      sweep: many
      base: {preset: ring}
      epochs: 1
      minimize: d_loss
      sampler: sobol
      points: 4
      params:
        \((rates + others).joined(separator: "\n  "))
      """
    let error = try #require(throws: ConfigurationError.self) {
      try SweepFile(text: text, source: "many.yaml")
    }
    #expect(
      "\(error)"
        == "many.yaml:5: the sobol sampler takes 12 parameters at most, not 13; take random")
    let fewer = text.replacing("  batch_size: [64, 128]\n", with: "")
    let sampler = try SweepFile(text: fewer, source: "many.yaml").makeSampler()
    #expect(!sampler.learns)
    #expect(sampler.suggest(point: 0, draw: 0, seed: 1, history: []).values.count == 12)
  }
}

/// Whether values are of their domains.
enum Domains {
  static func hold(_ values: [ParameterValue?], _ space: Space) -> Bool {
    zip(values, space.parameters).allSatisfy { value, parameter in
      switch (parameter.domain, value) {
      case (.choice(let choices), let value?): choices.contains(value)
      case (.range(let low, let high, _), .number(let number)?),
        (.log(let low, let high), .number(let number)?):
        (low...high).contains(number)
      case (.int(let low, let high, _), .integer(let whole)?): (low...high).contains(whole)
      default: false
      }
    }
  }
}
