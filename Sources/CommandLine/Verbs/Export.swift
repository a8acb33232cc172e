import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs export`: every metric point.
struct Export: Verb {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Export every metric point as CSV or JSON.",
    usage: "gan-runs export [<run> ...] [<options>]",
    discussion: """
      Examples:
        gan-runs export ring -o ring.csv
        gan-runs export --wide --metrics d_loss,g_loss --since 6h

      Without a run, all runs are exported, oldest first. Nothing is thinned out, and each step \
      stands once: what a resumed run left behind is left out unless --attempts all asks for it.
      """)

  /// Which attempts' points are exported.
  enum Attempts: String, CaseIterable, ExpressibleByArgument {
    case visible, all
  }

  @Argument(help: RunReference.severalHelp, completion: RunCompletion.runs) var runs: [String] = []

  @Flag(help: "One line a step and one column a metric, rather than one line a point.")
  var wide = false

  @Option(
    help: ArgumentHelp(
      "Also the points that a resume left behind: visible or all.", valueName: "which"))
  var attempts = Attempts.visible

  @Option(
    help: ArgumentHelp(
      "Export these metrics only, separated by commas.", valueName: "metric,…"))
  var metrics: String?

  @Option(
    help: ArgumentHelp(
      "Only points measured since then: a time such as 2026-11-24T15:30:00Z, a date, or how long ago, such "
        + "as 90s, 30m, 6h or 7d.", valueName: "time"))
  var since: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to this file, replaced whole at the end.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Write TensorBoard's event files beneath this folder instead, a folder an attempt, sample grids among "
        + "them; their numbers are float32.", valueName: "folder"))
  var tensorboard: String?

  @OptionGroup var choice: FilterOptions
  @OptionGroup var format: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if tensorboard != nil, output != nil || wide || format.format != nil {
      throw ValidationError(
        "--tensorboard writes files of its own kind; drop -o, --wide, --json, --ndjson and --csv.")
    }
  }

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    let chosen = try chosenRuns(reader, console)
    let names = metrics.map { NameList($0).names }
    let selection = PointSelection(
      // Without a choice nothing is looked up by its id.
      runs: runs.isEmpty && choice.filter == nil ? nil : chosen.map(\.id),
      attempts: attempts == .all ? .all : .visible, metrics: names,
      since: try since.map { try moment($0, now: console.now()) })
    let export = PointExport(
      reader: reader, runs: Dictionary(uniqueKeysWithValues: chosen.map { ($0.id, $0) }),
      selection: selection, format: format.format ?? .csv)
    for name in names ?? [] where try !export.has(name) {
      console.note("no chosen run has a metric \(name)")
    }
    if let tensorboard {
      let events = EventExport(reader: reader, runs: chosen, selection: selection)
      let counts = try events.write(to: tensorboard)
      return console.note(
        "wrote \(counts.points) points and \(counts.pictures) pictures into \(counts.files) event files "
          + "beneath \(tensorboard); "
          + "\(counts.rounded) were rounded to float32, which is all that they hold")
    }
    try console.withOutput(to: output, registry: reader.path) { buffer in
      try wide ? export.writeWide(to: buffer) : export.writeLong(to: buffer)
    }
    if let output, output != "-" { console.note("wrote \(output)") }
  }

  /// The moment that `--since` names.
  private func moment(_ text: String, now: Timestamp) throws -> Timestamp {
    if let time = Timestamp(parsing: text) { return time }
    if let unit = text.last.flatMap({ Timestamp.units[$0] }), let count = Int64(text.dropLast()),
      (0...100_000_000).contains(count),
      case let past = Double(count) * unit,
      past <= Double(Timestamp.storable.upperBound.microseconds)
    {
      return Timestamp(microseconds: now.microseconds - Int64(past))
    }
    throw Failure(
      .usage,
      "--since takes a time such as 2026-11-24T15:30:00Z, a date, or how long ago, such as 6h, and '\(text)' "
        + "is none")
  }

  /// The runs to export, oldest first, each once.
  private func chosenRuns(_ reader: RegistryReader, _ console: Console) throws -> [Run] {
    let filter = try choice.parse()
    if filter == nil, !runs.isEmpty {
      var seen: Set<RunID> = []
      return try runs.map { try reader.run($0) }.filter { seen.insert($0.id).inserted }
        .sorted { ($0.createdAt, $0.id.rawValue) < ($1.createdAt, $1.id.rawValue) }
    }
    let fitting = try reader.runs(matching: filter, sortedBy: RunSort(key: .own(.createdAt))).runs
    if let filter { try reader.notes(onUnheard: filter.fields).forEach(console.note) }
    guard !runs.isEmpty else { return fitting }
    let named = Set(try runs.map { try reader.run($0).id })
    return fitting.filter { named.contains($0.id) }
  }
}
