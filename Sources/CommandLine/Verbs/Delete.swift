import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs delete`: hides runs until a collection removes them.
struct Delete: Verb {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete runs; for 7 days they can be restored.",
    usage: "gan-runs delete <run> … [<options>]",
    discussion: """
      Examples:
        gan-runs delete ring --dry-run
        gan-runs delete latest latest~1 --yes

      No list, name or export holds a deleted run; 'gan-runs list --deleted' does, and \
      'gan-runs restore' takes it back. After 7 days 'gan-runs gc' removes it and gives its space \
      back. A run in training is refused; children of a deleted run stay.
      """)

  @Argument(help: RunReference.severalHelp, completion: RunCompletion.runs) var runs: [String]

  @Flag(help: "Delete nothing; say what would go.") var dryRun = false

  @Flag(name: .shortAndLong, help: "Don't ask. (On a terminal this verb asks first.)")
  var yes = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    let chosen = try reader.distinctRuns(runs)
    let ids = chosen.map(\.id)
    let garbage = try reader.garbage(deleting: ids)
    let checkpoints = chosen.reduce(0) { $0 + $1.checkpoints }
    let what =
      chosen.map { "\($0.name) (\($0.id))" }.joined(separator: ", ")
      + ": \(chosen.count) run\(chosen.count == 1 ? "" : "s"), \(checkpoints) "
      + "checkpoint\(checkpoints == 1 ? "" : "s"), \(byteText(garbage.bytesFreed)) that nothing else holds"
    if !dryRun {
      if !yes { try askWhether(what, on: console) }
      try registry.withWriter(console) { try $0.delete(ids) }
    }
    let printed =
      try dryRun ? chosen : ids.map { try registry.reader(console, .deleted).run($0.rawValue) }
    let list = RunList(runs: printed)
    try console.printRecords(output.format, json: list.json, csv: list.csv, table: "")
    console.note(
      dryRun
        ? "would delete \(what)"
        : "deleted \(what); 'gan-runs restore \(ids[0])' takes \(ids.count == 1 ? "it" : "the first") back "
          + "within 7 days")
  }

  /// - Throws: `Failure` where a person says no, or could not be asked.
  private func askWhether(_ what: String, on console: Console) throws {
    switch console.confirm("Delete \(what)?") {
    case true?: break
    case false?: throw Failure(.failed, "nothing was deleted")
    case nil:
      throw Failure(
        .usage,
        "delete asks first, and can't ask here: standard input or standard error is no terminal; add --yes"
      )
    }
  }
}
