import ArgumentParser
import Configuration
import Reports
import RunModel
import RunRegistry

/// `gan-runs checkpoints prune`: drops checkpoints that a run's settings do not keep.
struct CheckpointsPrune: Verb {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Drop checkpoints that the settings do not keep, and print those that stay.",
    usage: "gan-runs checkpoints prune <run> … [<options>]",
    discussion: """
      Examples:
        gan-runs checkpoints prune ring --keep-last 1 --dry-run
        gan-runs checkpoints prune ring fashion

      Kept are the newest, the ends of every so many epochs, the best and the pinned, by the run's \
      own settings under checkpoint, as training keeps them. The newest that is whole stays \
      whatever they say, and so does what other runs hold. What a resume left behind goes. The \
      file shrinks at once.
      """)

  @Argument(help: RunReference.severalHelp, completion: RunCompletion.runs) var runs: [String]

  @Option(
    help: ArgumentHelp("How many of the newest stay; 0 keeps all.", valueName: "n"))
  var keepLast: Int?

  @Option(
    help: ArgumentHelp(
      "The ends of every so many epochs stay as well; 0 keeps none of them apart.", valueName: "n"))
  var keepEvery: Int?

  @Flag(help: "Drop nothing; print what would stay.") var dryRun = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if (keepLast ?? 0) < 0 { throw ValidationError("--keep-last is a number: 0 or more.") }
    if (keepEvery ?? 0) < 0 { throw ValidationError("--keep-every is a number: 0 or more.") }
  }

  func run(_ console: Console) throws {
    if let named = runs.first(where: { $0.contains("@") }) {
      throw Failure(
        .usage,
        "prune drops what a run's settings do not keep, and \(named) names one checkpoint; name the run, "
          + "and pin what is to stay")
    }
    let reader = try registry.reader(console)
    let chosen = try reader.distinctRuns(runs)
    let plans = try chosen.map { try reader.pruning(of: $0.id, by: rule(for: $0)) }
    if !dryRun {
      try registry.withWriter(console) { writer in
        for plan in plans { try writer.prune(plan) }
      }
    }
    let kept =
      try dryRun
      ? plans.flatMap(\.kept)
      : chosen.flatMap { try registry.reader(console).checkpoints(of: $0.id) }
    let list = CheckpointList(kept)
    try console.printRecords(
      output.format, json: list.json, csv: list.csv, table: list.text(for: console.medium))
    for (run, plan) in zip(chosen, plans) { note(run, plan, on: console) }
  }

  /// What the run's own settings keep, and the options change.
  private func rule(for run: Run) throws -> Retention {
    var rule: Retention
    do { rule = try RunConfiguration(parameters: run.parameters).retention } catch {
      // A run of another program, or of a later version, has no rule that is known here.
      guard let keepLast else { throw error }
      rule = Retention(keepLast: keepLast, keepEvery: 0)
    }
    if let keepLast { rule.keepLast = keepLast }
    if let keepEvery { rule.keepEvery = keepEvery }
    return rule
  }

  private func note(_ run: Run, _ plan: Pruning, on console: Console) {
    for checkpoint in plan.damaged {
      console.say(
        "gan-runs: checkpoint @step:\(checkpoint.step) of run \(run.id) is damaged, so the newest "
          + "whole one before it stays too; 'gan-runs verify --data' says more")
    }
    let count = plan.dropped.count
    var what = "\(count) checkpoint\(count == 1 ? "" : "s") of \(run.name) (\(run.id))"
    if plan.shadowed > 0 { what += " and \(plan.shadowed) that a resume left behind" }
    let bytes = "about \(byteText(plan.bytes))"
    console.note(dryRun ? "would drop \(what): \(bytes)" : "dropped \(what): \(bytes)")
  }
}

extension RegistryReader {
  /// The runs that references mean, each once, in the order of their naming.
  func distinctRuns(_ references: [String]) throws -> [Run] {
    var runs: [Run] = []
    for reference in references {
      let run = try run(reference)
      if !runs.contains(where: { $0.id == run.id }) { runs.append(run) }
    }
    return runs
  }
}
