import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs doctor`: how the program and the registry stand.
struct Doctor: Verb {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say how the program and the registry stand, and what to mend.",
    usage: "gan-runs doctor [<options>]",
    discussion: """
      Examples:
        gan-runs doctor
        gan-runs doctor --json

      Looks at versions, the file, its disk and the states of runs, never at the
      content: 'gan-runs verify' does that. Works without a registry too.
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    var report = HealthReport(program: ProgramFacts.all, registry: nil, advice: [])
    if LinkedSQLite.hasWALResetBug() { report.advice.append(Self.walReset) }
    let health = Result { try registry.reader(console).health() }
    if case .success(let health) = health {
      report.registry = Self.facts(of: health)
      report.advice += Self.advice(on: health)
    }
    try console.printRecord(
      output.format, json: report.json, csv: report.csv, page: report.text(for: console.medium))
    do { _ = try health.get() } catch let error as RegistryError where error.kind == .missing {
      console.note(error.description)
    }
  }

  private static let walReset = """
    SQLite \(LinkedSQLite.version) has the WAL-reset bug, which can lose a commit that one connection makes \
    while another moves the WAL into the file. It can't strike between gan-runs processes: each commits and \
    moves the WAL under a lock file, and readers do neither. Don't write to the registry with another \
    program while a run trains.
    """

  private static func facts(of health: RegistryHealth) -> [HealthReport.Fact] {
    let runs = RunStatus.allCases.filter { (health.runs[$0] ?? 0) > 0 }
    return [
      HealthReport.Fact("schema_version", health.schemaVersion),
      HealthReport.Fact("page_size", bytes: health.pageSize),
      HealthReport.Fact("incremental_vacuum", health.hasIncrementalVacuum),
      HealthReport.Fact("bytes", bytes: health.bytes),
      HealthReport.Fact("free_bytes", bytes: health.freeBytes),
      HealthReport.Fact("loose_bytes", bytes: health.looseBytes),
      HealthReport.Fact("wal_bytes", bytes: health.walBytes),
      HealthReport.Fact("lock", health.lock.rawValue),
      HealthReport.Fact("writable", health.isWritable),
      HealthReport.Fact("file_system", health.fileSystem),
      HealthReport.Fact("disk_free_bytes", bytes: health.diskBytes),
      HealthReport.Fact(
        "runs", .object(runs.map { ($0.rawValue, .integer(health.runs[$0])) }),
        text: runs.isEmpty
          ? "none" : runs.map { "\(health.runs[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", ")),
      HealthReport.Fact("deleted_runs", health.deleted),
    ]
  }

  /// What should be done about the registry, each with how.
  private static func advice(on health: RegistryHealth) -> [String] {
    var advice: [String] = []
    if health.schemaVersion < health.knownVersion {
      advice.append(
        "The schema has version \(health.schemaVersion), and this program knows "
          + "\(health.knownVersion): the next call that writes brings it up to date; gan-runs of older "
          + "versions can't read it from then on.")
    }
    if health.walBytes > 0 && health.runs[.running] == nil {
      advice.append(
        "\(byteText(health.walBytes)) wait in the file that ends in -wal, after a crash or while another "
          + "process has the registry open: keep it with the registry; the next call that writes moves it in."
      )
    }
    if !health.isWritable {
      advice.append(
        "This user can't write the registry or its folder: reading works, training into it does not."
      )
    }
    for run in health.crashed.prefix(5) {
      advice.append("Run \(run) crashed: 'gan-runs resume \(run)' carries it on.")
    }
    if health.crashed.count > 5 {
      advice.append(
        "\(health.crashed.count - 5) more runs crashed: see 'gan-runs list --sort status'.")
    }
    if health.looseBytes + health.freeBytes > health.bytes / 3, health.bytes > 16 << 20 {
      advice.append(
        "\(byteText(health.looseBytes + health.freeBytes)) of the file hold nothing that is needed: "
          + "'gan-runs gc' gives them back.")
    }
    if health.diskBytes < 1 << 30 {
      advice.append(
        "The disk has \(byteText(health.diskBytes)) left: free some, or a save may have to wait.")
    }
    return advice
  }
}
