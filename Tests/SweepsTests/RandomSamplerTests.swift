import RunModel
import Sweeps
import Testing

@Suite("The random sampler")
struct RandomSamplerTests {
  private func points(_ space: Space, seed: UInt64 = 1, draw: Int = 0) -> [Assignment] {
    let sampler = RandomSampler(space)
    return (0..<1000).map { sampler.suggest(point: $0, draw: draw, seed: seed, history: []) }
  }

  @Test("draws the same for the same seed, point and draw, and something else for any other")
  func keyed() {
    let one = points(Reference.space)
    #expect(one == points(Reference.space))
    #expect(one != points(Reference.space, seed: 2))
    #expect(one != points(Reference.space, draw: 1))
    #expect(Set(one).count == 1000)
  }

  @Test("draws by a parameter's name: one more moves none of the others")
  func named() {
    let alone = points(Space([Reference.lr])).map { $0.values[0] }
    let among = points(Space([Reference.c, Reference.x, Reference.lr])).map { $0.values[2] }
    #expect(alone == among)
  }

  @Test("is uniform in each domain, both ends of steps and whole numbers included")
  func uniform() throws {
    let points = points(Reference.space)
    let columns = Reference.space.parameters.indices.map { index in
      points.compactMap { $0.values[index]?.doubleValue }
    }
    #expect(abs(columns[0].reduce(0, +) / 1000 - 0.5) < 0.03)
    #expect(abs(Double(columns[1].count { $0 < 1e-3 }) / 1000 - 2.0 / 3) < 0.05)
    for whole in 1...5 { #expect(abs(columns[2].count { $0 == Double(whole) } - 200) < 50) }
    let steps = Set(columns[4])
    #expect(steps == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
    #expect(abs(columns[5].count { $0 < 64 } - 500) < 50)
    let range: ClosedRange<Double> = 8...512
    #expect(columns[5].allSatisfy { range.contains($0) && $0 == $0.rounded() })
    for choice in ["a", "b", "c"] {
      #expect(abs(points.count { $0.values[3] == .text(choice) } - 333) < 60)
    }
  }

  @Test(
    "a step's values are the decimals that a person would write",
    arguments: [
      (-1.0, 1.0, 0.1, "-1 -0.9 -0.8 -0.7 -0.6 -0.5 -0.4 -0.3 -0.2 -0.1 0 0.1 0.2 0.3"),
      (0.25, 1, 0.25, "0.25 0.5 0.75 1"), (-100, 100, 0.1, "-100 -99.9 -99.8"),
      (1e-5, 5e-5, 1e-5, "1e-05 2e-05 3e-05 4e-05 5e-05"),
    ])
  func decimals(low: Double, high: Double, step: Double, begin: String) throws {
    let parameter = Parameter(key: "p", domain: .range(low: low, high: high, step: step))
    let values = try GridSampler(Space([parameter])).assignments.map { $0.values[0] }
    let text = values.compactMap { $0?.description }.joined(separator: " ")
    #expect(text.hasPrefix(begin))
    #expect(values.last == .number(high))
  }

  @Test(
    "a domain that no file holds is drawn from without a trap",
    arguments: [
      .choice([]), .range(low: 1, high: 0, step: nil), .range(low: 0, high: 1, step: 0),
      .range(low: 0, high: 1, step: -1), .range(low: .nan, high: .infinity, step: .nan),
      .range(low: -.greatestFiniteMagnitude, high: .greatestFiniteMagnitude, step: 1e-300),
      .log(low: -1, high: 0), .log(low: 0, high: .infinity),
      .int(low: .min, high: .max, isLog: false), .int(low: .min, high: .max, isLog: true),
      .int(low: 5, high: 5, isLog: true), .range(low: 2, high: 2, step: nil),
    ] as [Domain])
  func hostile(domain: Domain) throws {
    let space = Space([Parameter(key: "p", domain: domain)])
    let history = (0..<30).map { point in
      Reference.complete(point, [.number(.nan), .number(1e300), .integer(.min), nil][point % 4], 0)
    }
    for point in 0..<20 {
      for sampler in [RandomSampler(space), try SobolSampler(space), TPESampler(space)]
        as [any Sampler]
      {
        let suggestion = sampler.suggest(point: point, draw: 0, seed: 1, history: history)
        #expect(suggestion.values.count == 1)
      }
    }
  }
}
