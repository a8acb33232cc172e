import RunModel
import RunRegistry
import Sweeps

/// A sweep as a registry has it, followed as it changes.
struct StoredSweep {
  let name: String
  let reader: RegistryReader
  private(set) var planner: SweepPlanner

  /// - Throws: `RegistryError` where there is none of that name, `ConfigurationError` where its file is none
  ///   that this version reads.
  init(_ name: String, in reader: RegistryReader) throws {
    self.name = name
    self.reader = reader
    planner = try SweepPlanner(reader.sweep(name))
    try refresh()
  }

  /// Takes in what changed.
  ///
  /// What is open is read again whether it changed or not: a process that is gone changes nothing.
  mutating func refresh() throws {
    let course = planner.course
    let open = course.open.compactMap { course.jobs[$0]?.revision }.min()
    let known = min(course.revision, open.map { $0 - 1 } ?? course.revision)
    // In this order: each job's trial is there before it.
    let jobs = try reader.jobs(of: name, after: max(known, 0))
    let trials = try reader.trials(of: name, from: course.trials.count)
    try planner.take(reader.sweep(name), trials: trials, jobs: jobs)
  }

  var standing: SweepStanding { planner.standing() }

  /// What ends a job early under the median rule; `nil` where nothing does.
  ///
  /// - Parameters:
  ///   - course: what the job was decided by.
  ///   - entry: the job's; `nil` for a run that confirms, which nothing stops.
  /// - Throws: `RegistryError` `.missing` where a run that it asks for was deleted.
  func medianRule(
    _ course: Course, entry: Int?, seed: Int, epochs: Int
  ) throws -> MedianRule? {
    guard case .median(let warmup, let startup) = planner.file.stopping, let entry else {
      return nil
    }
    let objective = planner.file.objective
    let runs = course.complete(before: entry).compactMap { point in
      course.jobs[Job.Key(point: point, seed: seed, rung: 0)]?.run
    }
    return MedianRule(
      objective, warmup: warmup, startup: startup,
      points: try runs.map {
        try reader.metricValues(of: $0, metrics: objective.metrics, throughEpoch: epochs)
      })
  }
}
