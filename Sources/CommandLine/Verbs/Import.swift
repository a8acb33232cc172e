import ArgumentParser
import Exchange
import Reports
import RunModel
import RunRegistry
import Synchronization

/// `gan-runs import`: runs from elsewhere.
struct Import: Verb {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Import runs of another registry, of MLflow, TensorBoard or a CSV file.",
    usage: "gan-runs import <file> [<options>]",
    discussion: """
      Examples:
        gan-runs import shard-2.db
        gan-runs import logs/ --ndjson

      What kind of file it is is told from its content: a gan-runs registry, MLflow's database \
      (mlflow.db), event files of TensorBoard or a folder of them, CSV as 'export' writes it. It is only \
      read. Runs keep their ids, or get ones that follow from where they come from: importing twice adds \
      nothing, and what has grown since is added (docs/import.md).
      """)

  @Argument(help: "The file or folder.") var file: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let path = registry.path(console)
    let source = try ImportSource(file, into: path, clock: console.now)
    let writer = try RegistryWriter(
      path: path, clock: console.now, diskPatience: DiskPatience(attempts: 0))
    let outcomes = Mutex<[ImportOutcome]>([])
    let imported = Result {
      try source.importRuns(into: writer) { outcome in outcomes.withLock { $0.append(outcome) } }
    }
    let closed = Result { try writer.close() }
    let done = outcomes.withLock { $0 }
    // What was stored is told even where the rest could not be.
    try printOutcomes(done, on: console)
    try imported.get()
    try closed.get()
    if done.contains(where: { $0.change == .parted }) {
      throw Failure(
        .failed,
        "runs that are marked parted hold what \(file) lacks and lack what it holds; they stay as they are, "
          + "and 'gan-runs import \(file) --db other.db' has the others")
    }
  }

  private func printOutcomes(_ outcomes: [ImportOutcome], on console: Console) throws {
    for outcome in outcomes {
      for notice in outcome.notices { console.note("\(outcome.name) (\(outcome.id)): \(notice)") }
    }
    let list = ImportList(outcomes)
    try console.printRecords(
      output.format, json: list.json, csv: list.csv, table: list.table.text(for: console.medium))
    console.note(list.summary(of: file))
  }
}
