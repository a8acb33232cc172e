import ArgumentParser
import Reports
import RunModel
import RunRegistry
import Sweeps

/// How many processes work on a sweep, and with how many threads each.
struct WorkerOptions: ParsableArguments {
  @Option(
    name: [.customShort("j"), .long],
    help: ArgumentHelp("Processes that train at the same time.", valueName: "n"))
  var jobs = 1

  @Option(
    help: ArgumentHelp(
      "Threads of each; never part of the result.", valueName: "n"))
  var threads = 1

  func validate() throws {
    if jobs < 1 || jobs > 1024 {
      throw ValidationError("--jobs needs a number from 1 to 1024.")
    }
    if threads < 1 { throw ValidationError("--threads needs a number from 1 up.") }
  }
}

/// A sweep that processes of this call work on, until it is over or they are told to stop.
struct SweepRunning {
  let path: String
  let options: WorkerOptions
  let format: OutputOptions.Format?
  let console: Console

  /// Works on a stored sweep.
  ///
  /// - Throws: `Failure` with the status that the call ends with, where that is not 0.
  func run(_ name: String) throws {
    let stop = StopRequest(
      answer: "the workers end their steps and store checkpoints; once more to leave them to it"
    ) { console.note($0) }
    let failure = try work(on: name, until: stop)
    // The last worker could not move everything into the one file while this call was reading it; where
    // others keep the registry busy, it is theirs to do.
    try? RegistryWriter(path: path, patience: trainingPatience).close()
    let stored = try StoredSweep(name, in: RegistryReader(path: path))
    let standing = stored.standing
    try console.printSweep(standing, format)
    try explain(standing, stored.planner, failure, stop)
  }

  /// Starts workers, and tells what they do, until all have ended.
  ///
  /// - Returns: the status of one that ended with an error; `nil` where none did.
  private func work(on name: String, until stop: StopRequest) throws -> ProcessStatus? {
    var stored = try StoredSweep(name, in: RegistryReader(path: path))
    let planner = stored.planner
    if options.jobs > planner.file.window, planner.course.dependsOnResults {
      console.note(
        "at most \(planner.file.window) of \(options.jobs) workers have something to do: the file's window "
          + "lets no more jobs be under way")
    }
    var seen = Set(endedJobs(stored).map(\.key))
    let workers = WorkerProcesses(
      [
        "sweep", "work", name, "--db", path, "--threads", String(options.threads),
        "--started-by-run",
      ]
        + (console.isQuiet ? ["--quiet"] : []))
    // Where this call can't go on, those that it has started end at checkpoints.
    defer { workers.stop() }
    for _ in 0..<options.jobs { try workers.start() }
    while !workers.isEmpty {
      if stop.isMade { workers.stop() }
      console.pause(50)
      try stored.refresh()
      let ended = endedJobs(stored).filter { seen.insert($0.key).inserted }
      for job in ended { console.note(line(of: job, in: stored)) }
      try workers.look(hasProgressed: !ended.isEmpty)
    }
    return workers.failure
  }

  /// Says what is left, and how to go on.
  private func explain(
    _ standing: SweepStanding, _ planner: SweepPlanner, _ failure: ProcessStatus?,
    _ stop: StopRequest
  ) throws {
    let name = shellWord(standing.name)
    let remedy = "'gan-runs sweep resume \(name)' carries it on"
    if stop.isMade { throw Failure(stop.status, "stopped; \(remedy)") }
    if standing.state == .failed {
      throw Failure(
        .failed,
        "\(counted(planner.sweep.failuresInRow, "job")) failed in a row, so nothing more is begun; 'gan-runs "
          + "sweep status \(name) --json' says why, and when it is mended 'gan-runs sweep resume "
          + "\(name)' goes on with the points that are left")
    }
    if let failure { throw Failure(failure, "a worker ended early; \(remedy)") }
    switch standing.state {
    case .finished: break
    case .stopped: throw Failure(.failed, "somebody stopped sweep \(standing.name); \(remedy)")
    default: console.note("not over yet; \(remedy)")
    }
  }

  private func endedJobs(_ stored: StoredSweep) -> [Job] {
    stored.planner.course.jobs.values.filter(\.state.isEnd)
      .sorted { $0.revision < $1.revision }
  }

  private func line(of job: Job, in stored: StoredSweep) -> String {
    var line = "point \(job.key.point)"
    if stored.planner.file.seeds > 1 || job.entry == nil { line += ", seed \(job.key.seed)" }
    line += ", epoch \(job.reached ?? 0): "
    switch job.state {
    case .done: line += job.value?.shortestText ?? "no finite value"
    case .stopped: line += "\(job.value?.shortestText ?? "no finite value"), stopped early"
    default: line += job.state.rawValue
    }
    let ended = endedJobs(stored).count
    let points = stored.planner.sweep.extents.last?.points ?? 0
    return line + "  (\(counted(ended, "job")) done, \(counted(points, "point")) in all)"
  }
}

extension Console {
  /// Prints how a sweep stands.
  func printSweep(_ sweep: SweepStanding, _ format: OutputOptions.Format?) throws {
    let table = SweepTable(sweep)
    try printRecord(
      format, json: sweepJSON(sweep), csv: table.csv, page: table.text(for: medium))
  }
}
