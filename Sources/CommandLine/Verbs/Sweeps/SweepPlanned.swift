import ArgumentParser
import Reports
import RunModel
import RunRegistry
import Sweeps

/// `gan-runs sweep plan`.
struct SweepPlanned: Verb {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "List a sweep's jobs, for a scheduler of your own.",
    usage: "gan-runs sweep plan <sweep or file> [<options>]",
    discussion: """
      Examples:
        gan-runs sweep plan my-sweep.yaml --json
        gan-runs sweep plan my-sweep --next

      Lists what was begun and what may begin now; --next leaves the first out. Where points depend on \
      results, what comes after those is not known yet: a round ends there.
      """)

  @Argument(
    help: ArgumentHelp(
      "A stored sweep's name, its file, or the name of a built-in sweep.",
      valueName: "sweep or file"), completion: RunCompletion.sweeps)
  var sweep: String

  @Flag(help: "Only what may begin now.")
  var next = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let planner = try planner(console)
    let begun = next ? [] : planner.begunJobs
    let jobs = PlannedJobs(begun + (try planner.pendingJobs()))
    try console.printRecords(
      output.format, json: jobs.json, csv: jobs.csv, table: jobs.text(for: console.medium))
  }

  private func planner(_ console: Console) throws -> SweepPlanner {
    let reader = try? registry.reader(console)
    if let reader, (try? reader.sweep(sweep)) != nil {
      return try StoredSweep(sweep, in: reader).planner
    }
    let source = try SweepSource(sweep)
    // A file that is stored goes on from what is there.
    if let reader, let stored = try? reader.sweep(source.file.name) {
      guard stored.digest == source.file.digest else {
        throw Failure(
          .invalid,
          "sweep \(source.file.name) is stored with another content than \(sweep); give the file another name"
        )
      }
      return try StoredSweep(source.file.name, in: reader).planner
    }
    return try SweepPlanner(source.begin(at: console.now()), source.file)
  }
}

extension SweepPlanner {
  /// Jobs that have ended or are trained.
  fileprivate var begunJobs: [PlannedJob] {
    course.jobs.values.filter { $0.state.isEnd || $0.state == .running && !$0.isAbandoned }
      .sorted { ($0.entry ?? .max, $0.key.seed) < ($1.entry ?? .max, $1.key.seed) }
      .compactMap { job in
        guard job.key.point < course.trials.count else { return nil }
        return PlannedJob(
          trial: course.trials[job.key.point], seed: job.key.seed, rung: job.key.rung,
          epochs: job.epochs, entry: job.entry, state: job.state.rawValue)
      }
  }

  /// Jobs that may begin now.
  func pendingJobs(limit: Int = .max) throws -> [PlannedJob] {
    try pending(limit: limit).map {
      PlannedJob(
        trial: $0.trial, seed: $0.key.seed, rung: $0.key.rung, epochs: $0.epochs, entry: $0.entry,
        state: Job.State.waiting.rawValue)
    }
  }
}

extension Foresight {
  /// What is known of a sweep that is not stored.
  init(of sweep: Sweep, _ file: SweepFile) throws {
    let planner = try SweepPlanner(sweep, file)
    self.init(
      name: sweep.name, points: sweep.extents[0].points, epochs: planner.costBounds,
      jobs: try planner.pendingJobs(limit: 10))
  }
}
