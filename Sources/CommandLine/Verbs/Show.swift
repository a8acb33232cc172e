import ArgumentParser
import Configuration
import Reports
import RunModel
import RunRegistry

/// `gan-runs show`: one run.
struct Show: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one run: settings, environment, attempts, metrics, checkpoints.",
    usage: "gan-runs show <run> [<options>]",
    discussion: """
      Examples:
        gan-runs show latest --follow
        gan-runs show ring --metric d_loss,g_loss --by epoch

      A terminal gets what fits one screen, and --all the rest; a pipe gets everything. \
      With --metric a terminal gets curves, a parent's drawn faintly beneath its child's; a pipe and \
      --csv get the points. JSON is always the run object, with curves where --metric or --points asks \
      for them.
      """)

  @Argument(help: RunReference.help, completion: RunCompletion.runs) var run: String

  @Flag(help: "Show every setting, fact, attempt, metric and checkpoint on a terminal as well.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "Draw these metrics large, separated by commas.", valueName: "metric,…"))
  var metric: String?

  @Flag(help: "Show the newest picture: a sample grid.")
  var samples = false

  @Flag(help: "Show it anew each second while it trains; a pipe gets it at the end.")
  var follow = false

  @OptionGroup var chart: ChartOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  private var isJSON: Bool { output.format == .json || output.format == .ndjson }

  func validate() throws {
    if all, samples || metric != nil {
      throw ValidationError("--all shows the whole page; drop it beside --metric and --samples.")
    }
    if samples, metric != nil { throw ValidationError("Give one of --samples and --metric.") }
    if chart.points != nil, !isJSON, metric == nil {
      throw ValidationError("--points thins the curves of JSON, or those of --metric.")
    }
  }

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    let id = try reader.run(run).id
    if follow {
      try console.follow {
        let run = try reader.run(id.rawValue)
        guard run.status == .running else { return nil }
        return try text(of: run, reader, console)
      }
    }
    let run = try reader.run(id.rawValue)
    if output.format == nil {
      try console.write(text(of: run, reader, console))
    } else {
      let page = try page(of: run, reader, limit: chart.points)
      let csv = metric == nil ? page.csv : try curvePage(of: run, reader, limit: chart.points).csv
      try console.printRecord(
        output.format, json: page.json, csv: samples ? PictureList(page.pictures ?? []).csv : csv,
        page: "")
    }
    noteUnrecorded(of: run, console)
  }

  /// What a terminal or a pipe gets.
  private func text(of run: Run, _ reader: RegistryReader, _ console: Console) throws -> String {
    let medium = console.medium
    if samples { return try SampleView(reader: reader, run: run).text(console) }
    guard metric != nil else {
      let page = try page(of: run, reader, limit: medium.isTerminal ? Chart.pointsKept : nil)
      return medium.isTerminal && !all ? page.briefText(for: medium) : page.text(for: medium)
    }
    let limit = medium.isTerminal ? Chart.pointsKept : chart.points
    return try curvePage(of: run, reader, limit: limit).text(for: medium)
  }

  /// The metrics to draw that the run recorded.
  private func metrics(of run: Run) -> [String] {
    guard let metric else { return run.metrics.keys.sorted() }
    return NameList(metric).names.filter { run.metrics[$0] != nil }
  }

  private func page(of run: Run, _ reader: RegistryReader, limit: Int?) throws -> RunPage {
    let attempts = try reader.attempts(of: run.id)
    let wantsCurves = limit != nil || metric != nil
    return RunPage(
      run: run, environment: attempts.last?.environment ?? RunEnvironment(facts: [:]),
      attempts: attempts, checkpoints: try reader.checkpoints(of: run.id),
      usualSettings: RunConfiguration.usualKeys(of: run.parameters),
      curves: wantsCurves ? try curves(of: run, metrics(of: run), reader, limit) : nil,
      pictures: samples ? try reader.pictures(of: run.id) : nil)
  }

  private func curvePage(of run: Run, _ reader: RegistryReader, limit: Int?) throws -> CurvePage {
    let metrics = metrics(of: run)
    func member(_ run: Run) throws -> CurvePage.Member {
      CurvePage.Member(
        run: run, attempts: try reader.attempts(of: run.id),
        curves: try curves(of: run, metrics.filter { run.metrics[$0] != nil }, reader, limit))
    }
    return CurvePage(
      try member(run), ancestors: try reader.ancestors(of: run).map(member), axis: chart.by)
  }

  /// Curves, one after the other: memory holds the points of one.
  private func curves(
    of run: Run, _ metrics: [String], _ reader: RegistryReader, _ limit: Int?
  ) throws -> [MetricCurve] {
    try metrics.map { metric in
      MetricCurve(
        metric: metric, points: try reader.points(of: run.id, metric: metric), limit: limit)
    }
  }

  private func noteUnrecorded(of run: Run, _ console: Console) {
    guard let metric else { return }
    for name in NameList(metric).names where run.metrics[name] == nil {
      let known = run.metrics.keys.sorted().joined(separator: ", ")
      console.note(
        "\(run.name) recorded no \(name)" + (known.isEmpty ? "" : "; it recorded \(known)"))
    }
  }
}
