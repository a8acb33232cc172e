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

  /// Computes each result from its run's points, and what stops early by the rule that held for it.
  private func checkResults(
    of stored: StoredSweep, _ differences: inout [String]
  ) throws -> (checked: Int, unchecked: Int) {
    let (objective, course) = (stored.planner.file.objective, stored.planner.course)
    var (checked, unchecked) = (0, 0)
    let jobs = course.jobs.values
      .filter { $0.state == .done || $0.state == .stopped }
      .sorted {
        ($0.key.point, $0.key.rung, $0.key.seed) < ($1.key.point, $1.key.rung, $1.key.seed)
      }
    for job in jobs {
      guard let run = job.run, let reached = job.reached else {
        unchecked += 1
        continue
      }
      let points: ObjectiveRecorder.Points
      let rule: MedianRule?
      do {
        points = try stored.reader.metricValues(
          of: run, metrics: objective.metrics, throughEpoch: reached)
        rule =
          course.trials[job.key.point].repeats == nil
          ? try stored.medianRule(
            course, entry: job.entry, seed: job.key.seed, epochs: job.epochs) : nil
      } catch let error as RegistryError where error.kind == .missing {
        // Deleted since.
        unchecked += 1
        continue
      }
      checked += 1
      if let rule {
        let stop = rule.stop(of: points)
        if stop != (job.state == .stopped ? reached : nil) {
          differences.append(
            "point \(job.key.point), seed \(job.key.seed) "
              + (job.state == .stopped ? "stopped at epoch \(reached)" : "went on")
              + ", and by the median it "
              + (stop.map { "stops at epoch \($0)" } ?? "goes on"))
        }
      }
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
