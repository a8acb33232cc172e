import RunModel
import Sweeps
import Testing

@Suite("The grid sampler")
struct GridSamplerTests {
  @Test("goes through every combination in the file's order, the last parameter fastest")
  func order() throws {
    let space = Space([
      Parameter(key: "k", domain: .int(low: 1, high: 2, isLog: false)),
      Parameter(key: "step", domain: .range(low: 0, high: 0.2, step: 0.1)),
    ])
    let grid = try GridSampler(space)
    #expect(grid.count == 6)
    let points = (0..<6).map { grid.suggest(point: $0, draw: 0, seed: 1, history: []) }
    #expect(points == grid.assignments)
    #expect(
      points.map(\.values) == [
        [.integer(1), .number(0)], [.integer(1), .number(0.1)], [.integer(1), .number(0.2)],
        [.integer(2), .number(0)], [.integer(2), .number(0.1)], [.integer(2), .number(0.2)],
      ])
  }

  @Test("takes a value that is listed twice once, and a seed, a draw or a history changes nothing")
  func once() throws {
    let space = Space([Parameter(key: "c", domain: .choice([.text("a"), .text("b"), .text("a")]))])
    let grid = try GridSampler(space)
    #expect(grid.assignments.map(\.values) == [[.text("a")], [.text("b")]])
    let history = [Reference.complete(0, .text("a"), 1)]
    #expect(grid.suggest(point: 1, draw: 1, seed: 9, history: history).values == [.text("b")])
    #expect(!grid.learns)
  }

  @Test("refuses numbers without a step, and more points than it may have")
  func refused() throws {
    let continuous = try #require(throws: SpaceError.self) {
      try GridSampler(Space([Reference.lr]))
    }
    #expect(
      "\(continuous)"
        == "a grid can't hold every number of lr: give it a step, or a list of values")
    let many = try #require(throws: SpaceError.self) { try GridSampler(Space(digits)) }
    #expect(
      "\(many)"
        == "a grid may have 100000 points at most, and this one has more; say how many to take, or "
        + "give its parameters fewer values")
    let long = Parameter(key: "n", domain: .int(low: 0, high: .max, isLog: false))
    #expect(throws: SpaceError.self) { try GridSampler(Space([long])) }
  }

  /// Six parameters of ten values.
  private var digits: [Parameter] {
    (0..<6).map { Parameter(key: "d\($0)", domain: .int(low: 0, high: 9, isLog: false)) }
  }

  @Test("takes the first points of a grid that has more, and all of one that has fewer")
  func first() throws {
    let some = try GridSampler(Space(digits), points: 12)
    #expect(some.count == 12)
    #expect(some.assignments[11].values.suffix(2) == [.integer(1), .integer(1)])
    #expect(try GridSampler(Space(Array(digits.prefix(2))), points: 1000).count == 100)
    let long = Parameter(key: "n", domain: .int(low: 0, high: .max, isLog: false))
    #expect(try GridSampler(Space([long]), points: 3).assignments.last?.values == [.integer(2)])
  }

  @Test("a file takes the first points of a grid that is larger than any may be")
  func file() throws {
    let text = """
      sweep: large
      base: {preset: ring}
      epochs: 1
      minimize: d_loss
      sampler: grid
      points: 3
      params:
        generator.optimizer.lr: {range: [0.001, 1], step: 0.001}
        discriminator.optimizer.lr: {range: [0.001, 1], step: 0.001}
      """
    let file = try SweepFile(text: text, source: "large.yaml")
    #expect(try file.pointCount == 3)
    let sampler = try file.makeSampler()
    let last = sampler.suggest(point: 2, draw: 0, seed: 1, history: [])
    #expect(last.values == [.number(0.001), .number(0.003)])
  }

  @Test("leaves out what takes no part: combinations that differ in it alone are one")
  func conditions() throws {
    let space = Space([
      Parameter(key: "loss", domain: .choice([.text("hinge"), .text("wasserstein-gp")])),
      Parameter(
        key: "lambda", domain: .int(low: 1, high: 3, isLog: false),
        condition: try Condition(parsing: "loss = 'wasserstein-gp'")),
      Parameter(key: "batch_norm", domain: .choice([.boolean(true), .boolean(false)])),
    ])
    let grid = try GridSampler(space)
    #expect(grid.count == 2 + 3 * 2)
    #expect(Set(grid.assignments).count == 8)
    #expect(grid.assignments[1].values == [.text("hinge"), nil, .boolean(false)])
    #expect(
      grid.assignments[7].values == [.text("wasserstein-gp"), .integer(3), .boolean(false)])
  }
}
