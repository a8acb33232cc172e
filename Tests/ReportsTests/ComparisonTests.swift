import RunModel
import TestSupport
import Testing

@testable import Reports

@Suite("Comparison")
struct ComparisonTests {
  private func comparison(all: Bool = false) throws -> Comparison {
    let base = try run(1, name: "mlp", losses: [1.5, .nan, 1.1])
    let other = try run(2, name: "mlp-minimax", loss: "minimax", losses: [1.5, .nan, 0.25])
    let same = try run(3, name: "again", losses: [1.5, .nan, 1.1])
    let values = [
      base.id: [1.5, .nan, 1.1], other.id: [1.5, .nan, 0.25], same.id: [1.5, .nan, 1.1],
    ]
    return Comparison(
      [base, other, same],
      environments: [environment(), environment(commit: "89abcde"), environment()], all: all,
      metrics: ["d_loss"]
    ) { run, metric in
      guard metric == "d_loss" else { return [] }
      return points(metric, values[run.id] ?? [])
    }
  }

  @Test("only what differs is shown", arguments: [true, false])
  func text(isTerminal: Bool) throws {
    expectSnapshot(
      try comparison().text(for: isTerminal ? terminal : pipe),
      named: isTerminal ? "comparison-terminal" : "comparison-piped")
  }

  @Test("a comparison as JSON and CSV")
  func formats() throws {
    let comparison = try comparison()
    #expect(comparison.parameters.map(\.key) == ["loss"])
    #expect(comparison.environment.isEmpty)
    #expect(comparison.code.map(\.key) == ["git_commit"])
    expectSnapshot(comparison.json.text, named: "comparison-json")
    expectSnapshot(comparison.csv, named: "comparison-csv")
  }

  @Test("with all, equal values are shown too")
  func all() throws {
    let comparison = try comparison(all: true)
    #expect(comparison.parameters.count == comparison.runs[0].parameters.count)
    #expect(comparison.code.map(\.key) == ["git_commit", "version"])
    #expect(comparison.environment.map(\.key) == ["cpu", "threads"])
  }

  @Test("a missing key is a difference, and left out of the JSON")
  func missing() throws {
    let differences = Difference.between(
      [["a": .integer(1), "b": .text("x")], ["a": .integer(1)]], all: false)
    #expect(differences.map(\.key) == ["b"])
    #expect(differences[0].json([try run(1), try run(2)]).line == #"{"r0000000000001":"x"}"#)
  }

  @Test("1 and 1.0 are the same setting only in the same type")
  func types() {
    #expect(Difference.between([["a": .integer(1)], ["a": .text("1")]], all: false).count == 1)
  }

  @Test(
    "two series part at the first common step where they differ",
    arguments: [
      ([1, 2, 3], [1, 2, 3], nil),
      ([1, 2, 3], [1, 2, 4], 300),
      ([1, .nan, 3], [1, .nan, 3], nil),
      ([1, .nan, 3], [1, 2, 3], 200),
      ([1, 2], [1, 2, 3], nil),
      ([], [1], nil),
      ([.infinity], [-.infinity], 100),
    ] as [([Double], [Double], Int?)])
  func parting(first: [Double], second: [Double], step: Int?) throws {
    let base = try run(1)
    let other = try run(2)
    let parting = Parting.of(other, from: base) { run, metric in
      metric == "d_loss" ? points(metric, run.id == base.id ? first : second) : []
    }
    #expect(parting.difference?.step == step)
    #expect((parting == .noCommonStep) == (first.isEmpty || second.isEmpty))
  }

  @Test("steps that only one of two runs recorded are passed over")
  func commonSteps() throws {
    let base = try run(1)
    let dense = points("d_loss", [1, 2, 3, 4])
    let sparse = [dense[1], dense[3]].map { point in
      var point = point
      if point.step == 400 { point.value = 5 }
      return point
    }
    let parting = Parting.of(try run(2), from: base) { run, metric in
      metric == "d_loss" ? (run.id == base.id ? dense : sparse) : []
    }
    #expect(parting.difference?.step == 400)
    #expect(parting.difference?.values == [4, 5])
  }

  @Test("runs without a common step do not part, and the text says that they share none")
  func noCommonStep() throws {
    let runs = [try run(1, name: "parent"), try run(2, name: "child")]
    let comparison = Comparison(
      runs, environments: [environment(), environment()], all: false, metrics: ["d_loss"]
    ) { run, metric in
      guard metric == "d_loss" else { return [] }
      let all = points(metric, [1, 2, 3, 4])
      return Array(run.name == "parent" ? all.prefix(2) : all.suffix(2))
    }
    #expect(comparison.firstDifference == nil)
    #expect(
      comparison.text(for: terminal).contains(
        "child (\(runs[1].id)) and parent (\(runs[0].id)) recorded no metric at the same step\n"))
  }

  @Test("metrics that measure time never part two runs")
  func time() throws {
    let base = try run(1)
    let parting = Parting.of(try run(2), from: base) { run, metric in
      metric == "seconds" ? points(metric, [run.id == base.id ? 1 : 2]) : []
    }
    #expect(parting == .noCommonStep)
  }

  @Test("keys stand in the order a reader expects")
  func order() {
    let keys = ["layers.10.dense", "layers.2.norm", "layers.2.dense", "layers", "epochs"]
    #expect(
      keys.sorted(by: inNaturalOrder)
        == ["epochs", "layers", "layers.2.dense", "layers.2.norm", "layers.10.dense"])
  }
}
