import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs tree`: a run among those that it goes back to and that go back to it.
struct Tree: Verb {
  static let configuration = CommandConfiguration(
    commandName: "tree",
    abstract: "Show where a run comes from, and what was forked from it.",
    usage: "gan-runs tree <run> [<options>]",
    discussion: """
      Examples:
        gan-runs tree latest
        gan-runs tree ring --json

      Each run stands below the one it was forked from, with the step that it went on from and those \
      at which it was resumed.
      """)

  @Argument(help: RunReference.help, completion: RunCompletion.runs) var run: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    let run = try reader.run(run)
    let runs = try reader.lineage(of: run.id)
    let lineage = Lineage(
      runs, attempts: try runs.map { try reader.attempts(of: $0.id) }, chosen: run.id)
    try console.printRecords(
      output.format, json: lineage.json, csv: lineage.csv, table: lineage.text(for: console.medium))
  }
}
