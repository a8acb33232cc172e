import ArgumentParser
import Reports
import RunModel
import RunRegistry
import Sweeps

/// `gan-runs sweep export`.
struct SweepExport: Verb {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a sweep's points as CSV.",
    usage: "gan-runs sweep export <sweep> [<options>]",
    discussion: """
      Examples:
        gan-runs sweep export ring-lr -o ring-lr.csv
        gan-runs sweep export ring-lr --json
      """)

  @Argument(help: SweepVerbs.help, completion: RunCompletion.sweeps) var sweep: String

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Write to a file, whole or not at all.", valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup var format: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let standing = try StoredSweep(sweep, in: registry.reader(console)).standing
    let text =
      switch format.format {
      case .json: sweepJSON(standing).text
      case .ndjson: standing.trials.map { trialJSON($0).line + "\n" }.joined()
      case .csv, nil: SweepTable(standing).csv
      }
    try console.withOutput(to: output, registry: registry.path(console)) { try $0.write(text) }
  }
}
