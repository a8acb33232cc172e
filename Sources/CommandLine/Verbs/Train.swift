import Adversarial
package import ArgumentParser
import Configuration
import Datasets
import Foundation
import Reports
import RunModel
import RunRegistry

/// `gan-runs train`.
package struct Train: Verb {
  package static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a generator and a discriminator, and record the run.",
    usage: "gan-runs train [<options>]",
    discussion: """
      Examples:
        gan-runs train --preset fashion-mlp --epochs 5 --name first
        gan-runs train --config my.yaml --set loss=minimax --seed 7

      Without a preset and a file it trains 'ring', which takes less than a
      minute. Settings come from the preset, then the file, then --set, then the
      other options.

      Ctrl-C ends the step, writes a checkpoint and exits with 130;
      'gan-runs resume' goes on.
      """)

  @OptionGroup package var global: GlobalOptions
  @OptionGroup package var registry: RegistryOptions
  @OptionGroup package var output: OutputOptions

  @OptionGroup package var settings: ConfigurationOptions

  @Option(
    help: ArgumentHelp(
      "The run's name. (default: the preset's name or the file's without its ending)",
      valueName: "name"))
  package var name: String?

  @Option(help: ArgumentHelp("Epochs in all.", valueName: "n"))
  package var epochs: Int?

  @Option(help: ArgumentHelp("Where all randomness starts.", valueName: "n"))
  package var seed: UInt64?

  @OptionGroup package var threads: ThreadOptions

  @Flag(help: "Print the names of the built-in configurations and stop.")
  package var listPresets = false

  @Flag(help: "Print the whole configuration, every default written out, and stop.")
  package var printConfig = false

  package init() {}

  package func run(_ console: Console) throws {
    if listPresets {
      for preset in RunConfiguration.presetNames { try console.print(preset) }
      return
    }
    let configuration = try loadConfiguration()
    if printConfig {
      try Adversaries.checkShapes(configuration)
      return try console.write(configuration.yaml())
    }

    let name = name ?? settings.name(of: configuration)
    try RunName.check(name)
    let threads = threads.count(shards: configuration.shards)
    let code = CodeVersion.asking()
    try requireEngine()
    let trainer = try Trainer(configuration, threads: threads, seconds: monotonicSeconds)
    let path = registry.path(console)
    // Before there is a run: a key pressed from now on ends it at a checkpoint.
    let stop = StopRequest { console.note($0) }
    let (writer, session) = try RegistryWriter.training(into: path, console) { writer in
      try writer.beginRun(
        name: name, experiment: configuration.experiment, parameters: configuration.parameters,
        environment: trainingEnvironment(
          threads: threads, data: trainer.dataFacts, code: code.value(),
          arguments: Swift.CommandLine.arguments),
        parent: nil, retention: configuration.retention)
    }
    let training = Training(
      trainer: trainer, writer: writer, session: session, stop: stop, console: console)
    let status = try training.run()
    try printTrained(session.runID, in: path, as: output.format, on: console)
    if status != .done { throw Failure(status, nil) }
  }

  private func loadConfiguration() throws -> RunConfiguration {
    var flags: [(key: String, value: String)] = []
    if let epochs { flags.append(("epochs", String(epochs))) }
    if let seed { flags.append(("seed", String(seed))) }
    return try settings.load(flags: flags)
  }
}

/// How many threads work on a step.
package struct ThreadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads that work on a step, at most the setting `shards`; never part of the result. "
        + "(default: the CPUs allowed)", valueName: "n"))
  package var threads: Int?

  package init() {}

  init(count: Int) { threads = count }

  package func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads needs a number from 1 up.") }
  }

  func count(shards: Int) -> Int {
    min(threads ?? ProcessInfo.processInfo.activeProcessorCount, shards)
  }
}

extension RunConfiguration {
  /// Which checkpoints of such a run stay.
  var retention: Retention {
    Retention(
      keepLast: checkpoint.keepLast, keepEvery: checkpoint.keepEvery, best: checkpoint.best)
  }
}
