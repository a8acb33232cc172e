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
    usage: "gan-runs import <file>… [<options>]",
    discussion: """
      Examples:
        gan-runs import shards/*.db
        gan-runs import logs/ --ndjson

      What kind of file it is is told from its content: a gan-runs registry, MLflow's database \
      (mlflow.db), event files of TensorBoard or a folder of them, CSV as 'export' writes it. It is only \
      read. Runs keep their ids, or get ones that follow from where they come from: importing twice adds \
      nothing, and what has grown since is added (docs/import.md). Sweeps of registries are joined.
      """)

  @Argument(help: ArgumentHelp("The files or folders.", valueName: "file")) var files: [String]

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let path = registry.path(console)
    // What is none is refused before anything is stored.
    let sources = try files.map { try ImportSource($0, into: path, clock: console.now) }
    let writer = try RegistryWriter(
      path: path, clock: console.now, diskPatience: DiskPatience(attempts: 0))
    let outcomes = Mutex<[(file: String, runs: [ImportOutcome], sweeps: [SweepOutcome])]>([])
    let imported = Result {
      for (file, source) in zip(files, sources) {
        outcomes.withLock { $0.append((file, [], [])) }
        try source.importRuns(into: writer) { outcome in
          outcomes.withLock { $0[$0.count - 1].runs.append(outcome) }
        } eachSweep: { outcome in
          outcomes.withLock { $0[$0.count - 1].sweeps.append(outcome) }
        }
      }
    }
    let closed = Result { try writer.close() }
    let done = outcomes.withLock { $0 }
    // What was stored is told even where the rest could not be.
    let list = ImportList(done.flatMap(\.runs))
    for outcome in done.flatMap(\.runs) {
      for notice in outcome.notices { console.note("\(outcome.name) (\(outcome.id)): \(notice)") }
    }
    try console.printRecords(
      output.format, json: list.json, csv: list.csv, table: list.table.text(for: console.medium))
    for (file, runs, sweeps) in done {
      console.note(ImportList(runs).summary(of: file))
      for sweep in sweeps { console.note(ImportList.summary(of: sweep)) }
    }
    try imported.get()
    try closed.get()
    if let (file, _, _) = done.first(where: { $0.runs.contains { $0.change == .parted } }) {
      throw Failure(
        .failed,
        "runs that are marked parted hold what \(file) lacks and lack what it holds; they stay as they are, "
          + "and 'gan-runs import \(file) --db other.db' has the others")
    }
  }
}
