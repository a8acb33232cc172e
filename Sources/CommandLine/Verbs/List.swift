import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs list`: the runs of a registry.
struct List: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List runs, newest first.",
    usage: "gan-runs list [<filter>] [<options>]",
    discussion: """
      Examples:
        gan-runs list "metrics.d_accuracy < 0.6 and params.loss = 'hinge'"
        gan-runs list --sort d_loss --columns id,name,params.loss,'min(d_loss)'

      A column is one of a run's own fields (id, name, experiment, status, created_at, ended_at, \
      epoch, step, images, parent, checkpoints, note, failure, sweep, trial), params.KEY, tags.KEY, a metric's \
      name for its last value, or last, min, max, best, count, nan_count or first_nan_step of a metric, \
      as in min(d_loss).
      """)

  @Argument(help: FilterOptions.help) var filter: String?

  @Option(
    help: ArgumentHelp(
      """
      Order by a column, shown or not: ascending unless :desc \
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

  @Flag(help: "Print ids alone, one a line.")
  var ids = false

  @Flag(help: "Show the list again each second, until Ctrl-C.")
  var watch = false

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
    if ids, columns != nil || output.format != nil {
      throw ValidationError("--ids prints ids alone; leave --columns and formats out.")
    }
    if watch, ids || output.format != nil {
      throw ValidationError("--watch shows a table on a terminal; leave --ids and formats out.")
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
    let filter = try FilterOptions.parse(filter)
    let reader = try registry.reader(console, deleted ? .deleted : .present)
    console.keep(reader)
    guard watch else {
      let page = try page(reader, filter, order, console)
      try console.write(page.text)
      return page.notes.forEach(console.note)
    }
    guard console.output.isTerminal else {
      throw Failure(.usage, "--watch shows a table on a terminal, and standard output is none")
    }
    // Ctrl-C ends the process, as quietly as it ends any other verb.
    try console.follow {
      let page = try page(reader, filter, order, console)
      return page.text + page.notes.map { $0 + "\n" }.joined()
    }
  }

  /// What is printed, and what is said beside it.
  private func page(
    _ reader: RegistryReader, _ filter: RunFilter?, _ order: RunSort, _ console: Console
  ) throws -> (text: String, notes: [String]) {
    let fields = try fields
    let isWhole = output.format == .json || output.format == .ndjson
    let hasCurves = console.output.isTerminal && output.format == nil && columns == nil && !deleted
    let (runs, total) = try reader.runs(
      matching: filter, sortedBy: order, limit: limit == 0 ? nil : limit,
      loading: isWhole ? nil : RunList.read(by: fields + [order.key], hasCurves: hasCurves))
    var list = RunList(
      runs: runs, fields: fields, isChosen: columns != nil, isGrouped: sort == nil && columns == nil
    )
    var notes: [String] = []
    let text: String
    switch output.format {
    case nil where ids: text = runs.map { $0.id.rawValue + "\n" }.joined()
    case nil:
      // The points of many runs would be many.
      if hasCurves, runs.count <= 100 {
        for metric in RunList.curves {
          list.glimpses[metric] = try reader.glimpses(of: runs, metric: metric)
        }
      }
      let table = list.text(for: console.medium)
      text = table.text
      if !table.leftOut.isEmpty {
        notes.append("too narrow for " + table.leftOut.map(\.name).joined(separator: ", "))
      }
    case .json: text = JSONValue.array(list.json).text
    case .ndjson: text = list.json.map { $0.line + "\n" }.joined()
    case .csv: text = list.csv
    }
    // A column with a value, and an order that the first run has a value of, are known.
    var doubted = filter?.fields ?? []
    if columns != nil { doubted += list.emptyFields }
    if let first = runs.first, order.key.text(of: first) == nil { doubted.append(order.key) }
    notes += try reader.notes(onUnheard: doubted)
    if total == 0 {
      notes.append(
        filter != nil
          ? "no run fits the filter"
          : deleted ? "no run is deleted" : "no runs yet; 'gan-runs train' makes one")
    }
    if runs.count < total { notes.append("\(runs.count) of \(total)") }
    return (text, notes)
  }
}
