import ArgumentParser
import Reports
import RunModel
import RunRegistry
import Sweeps

/// `gan-runs sweep verify`.
struct SweepVerify: Verb {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Decide a sweep anew from its results, and compare.",
    usage: "gan-runs sweep verify <sweep> [<options>]",
    discussion: """
      Examples:
        gan-runs sweep verify ring-lr
        gan-runs sweep verify ring-lr --json

      Every point is suggested once more, every promotion decided once more, and each result computed \
      from the metric points that its run has recorded. What is stored stays as it is.
      """)

  @Argument(help: SweepVerbs.help, completion: RunCompletion.sweeps) var sweep: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let stored = try StoredSweep(sweep, in: registry.reader(console))
    var differences = try stored.planner.replay()
    let (results, unchecked) = try checkResults(of: stored, &differences)
    let course = stored.planner.course
    let counts = Counts([
      ("points", course.trials.count), ("entries", course.entries.count), ("results", results),
      ("results_without_a_run", unchecked), ("differences", differences.count),
    ])
    for difference in differences { console.say(difference) }
    try console.printRecord(
      output.format, json: counts.json, csv: counts.csv, page: counts.text(for: console.medium))
    guard differences.isEmpty else {
      throw Failure(
        .invalid,
        "sweep \(sweep) is not what its file and results come to: another program changed the registry, or "
          + "another version or machine computed it")
    }
  }

  /// Computes each result from its run's points.
  private func checkResults(
    of stored: StoredSweep, _ differences: inout [String]
  ) throws -> (checked: Int, unchecked: Int) {
    let objective = stored.planner.file.objective
    var (checked, unchecked) = (0, 0)
    let jobs = stored.planner.course.jobs.values
      .filter { $0.state == .done || $0.state == .stopped }
      .sorted {
        ($0.key.point, $0.key.rung, $0.key.seed) < ($1.key.point, $1.key.rung, $1.key.seed)
      }
    for job in jobs {
      guard let run = job.run, let reached = job.reached,
        let points = try? stored.reader.metricValues(
          of: run, metrics: objective.metrics, throughEpoch: reached)
      else {
        unchecked += 1
        continue
      }
      checked += 1
      let value = objective.value(of: points, through: reached)
      if value?.bitPattern != job.value?.bitPattern {
        differences.append(
          "point \(job.key.point), seed \(job.key.seed), epoch \(reached) has "
            + "\(job.value?.shortestText ?? "no value"), and the points of run \(run) come to "
            + (value?.shortestText ?? "none"))
      }
    }
    return (checked, unchecked)
  }
}
