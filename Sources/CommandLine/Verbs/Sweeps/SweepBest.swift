import ArgumentParser
import Configuration
import Reports
import RunModel
import RunRegistry
import Sweeps

/// `gan-runs sweep best`.
struct SweepBest: Verb {
  static let configuration = CommandConfiguration(
    commandName: "best",
    abstract: "Show a sweep's best point, how sure that is, and how to train it again.",
    usage: "gan-runs sweep best <sweep> [<options>]",
    discussion: """
      Examples:
        gan-runs sweep best ring-lr
        gan-runs sweep best ring-lr --print-config > best.yaml
      """)

  @Argument(help: SweepVerbs.help, completion: RunCompletion.sweeps) var sweep: String

  @Flag(help: "Print the whole configuration of the best point and stop.")
  var printConfig = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let stored = try StoredSweep(sweep, in: registry.reader(console))
    let standing = stored.standing
    guard let best = standing.best,
      let trial = standing.trials.first(where: { $0.trial.number == best.number })
    else {
      throw Failure(
        .missing,
        "no point of sweep \(sweep) has a value yet; 'gan-runs sweep status \(sweep)' tells more")
    }
    let configuration = try stored.configuration(of: trial)
    if printConfig { return try console.write(configuration.yaml()) }
    let page = BestPoint(
      sweep: standing, trial: trial, command: configuration.trainingCall(sweep: sweep))
    try console.printRecord(
      output.format, json: page.json, csv: SweepTable(standing, trials: [trial]).csv,
      page: page.text(for: console.medium))
  }
}

extension StoredSweep {
  /// The settings that train a point as far as it was trained, with the first seed.
  fileprivate func configuration(of trial: TrialStanding) throws -> RunConfiguration {
    try planner.file.configuration(
      of: planner.file.assignment(of: trial.trial), seed: 1, epochs: max(trial.epochs, 1))
  }

  /// The settings of the best point; `nil` while no point has a value.
  func bestConfiguration(_ standing: SweepStanding) throws -> RunConfiguration? {
    try standing.trials.first { $0.trial.number == standing.best?.number }.map(configuration)
  }
}

extension RunConfiguration {
  /// The call that trains with these settings: by the preset that they start from, where those that differ
  /// from it can be set one by one.
  func trainingCall(sweep: String) -> String {
    let words = ["gan-runs", "train", "--preset"]
    if let preset, let start = try? RunConfiguration.load(preset: preset) {
      let changed = parameters.filter {
        start.parameters[$0.key] != $0.value && $0.key != "preset"
      }
      let sets = Set(changed.keys.map(settable)).sorted().map(set)
      if let again = try? RunConfiguration.load(preset: preset, sets: sets), again == self {
        return (words + [preset] + sets.flatMap { ["--set", shellWord($0)] }).joined(separator: " ")
      }
    }
    return "gan-runs sweep best \(shellWord(sweep)) --print-config > best.yaml && "
      + "gan-runs train --config best.yaml"
  }

  /// The key that `--set` takes for a setting: that of the whole list, if it stands in one.
  private func settable(_ key: String) -> String {
    let path = key.split(separator: ".")
    let index = path.firstIndex { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    return index.map { path[..<$0].joined(separator: ".") } ?? key
  }

  /// A setting as `--set` takes it; a list of what is no value itself comes out wrong, which whoever reads it
  /// back sees.
  private func set(_ key: String) -> String {
    if let value = parameters[key] { return "\(key)=\(value)" }
    let values = (0...).lazy.map { self.parameters["\(key).\($0)"] }.prefix { $0 != nil }
    return "\(key)=[\(values.compactMap { $0?.description }.joined(separator: ", "))]"
  }
}
