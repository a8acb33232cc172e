import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs compare`: several runs side by side.
struct Compare: Verb {
  static let configuration = CommandConfiguration(
    abstract: "Compare runs: what differs between them, and what they came to.",
    usage: "gan-runs compare <run> <run> ... [<options>]",
    discussion: """
      Examples:
        gan-runs compare latest~1 latest
        gan-runs compare mlp mlp-minimax --metrics d_loss,g_loss --json

      The first run is the one the others are compared with. A run parts from it at the first step \
      that both recorded and where a metric differs; metrics that measure time are left out.
      """)

  @Argument(help: RunReference.severalHelp) var runs: [String] = []

  @Flag(help: "Show equal settings and facts too.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "Show these metrics only, separated by commas.", valueName: "metric,…"))
  var metrics: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if runs.count < 2 { throw ValidationError("Name two runs or more to compare.") }
  }

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    var found: [Run] = []
    for reference in runs {
      let run = try reader.run(reference)
      if !found.contains(where: { $0.id == run.id }) { found.append(run) }
    }
    guard found.count > 1 else {
      throw Failure(.usage, "\(runs.joined(separator: " and ")) are the same run, \(found[0].id)")
    }
    let chosen = metrics.map(NameList.init)?.names
    let comparison = try Comparison(
      found, environments: found.map { try reader.environment(of: $0.id) }, all: all,
      metrics: chosen
    ) { run, metric in try reader.points(of: run.id, metric: metric) }
    try console.printRecord(
      output.format, json: comparison.json, csv: comparison.csv,
      page: comparison.text(for: console.medium))
    for name in chosen ?? [] where !comparison.metrics.contains(name) {
      console.note("none of the runs recorded \(name)")
    }
  }
}
