import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs export`: every metric point.
struct Export: Verb {
  static let configuration = CommandConfiguration(
    abstract: "Export every metric point as CSV or JSON.",
    usage: "gan-runs export [<run> ...] [<options>]",
    discussion: """
      Examples:
        gan-runs export ring -o ring.csv
        gan-runs export --wide --ndjson | head

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
    name: .shortAndLong,
    help: ArgumentHelp("Write to this file, replaced whole at the end.", valueName: "file"))
  var output: String?

  @OptionGroup var format: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    let chosen = try chosenRuns(reader)
    let export = PointExport(
      reader: reader, runs: chosen, attempts: attempts == .all ? .all : .visible,
      format: format.format ?? .csv)
    try console.withOutput(to: output, registry: reader.path) { buffer in
      try wide ? export.writeWide(to: buffer) : export.writeLong(to: buffer)
    }
    if let output, output != "-" { console.note("wrote \(output)") }
  }

  /// The runs to export, oldest first, each once.
  private func chosenRuns(_ reader: RegistryReader) throws -> [Run] {
    guard !runs.isEmpty else {
      return try reader.runs(sortedBy: RunSort(key: .field(.createdAt)), limit: nil).runs
    }
    var found: [RunID: Run] = [:]
    for reference in runs {
      let run = try reader.run(reference)
      found[run.id] = run
    }
    return found.values.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
  }
}
