import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs checkpoints list`: a run's checkpoints.
struct CheckpointsList: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List a run's checkpoints, oldest first.",
    usage: "gan-runs checkpoints list <run> [<options>]",
    discussion: """
      Examples:
        gan-runs checkpoints list ring
        gan-runs checkpoints list latest --json

      Stored bytes count what a checkpoint shares with others whole.
      """)

  @Argument(help: RunReference.help, completion: RunCompletion.runs) var run: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    let run = try reader.run(run)
    let list = CheckpointList(try reader.checkpoints(of: run.id))
    try console.printRecords(
      output.format, json: list.json, csv: list.csv, table: list.text(for: console.medium))
    if list.checkpoints.isEmpty { console.note("\(run.name) (\(run.id)) has no checkpoints") }
  }
}
