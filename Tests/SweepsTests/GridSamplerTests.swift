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
    let digits = (0..<6).map { digit in
      Parameter(key: "d\(digit)", domain: .int(low: 0, high: 9, isLog: false))
    }
    #expect(try GridSampler(Space(Array(digits.prefix(5)))).count == 100_000)
    let many = try #require(throws: SpaceError.self) { try GridSampler(Space(digits)) }
    #expect(
      "\(many)"
        == "a grid may have 100000 points at most, and this one has more; give its parameters "
        + "fewer values, or take another sampler")
    let long = Parameter(key: "n", domain: .int(low: 0, high: .max, isLog: false))
    #expect(throws: SpaceError.self) { try GridSampler(Space([long])) }
  }
}
