import RunModel
import TestSupport
import Testing

@testable import Reports

@Suite("Runs")
struct RunTests {
  @Test("a run object has the contract's keys in its order")
  func object() throws {
    expectSnapshot(runJSON(try run()).text, named: "run-object")
  }

  @Test("a run that has nothing yet prints nulls and empty objects")
  func emptyObject() throws {
    let run = Run(
      id: try runID(1), name: "new", experiment: "default", status: .running, createdAt: noon,
      endedAt: nil, epoch: 0, step: 0, images: 0, parameters: [:], metrics: [:], tags: [:],
      note: nil, parent: nil, checkpoints: 0, failure: nil)
    #expect(
      runJSON(run).line == """
        {"id":"r0000000000001","name":"new","experiment":"default","status":"running",\
        "created_at":"2026-11-24T12:00:00.000Z","ended_at":null,"epoch":0,"step":0,"images":0,\
        "params":{},"metrics":{},"tags":{},"parent":null,"diagnosis":[],"checkpoints":0,\
        "failure":null}
        """)
  }

  @Test("a metric that was never a number has no minimum, and says so as null")
  func onlyNaN() throws {
    var run = try run()
    run.metrics = ["d_loss": summary([.nan, .nan])]
    #expect(
      runJSON(run).line.contains(
        """
        {"last":"NaN","min":null,"min_step":null,"max":null,"max_step":null,"count":2,\
        "nan_count":2,"first_nan_step":100}
        """))
  }

  @Test("a run's page", arguments: [true, false])
  func page(isTerminal: Bool) throws {
    let text = try ReportsTests.page().text(for: isTerminal ? terminal : pipe)
    expectSnapshot(text, named: isTerminal ? "page-terminal" : "page-piped")
  }

  @Test(
    "a brief page takes the lines that there are, and counts the rest", arguments: [24, 40, 99])
  func briefPage(height: Int) throws {
    var page = try ReportsTests.page()
    page.run.note = String(repeating: "long ", count: 60)
    page.usualSettings = Set(page.run.parameters.keys).subtracting(["data.radius"])
    page.run.metrics = Dictionary(
      uniqueKeysWithValues: (0..<20).map { ("metric\($0)", summary([Double($0)])) })
    page.run.metrics["a_seconds"] = summary([1])
    let checkpoint = page.checkpoints[0]
    page.checkpoints = (1...12).map { step in
      var next = checkpoint
      (next.step, next.pins) = (step, step == 2 ? ["good"] : [])
      return next
    }
    var medium = terminal
    medium.height = height
    let text = page.briefText(for: medium)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(height == 99 ? lines.count < 60 : lines.count == height - 1, "\(text)")
    #expect(lines.allSatisfy { columns(of: String($0)) <= 100 })
    #expect(text.contains("data.kind ring") && text.contains("data.radius 2"))
    #expect(!text.contains("generator.layers"))
    let steps = lines.compactMap { $0.wholeMatch(of: /\ +3\ +(\d+)\ +[0-9a-f]{12}\ .*/)?.1 }
    #expect(steps.last == "12" && steps.contains("2"))
    let metrics = lines.count { $0.hasPrefix("  metric") || $0.hasPrefix("  a_seconds") }
    let rest = try #require(lines.last)
    #expect(rest.hasPrefix("… and ") && rest.hasSuffix(": --all"))
    for (left, noun) in [(21 - metrics, "metric"), (12 - steps.count, "checkpoint")] {
      #expect(left > 0 ? rest.contains(", \(left) \(noun)") : !rest.contains(noun), "\(rest)")
    }
    if metrics < 21 { #expect(!text.contains("a_seconds")) }
  }

  @Test("a run's page as JSON and CSV")
  func pageFormats() throws {
    let page = try ReportsTests.page()
    expectSnapshot(page.json.text, named: "page-json")
    expectSnapshot(page.csv, named: "page-csv")
  }

  @Test("a page of a run without points and checkpoints says none")
  func emptyPage() throws {
    var run = try run()
    run.metrics = [:]
    let page = RunPage(
      run: run, environment: RunEnvironment(facts: [:]), attempts: [], checkpoints: [])
    #expect(page.text(for: terminal).hasSuffix("Metrics\n  none\n\nCheckpoints\n  none\n"))
  }

  @Test("a run of a sweep says of which, and of which point")
  func trial() throws {
    var page = try ReportsTests.page()
    #expect(!page.json.text.contains("\"sweep\""))
    page.run.trial = Run.SweepTrial(sweep: "lr", number: 3)
    #expect(page.json.text.contains("\n  \"sweep\": \"lr\",\n  \"trial\": 3,\n"))
    #expect(page.text(for: terminal).contains("\n  sweep       lr, trial 3\n"))
    #expect(page.csv.contains("\nsweep,lr\ntrial,3\n"))
  }

  @Test(
    "a field's name reads back to the field",
    arguments: RunList.usualFields + [
      .parameter("generator.layers.0.dense"), .tag("purpose"), .metric("modes[8]", .last),
      .metric("d_loss", .min), .metric("d_loss", .firstNaNStep), .metric("epoch", .last),
    ])
  func fieldNames(field: RunField) {
    #expect(RunField(field.name) == field)
  }

  @Test(
    "a field is read as the filter language reads it",
    arguments: [
      ("metrics.d_loss", RunField.metric("d_loss", .last)), ("d_loss", .metric("d_loss", .last)),
      ("max(metrics.d_loss)", .metric("d_loss", .max)), ("epoch", .own(.epoch)),
      ("swd[n=2048]", .metric("swd[n=2048]", .last)), ("params.", nil), ("metrics.", nil),
      ("tags.", nil), ("", nil),
    ] as [(String, RunField?)])
  func fields(text: String, field: RunField?) {
    #expect(RunField(text) == field)
  }

  @Test("a list of runs", arguments: [true, false])
  func list(isTerminal: Bool) throws {
    let list = RunList(runs: [
      try run(2, name: "a name long enough to be cut where the terminal is narrow"), try run(1),
    ])
    expectSnapshot(
      list.text(for: isTerminal ? terminal : pipe).text,
      named: isTerminal ? "list-terminal" : "list-piped")
  }

  @Test("chosen columns as CSV: whole values, missing ones empty")
  func listCSV() throws {
    let fields = ["name", "params.loss", "min(d_loss)", "d_accuracy", "tags.none"]
    let list = RunList(runs: [try run(name: "a,b")], fields: fields.compactMap(RunField.init))
    #expect(
      list.csv
        == "name,params.loss,min(d_loss),d_accuracy,tags.none\n\"a,b\",nonsaturating,1.1,NaN,\n")
    #expect(list.emptyFields == [.tag("none")])
  }

  @Test(
    "figures are four significant ones",
    arguments: [
      (0, "0"), (1, "1"), (-3, "-3"), (0.69314, "0.6931"), (1.38629, "1.386"), (12.345678, "12.35"),
      (123.456, "123.5"), (1234.56, "1235"), (9.99996, "10.00"), (0.0012345, "0.001235"),
      (1.2e-5, "1.200e-05"), (1_234_567, "1.235e+06"), (-0.5, "-0.5000"), (.nan, "NaN"),
      (-.infinity, "-inf"), (.leastNonzeroMagnitude, "4.941e-324"), (1.7e308, "1.700e+308"),
      (0.99999, "1.000"),
    ])
  func figures(value: Double, expected: String) {
    #expect(Reports.figures(value) == expected)
  }
}
