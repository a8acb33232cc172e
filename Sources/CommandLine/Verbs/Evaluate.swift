import Adversarial
package import ArgumentParser
import Configuration
import Reports
import RunModel
import RunRegistry

/// `gan-runs evaluate`.
package struct Evaluate: Verb {
  package static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure the quality of what a checkpoint's generator makes.",
    usage: "gan-runs evaluate <run[@checkpoint]> [<options>]",
    discussion: """
      Examples:
        gan-runs evaluate latest
        gan-runs evaluate fashion@best --metrics swd --json

      Of a ring or a grid: modes, high_quality, reverse_kl; of pictures: swd. The
      generator's moving average draws where it keeps one, always from the same
      latents, and nothing is stored: see docs/evaluation.md.
      """)

  @OptionGroup package var global: GlobalOptions
  @OptionGroup package var registry: RegistryOptions
  @OptionGroup package var output: OutputOptions

  @Argument(help: RunReference.checkpointHelp, completion: RunCompletion.checkpoints) package
    var reference: String

  @Option(
    help: ArgumentHelp(
      "Which metrics, separated by commas. (default: the run's, else all that its data can have)",
      valueName: "names"))
  package var metrics: String?

  @OptionGroup package var threads: ThreadOptions

  package init() {}

  package func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    let (run, checkpoint, snapshot) = try reader.snapshot(reference)
    let moved = try reader.movedData(of: run.id)
    let configuration = try RunConfiguration(
      parameters: run.parameters.merging(moved) { _, newest in newest })
    let chosen = try choose(configuration)
    try requireEngine()
    let evaluation = try QualityEvaluation(
      configuration, checkpoint: snapshot, metrics: chosen.metrics,
      threads: threads.count(shards: configuration.shards))
    try refuseOtherData(evaluation.dataDigest, of: run.id, in: reader)
    if let stranger = chosen.names.first(where: {
      $0.contains("[") && !evaluation.names.contains($0)
    }) {
      throw Failure(
        .usage,
        "--metrics names \(stranger), and these data have \(evaluation.names.joined(separator: ", "))"
      )
    }
    let values = evaluation.measure(threads: threads.count(shards: configuration.shards))
    let result = QualityResult(
      runID: run.id, digest: checkpoint.digest, values: values.map { ($0.name, $0.value) })
    try console.printRecord(
      output.format, json: result.json, csv: result.csv, page: result.text(for: console.medium))
  }

  /// The metrics asked for, once each, and the names they were asked for by.
  private func choose(
    _ configuration: RunConfiguration
  ) throws -> (metrics: [QualityMetric], names: [String]) {
    guard let metrics else {
      let own = configuration.evaluation.metrics
      let chosen = own.isEmpty ? configuration.possibleMetrics : own
      guard !chosen.isEmpty else {
        let kind = configuration.parameters["data.kind"]?.description ?? ""
        throw Failure(
          .invalid, "data of kind \(kind) have no quality metric; look at samples instead")
      }
      return (chosen, [])
    }
    let names = NameList(metrics).names
    var chosen: [QualityMetric] = []
    for name in names {
      guard let metric = QualityMetric(rawValue: MetricName.bare(name)) else {
        let known = QualityMetric.allCases.map(\.rawValue).joined(separator: ", ")
        throw Failure(.usage, "--metrics names '\(name)', which is none of \(known)")
      }
      if let objection = configuration.objection(to: metric) { throw Failure(.invalid, objection) }
      if !chosen.contains(metric) { chosen.append(metric) }
    }
    return (chosen, names)
  }
}
