import RunModel
import RunRegistry
import TestSupport
import Testing

@testable import CommandLine

/// The verbs that read, in this process, against a registry that the writer made.
@Suite("Verbs")
struct VerbTests {
  let registry: FixtureRegistry

  init() throws { registry = try FixtureRegistry.shared.get() }

  private func call(_ arguments: String..., isTerminal: Bool = false, width: Int = 100) -> Captured
  {
    Console.capture(
      isTerminal: isTerminal, width: width, environment: ["GAN_RUNS_DB": registry.path]
    ) { GanRuns.run(arguments) }
  }

  private static let calls: [(name: String, arguments: [String])] = [
    ("list", ["list"]),
    ("show", ["show", "ring"]),
    ("show-diverged", ["show", "latest"]),
    ("compare", ["compare", "ring", "ring-minimax"]),
    ("checkpoints-list", ["checkpoints", "list", "ring"]),
  ]

  @Test(
    "what a verb prints: on a terminal, into a pipe, as JSON and CSV", arguments: calls,
    ["terminal", "piped", "json", "ndjson", "csv"])
  func snapshots(call: (name: String, arguments: [String]), format: String) {
    let isTerminal = format == "terminal"
    let options = isTerminal || format == "piped" ? [] : ["--\(format)"]
    let result = Console.capture(
      isTerminal: isTerminal, environment: ["GAN_RUNS_DB": registry.path]
    ) { GanRuns.run(call.arguments + options) }
    #expect(result.status == .done)
    #expect(result.error == "")
    expectSnapshot(result.output, named: "\(call.name)-\(format)")
  }

  @Test("colour never reaches a pipe unless it is asked for")
  func color() {
    #expect(!call("list").output.contains("\u{1b}"))
    #expect(call("list", "--color", "always", isTerminal: true).output.contains("\u{1b}[32m"))
    #expect(!call("list", "--color", "never", isTerminal: true).output.contains("\u{1b}"))
  }

  @Test("a list says what it leaves off, and -q does not")
  func limit() {
    let list = call("list", "--limit", "2")
    #expect(list.output.split(separator: "\n").count == 2)
    #expect(list.error == "2 of 3\n")
    #expect(call("list", "--limit", "2", "-q").error == "")
    #expect(call("list", "--limit", "0").error == "")
  }

  @Test(
    "a list is sorted ascending unless told, NaN last but for missing values",
    arguments: [
      ("created_at", ["ring", "ring-minimax", "odd, \"name\""]),
      ("created_at:desc", ["odd, \"name\"", "ring-minimax", "ring"]),
      ("d_loss", ["ring-minimax", "ring", "odd, \"name\""]),
      ("d_loss:desc", ["ring", "ring-minimax", "odd, \"name\""]),
      ("name", ["odd, \"name\"", "ring", "ring-minimax"]),
    ])
  func sort(order: String, names: [String]) {
    let list = call("list", "--columns", "name", "--sort", order)
    #expect(list.output == names.joined(separator: "\n") + "\n")
  }

  @Test("chosen columns: fields, settings, and any number of a metric")
  func columns() {
    let list = call("list", "--columns", "name,params.loss,min(d_loss),count(d_loss)", "--csv")
    #expect(
      list.output == """
        name,params.loss,min(d_loss),count(d_loss)
        "odd, ""name""\",minimax,inf,2
        ring-minimax,minimax,0.4166666666666667,3
        ring,nonsaturating,0.43333333333333335,3

        """)
    let slip = call("list", "--columns", "name,d_los")
    #expect(slip.status == .done)
    #expect(slip.error == "no run has metrics.d_los; did you mean metrics.d_loss?\n")
  }

  @Test(
    "a call that is wrong exits with its status and one sentence, and prints no result",
    arguments: [
      (["list", "--columns", "name,"], ProcessStatus.usage),
      (["list", "--columns", "name", "--json"], .usage),
      (["list", "--limit", "-1"], .usage),
      (["list", "--sort", "d_loss:down"], .usage),
      (["list", "--json", "--csv"], .usage),
      (["list", "stray"], .usage),
      (["show"], .usage),
      (["show", "nobody"], .missing),
      (["compare", "ring"], .usage),
      (["compare", "ring", "ring"], .usage),
      (["compare", "ring", "nobody"], .missing),
      (["export", "nobody"], .missing),
      (["export", "-o", "/no/such/folder/x.csv"], .missing),
      (["checkpoints"], .done),
      (["checkpoints", "list"], .usage),
    ])
  func wrong(arguments: [String], status: ProcessStatus) {
    let result = Console.capture(
      isTerminal: false, environment: ["GAN_RUNS_DB": registry.path]
    ) { GanRuns.run(arguments) }
    #expect(result.status == status)
    guard status != .done else { return }
    #expect(result.output == "")
    #expect(result.error.hasPrefix("gan-runs: "), "\(result.error)")
  }

  @Test("a registry that is not there is missing, and is not made")
  func missingRegistry() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("none.db")
    for verb in [["list"], ["show", "latest"], ["export"], ["checkpoints", "list", "latest"]] {
      let result = Console.capture(isTerminal: false) { GanRuns.run(verb + ["--db", path]) }
      #expect(result.status == .missing)
      #expect(result.output == "")
      #expect(readFile(path) == nil)
    }
  }

  @Test("a registry without runs lists nothing and says how to make one")
  func emptyRegistry() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("empty.db")
    try RegistryWriter(path: path).close()
    let list = Console.capture(isTerminal: false) { GanRuns.run(["list", "--db", path, "--json"]) }
    #expect(list.status == .done)
    #expect(list.output == "[]\n")
    #expect(list.error.contains("gan-runs train"))
  }

  @Test("results hold neither the registry's path nor the time of the call")
  func noTraces() {
    for (_, arguments) in Self.calls {
      let first = Console.capture(isTerminal: false, environment: ["GAN_RUNS_DB": registry.path]) {
        GanRuns.run(arguments + ["--json"])
      }
      #expect(!first.output.contains(registry.folder.path))
    }
  }
}
