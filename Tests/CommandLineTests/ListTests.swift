import Foundation
import Reports
import RunModel
import RunRegistry
import Synchronization
import TestSupport
import Testing

@testable import CommandLine

/// `list`: which runs, and how they stand on a terminal.
@Suite("Lists")
struct ListTests {
  let registry: FixtureRegistry

  init() throws { registry = try FixtureRegistry.shared.get() }

  private func list(_ arguments: String..., isTerminal: Bool = false, width: Int = 100) -> Captured
  {
    Console.capture(
      isTerminal: isTerminal, width: width, environment: ["GAN_RUNS_DB": registry.path]
    ) { GanRuns.run(["list"] + arguments) }
  }

  @Test(
    "a filter chooses runs",
    arguments: [
      ("d_loss is null", 64, ""),
      ("metrics.d_loss is not null", 0, "odd, \"name\"\nring-minimax\nring\n"),
      ("metrics.d_loss < 0.43", 0, "ring-minimax\n"),
      ("status = 'finished' and params.loss = 'minimax'", 0, "ring-minimax\n"),
      ("first_nan_step(d_loss) <= 200", 0, "odd, \"name\"\n"),
      ("parent is not null or name like '%\"%'", 0, "odd, \"name\"\nring-minimax\n"),
      ("created_at > -47m", 0, "odd, \"name\"\nring-minimax\n"),
      (" \n", 0, "odd, \"name\"\nring-minimax\nring\n"),
    ])
  func filters(filter: String, status: Int32, names: String) {
    let result = list(filter, "--columns", "name")
    #expect(result.status.rawValue == status)
    #expect(result.output == names)
  }

  @Test("what a filter leaves off is counted among the runs that fit")
  func count() {
    let result = list("status = 'finished'", "--limit", "1", "--ids")
    #expect(result.output == "rd21n1ksg2ra7t\n")
    #expect(result.error == "1 of 2\n")
    #expect(list("epoch > 99").error == "no run fits the filter\n")
  }

  @Test("a mistake in a filter stands above a caret")
  func mistakes() {
    let filters = [
      "metrics.d_loss < and status = 'finished'", "statsu = 'finished'", "status = 'finishd'",
      "name = '日本語🚀' and epoch = 'x'", "name = 'a\tb\nc' or epok > 1",
      String(repeating: "epoch = 1 and ", count: 20) + "d_loss < 1 and step = 2",
      "metrics.swd[n=2048", "(epoch = 1", "epoch = 1 or", "created_at > 6h",
    ]
    let said = filters.map { filter in
      let result = list(filter)
      #expect(result.status == .usage && result.output == "")
      return result.error
    }
    expectSnapshot(said.joined(), named: "filter-mistakes")
  }

  @Test("a name that no run has is said, with the one that was meant")
  func unheard() {
    let result = list("metrics.d_los < 1 or params.sed = 1 or epoch = 3", "--sort", "tags.x")
    #expect(result.status == .done)
    #expect(
      result.error == """
        no run has metrics.d_los; did you mean metrics.d_loss?
        no run has params.sed; did you mean params.seed?
        no run has tags.x

        """)
    #expect(list("--columns", "name,d_los").error.contains("did you mean metrics.d_loss?"))
  }

  @Test("a terminal of any width has a line a run", arguments: [160, 120, 100, 80, 60, 40, 24])
  func widths(width: Int) {
    let result = list(isTerminal: true, width: width)
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    // The header, two experiments, three runs, and nothing after the last line end.
    #expect(lines.count == 7)
    #expect(lines.allSatisfy { columns(of: String($0)) <= width }, "\(result.output)")
    expectSnapshot(result.output, named: "list-width-\(width)")
  }

  @Test("chosen columns leave from the right, and that is said")
  func chosen() {
    let result = list(
      "--columns", "name,d_loss,params.loss,created_at,min(d_loss)", isTerminal: true, width: 40)
    let header = result.output.prefix { $0 != "\n" }
    #expect(header == "NAME          d_loss  params.loss")
    #expect(result.error == "too narrow for created_at, min(d_loss)\n")
  }

  @Test("in an order of their own, experiments are a column")
  func sorted() {
    let result = list("--sort", "d_loss", isTerminal: true, width: 120)
    #expect(result.output.hasPrefix("ID              NAME          EXPERIMENT  STATUS"))
    #expect(!list("--sort", "d_loss").output.contains("losses"))
  }

  @Test("--watch draws again while its console goes on, with what has changed")
  func watch() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("runs.db")
    let writer = try RegistryWriter(path: path)
    let session = try writer.beginRun(
      name: "watched", experiment: "default", parameters: ["epochs": .integer(3)],
      environment: RunEnvironment(facts: [:]), retention: Retention(keepLast: 1, keepEvery: 0))
    var (console, texts) = Console.recording(isTerminal: true)
    let pauses = Mutex(0)
    console.pause = { _ in
      pauses.withLock { count in
        count += 1
        try? session.record(
          StepMeasurement(step: count, epoch: count, images: 1, time: noon, values: ["d_loss": 1]))
        try? session.flush()
      }
    }
    // Ctrl-C would end it; here the terminal goes away.
    let write = console.output.write
    console.output.write = { text in
      if pauses.withLock({ $0 }) == 3 { throw Failure(.done, nil) }
      try write(text)
    }
    let status = Console.$current.withValue(console) {
      GanRuns.run(["list", "--watch", "--db", path])
    }
    try session.finish(.finished)
    try writer.close()
    #expect(status == .done)
    let screens = texts().output.components(separatedBy: "\u{1b}[H").dropFirst()
    #expect(screens.count == 3)
    for (place, screen) in screens.enumerated() {
      #expect(screen.contains("watched") && screen.contains("\(place)/3"), "\(screen)")
    }
  }

  @Test(
    "options that do not go together are refused",
    arguments: [
      ["--ids", "--json"], ["--ids", "--columns", "id"], ["--watch", "--csv"], ["--watch"],
      ["--columns", "name", "--ndjson"], ["epoch = 1", "epoch = 2"],
    ])
  func refused(arguments: [String]) {
    let result = Console.capture(
      isTerminal: false, environment: ["GAN_RUNS_DB": registry.path]
    ) { GanRuns.run(["list"] + arguments) }
    #expect(result.status == .usage && result.output == "")
  }

  @Test("export takes a filter, alone and with runs")
  func export() {
    func export(_ arguments: String...) -> Captured {
      Console.capture(isTerminal: false, environment: ["GAN_RUNS_DB": registry.path]) {
        GanRuns.run(["export"] + arguments)
      }
    }
    let some = export("--filter", "params.loss = 'minimax'")
    #expect(some.output == export("ring-minimax", "odd, \"name\"").output)
    #expect(
      export("ring", "--filter", "epoch < 0").output == export().output.prefix { $0 != "\n" } + "\n"
    )
    #expect(export("--filter", "epoch <").status == .usage)
  }
}
