import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs restore`: takes back the deletion of runs.
struct Restore: Verb {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Take back the deletion of runs.",
    usage: "gan-runs restore <run> … [<options>]",
    discussion: """
      Examples:
        gan-runs restore ring
        gan-runs restore latest

      References mean deleted runs here: latest is the newest of them. They are listed by \
      'gan-runs list --deleted' until 'gan-runs gc' removes them, 7 days after their deletion.
      """)

  @Argument(help: RunReference.severalHelp, completion: RunCompletion.deletedRuns) var runs:
    [String]

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let ids = try registry.reader(console, .deleted).distinctRuns(runs).map(\.id)
    try registry.withWriter(console) { try $0.restore(ids) }
    let reader = try registry.reader(console)
    let list = RunList(runs: try ids.map { try reader.run($0.rawValue) })
    try console.printRecords(output.format, json: list.json, csv: list.csv, table: "")
    for run in list.runs { console.note("restored \(run.name) (\(run.id))") }
  }
}
