import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs compare`: several runs side by side.
struct Compare: Verb {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare runs: what differs between them, and what they came to.",
    usage: "gan-runs compare <run> <run> ... [<options>]",
    discussion: """
      Examples:
        gan-runs compare latest~1 latest --by epoch
        gan-runs compare mlp mlp-minimax --metrics d_loss,g_loss --html page.html

      The first run, or that of --baseline, is the one the others are compared with. A run parts from \
      it at the first step that both recorded and where a metric differs; metrics that measure time are \
      left out. A star marks the best value of a metric that has a direction.
      """)

  /// More are no longer told apart on one chart.
  static let mostRuns = 50
  /// A page holds at most so many sample grids of a run: of some 50 KB each.
  static let mostGrids = 40

  @Argument(help: RunReference.severalHelp, completion: RunCompletion.runs) var runs: [String] = []

  @Flag(help: "Show equal settings and facts, and metrics of time, too.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "Show these metrics only, separated by commas.", valueName: "metric,…"))
  var metrics: String?

  @Option(
    help: ArgumentHelp(
      "Show how the others differ from this run, which comes first.", valueName: "run"),
    completion: RunCompletion.runs)
  var baseline: String?

  @Option(
    help: ArgumentHelp(
      "Write one page of tables, curves and sample grids that needs nothing else.",
      valueName: "file"))
  var html: String?

  @OptionGroup var chart: ChartOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  private var references: [String] { (baseline.map { [$0] } ?? []) + runs }

  func validate() throws {
    if references.count < 2 { throw ValidationError("Name two runs or more to compare.") }
    if html != nil, output.format != nil {
      throw ValidationError("--html writes a page; give one of --html, --json, --ndjson and --csv.")
    }
    if html == "" { throw ValidationError("--html needs a file's name.") }
    if chart.points != nil, html == nil, output.format == nil || output.format == .csv {
      throw ValidationError("--points thins the curves of --json, --ndjson and --html.")
    }
  }

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    console.keep(reader)
    let found = try foundRuns(reader)
    var choice = Comparison.Choice()
    choice.all = all
    choice.metrics = metrics.map(NameList.init)?.names
    choice.hasBaseline = baseline != nil
    choice.axis = chart.by
    choice.curveLimit = curveLimit(console)
    let comparison = try Comparison(
      found, attempts: found.map { try reader.attempts(of: $0.id) }, choice
    ) { try reader.points(of: $0.id) }
    if let html {
      try writePage(comparison, reader, console, to: html)
    } else {
      try console.printRecord(
        output.format, json: comparison.json, csv: comparison.csv,
        page: comparison.text(for: console.medium))
    }
    for name in choice.metrics ?? [] where !comparison.metrics.contains(name) {
      console.note("none of the runs recorded \(name)")
    }
  }

  /// The runs in the order they were named, each once.
  private func foundRuns(_ reader: RegistryReader) throws -> [Run] {
    var found: [Run] = []
    for reference in references {
      let run = try reader.run(reference)
      if !found.contains(where: { $0.id == run.id }) { found.append(run) }
    }
    guard found.count > 1 else {
      throw Failure(
        .usage, "\(references.joined(separator: " and ")) are the same run, \(found[0].id)")
    }
    guard found.count <= Self.mostRuns else {
      throw Failure(
        .usage, "\(found.count) runs are too many to compare; name \(Self.mostRuns) at most")
    }
    return found
  }

  /// How many points of a curve are of use: none in a pipe, where no curve is drawn.
  private func curveLimit(_ console: Console) -> Int? {
    if html != nil { return chart.points ?? ComparisonPage.pointsKept }
    guard output.format == nil else { return chart.points }
    return console.medium.isTerminal ? Chart.pointsKept : nil
  }

  private func writePage(
    _ comparison: Comparison, _ reader: RegistryReader, _ console: Console, to path: String
  ) throws {
    let reels = try comparison.runs.map { run in
      let all = try reader.pictures(of: run.id).filter { $0.name == "samples" }
      let shown = SampleReel.places(of: all.count, limit: Self.mostGrids)
      return SampleReel(
        try shown.map { place in
          try reader.picture(of: run.id, named: all[place].name, step: all[place].step)
        }, total: all.count)
    }
    try console.withOutput(to: path, option: "--html", registry: reader.path) { buffer in
      try buffer.write(ComparisonPage(comparison, reels: reels).text)
    }
    if path != "-" { console.note("wrote \(path)") }
  }
}
