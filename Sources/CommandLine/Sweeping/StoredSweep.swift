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
}
