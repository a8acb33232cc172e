import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs list`: the runs of a registry.
struct List: Verb {
  static let configuration = CommandConfiguration(
    abstract: "List runs, newest first.",
    usage: "gan-runs list [<options>]",
    discussion: """
      Examples:
        gan-runs list --sort d_loss --limit 5
        gan-runs list --columns id,name,params.loss,'min(d_loss)'

      A column is one of a run's own fields (id, name, experiment, status, created_at, ended_at, \
      epoch, step, images, parent, checkpoints, note, failure), params.KEY, tags.KEY, a metric's \
      name for its last value, or last, min, max, count, nan_count or first_nan_step of a metric, \
      as in min(d_loss).
      """)

  @Option(
    help: ArgumentHelp(
      """
      Order by a field, params.KEY, tags.KEY or a metric's last value: ascending unless :desc \
      follows. NaN, then missing values come last.
      """,
      valueName: "key[:asc|desc]"))
  var sort: String?

  @Option(
    help: ArgumentHelp(
      "The columns of the table or CSV, separated by commas.", valueName: "column,…"))
  var columns: String?

  @Option(
    name: [.customShort("L"), .long],
    help: ArgumentHelp("How many runs to list at most; 0 lists all.", valueName: "n"))
  var limit = 20

  @Flag(help: "List the runs that were deleted and can be restored, instead of the others.")
  var deleted = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit is a number of runs: 0 or more.") }
    if columns != nil, output.format == .json || output.format == .ndjson {
      throw ValidationError("--columns shapes tables and CSV; a JSON run object is always whole.")
    }
    _ = try fields
  }

  private var fields: [RunField] {
    get throws {
      guard let columns else {
        return RunList.usualFields + (deleted ? [.own(.deletedAt)] : [])
      }
      return try NameList(columns).names.map { name in
        guard let field = RunField(name) else {
          throw ValidationError("'\(name)' is no column; 'gan-runs list --help' names them.")
        }
        return field
      }
    }
  }

  func run(_ console: Console) throws {
    let order = try sort.map(RunSort.init(parsing:)) ?? .newestFirst
    let (runs, total) = try registry.reader(console, deleted ? .deleted : .present)
      .runs(sortedBy: order, limit: limit == 0 ? nil : limit)
    let list = RunList(runs: runs, fields: try fields)
    try console.printRecords(
      output.format, json: list.json, csv: list.csv, table: list.text(for: console.medium))
    if columns != nil, !runs.isEmpty {
      for field in list.unknownFields { console.note("no run listed has \(field.name)") }
    }
    // Runs without the value stand last: where the first has none, no run has.
    if let first = runs.first, !order.isKnown(of: first), let sort {
      console.note("no run has a value of \(sort) to sort by")
    }
    if total == 0 {
      console.note(deleted ? "no run is deleted" : "no runs yet; 'gan-runs train' makes one")
    }
    if runs.count < total { console.note("\(runs.count) of \(total)") }
  }
}

extension RunSort {
  /// Whether a run has a value of the key.
  fileprivate func isKnown(of run: Run) -> Bool {
    switch key {
    case .field: true
    case .metric(let name): run.metrics[name] != nil
    case .parameter(let name): run.parameters[name] != nil
    case .tag(let name): run.tags[name] != nil
    }
  }
}
