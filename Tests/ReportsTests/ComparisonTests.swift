import RunModel
import TestSupport
import Testing

@testable import Reports

@Suite("Comparison")
struct ComparisonTests {
  private func attempts(commit: String = "0123456") -> [Attempt] {
    [
      Attempt(
        number: 1, startStep: 0, startedAt: noon, endedAt: minutes(3), status: .finished,
        environment: environment(commit: commit))
    ]
  }

  private func comparison(_ change: (inout Comparison.Choice) -> Void = { _ in }) throws
    -> Comparison
  {
    let base = try run(1, name: "mlp", losses: [1.5, .nan, 1.1])
    let other = try run(2, name: "mlp-minimax", loss: "minimax", losses: [1.5, .nan, 0.25])
    let same = try run(3, name: "again", losses: [1.5, .nan, 1.1])
    let values = [
      base.id: [1.5, .nan, 1.1], other.id: [1.5, .nan, 0.25], same.id: [1.5, .nan, 1.1],
    ]
    var choice = Comparison.Choice()
    choice.metrics = ["d_loss"]
    change(&choice)
    return Comparison(
      [base, other, same], attempts: [attempts(), attempts(commit: "89abcde"), attempts()], choice
    ) { run in ["d_loss": points(values[run.id] ?? [])] }
  }

  /// Runs of one metric with these last values; each stands below its best by one.
  private func comparison(of metric: String, _ values: [Double], best: ParameterValue? = nil) throws
    -> Comparison
  {
    let runs = try values.enumerated().map { place, value in
      var run = try run(place + 1, name: "run \(place)")
      run.metrics = [metric: summary([value + 1, value])]
      if let best {
        run.parameters["checkpoint.best.metric"] = .text(metric)
        run.parameters["checkpoint.best.direction"] = best
      }
      return run
    }
    return Comparison(
      runs, attempts: runs.map { _ in attempts() }, Comparison.Choice()
    ) { _ in [:] }
  }

  @Test("only what differs is shown", arguments: [true, false])
  func text(isTerminal: Bool) throws {
    expectSnapshot(
      try comparison().text(for: isTerminal ? terminal : pipe),
      named: isTerminal ? "comparison-terminal" : "comparison-piped")
  }

  @Test("curves stand over one another on a terminal, and never in a pipe")
  func curves() throws {
    let comparison = try comparison { $0.curveLimit = 100 }
    expectSnapshot(comparison.text(for: terminal), named: "comparison-curves")
    #expect(try comparison.text(for: pipe) == self.comparison().text(for: pipe))
  }

  @Test("differences from a baseline, in every format")
  func baseline() throws {
    let comparison = try comparison { $0.hasBaseline = true }
    expectSnapshot(comparison.text(for: terminal), named: "comparison-baseline")
    expectSnapshot(comparison.csv, named: "comparison-baseline-csv")
    #expect(
      comparison.json.line.contains(
        """
        "baseline":"r0000000000001","differences":{"d_loss":{"r0000000000002":{"last":-0.8500000000000001,\
        "min":-0.8500000000000001,"max":0},"r0000000000003":{"last":0,"min":0,"max":0}}}
        """))
  }

  @Test(
    "runs that do not fit beside one another stand in blocks, and no line is wider than the terminal",
    arguments: [40, 80])
  func blocks(width: Int) throws {
    let comparison = try comparison { $0.curveLimit = 100 }
    let narrow = Medium(isTerminal: true, width: width, hasColor: false, now: minutes(7))
    let text = comparison.text(for: narrow)
    let tables = text.prefix(text.count - comparison.sentences.count)
    #expect(tables.split(separator: "\n").allSatisfy { columns(of: String($0)) <= width })
    for run in comparison.runs { #expect(tables.contains(run.id.rawValue)) }
  }

  @Test("metrics that measure time are left out unless all or they are asked for")
  func timeMetrics() throws {
    #expect(try comparison { $0.metrics = nil }.metrics == ["d_accuracy", "d_loss", "modes[8]"])
    let all = try comparison {
      $0.metrics = nil
      $0.all = true
    }
    #expect(all.metrics.contains("seconds"))
    #expect(try comparison { $0.metrics = ["seconds"] }.metrics == ["seconds"])
  }

  @Test(
    "the best value of a metric with a direction wins, NaN never, and nobody where all are equal",
    arguments: [
      ("swd", [3, 1, 2], nil, [1]), ("modes[8]", [3, 1, 2], nil, [0]),
      ("swd", [1, 1, 2], nil, [0, 1]), ("swd", [1, 1], nil, []), ("swd", [.nan, 7], nil, [1]),
      ("swd", [.nan, .nan], nil, []), ("d_loss", [3, 1, 2], nil, []),
      ("val", [3, 1, 2], .text("max"), [0]), ("val", [3, 1, 2], .text("odd"), []),
    ] as [(String, [Double], ParameterValue?, [Int])])
  func winners(metric: String, values: [Double], best: ParameterValue?, expected: [Int]) throws {
    let comparison = try comparison(of: metric, values, best: best)
    let winner = Winner(of: metric, among: comparison.runs)
    #expect((winner?.last ?? []) == Set(expected))
    let marked =
      comparison.text(for: terminal).split(separator: "\n")
      .first { $0.contains("\(metric) last") } ?? ""
    #expect(marked.count { $0 == "*" } == expected.count, "\(marked)")
    #expect(comparison.json.line.contains(#""winners":{}"#) == expected.isEmpty)
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
    let comparison = try comparison { $0.all = true }
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
    let parting = Parting.of(
      try run(2), ["d_loss": points(second)], from: ["d_loss": points(first)])
    #expect(parting.difference?.step == step)
    #expect((parting == .noCommonStep) == (first.isEmpty || second.isEmpty))
  }

  @Test("steps that only one of two runs recorded are passed over")
  func commonSteps() throws {
    let dense = points([1, 2, 3, 4])
    let sparse = [dense[1], dense[3]].map { point in
      var point = point
      if point.step == 400 { point.value = 5 }
      return point
    }
    let parting = Parting.of(try run(2), ["d_loss": sparse], from: ["d_loss": dense])
    #expect(parting.difference?.step == 400)
    #expect(parting.difference?.values == [4, 5])
  }

  @Test("runs without a common step do not part, and the text says that they share none")
  func noCommonStep() throws {
    let runs = [try run(1, name: "parent"), try run(2, name: "child")]
    let comparison = Comparison(runs, attempts: [attempts(), attempts()], Comparison.Choice()) {
      run in
      let all = points([1, 2, 3, 4])
      return ["d_loss": Array(run.name == "parent" ? all.prefix(2) : all.suffix(2))]
    }
    #expect(comparison.firstDifference == nil)
    #expect(
      comparison.text(for: terminal).contains(
        "child (\(runs[1].id)) and parent (\(runs[0].id)) recorded no metric at the same step\n"))
  }

  @Test("metrics that measure time never part two runs")
  func time() throws {
    let parting = Parting.of(
      try run(2), ["seconds": points([2])], from: ["seconds": points([1])])
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
