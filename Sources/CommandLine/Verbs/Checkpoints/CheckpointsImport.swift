import Adversarial
import ArgumentParser
import Configuration
import Foundation
import RunModel
import RunRegistry
import Safetensors

/// `gan-runs checkpoints import`: a run from a safetensors file.
struct CheckpointsImport: Verb {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a run of a safetensors file: a checkpoint, or weights from elsewhere.",
    usage: "gan-runs checkpoints import <file> [<options>]",
    discussion: """
      Examples:
        gan-runs checkpoints import ring.safetensors --name theirs
        gan-runs checkpoints import g.safetensors --preset ring --layout pytorch

      A file that 'checkpoints export' wrote whole brings its settings along and becomes a run that \
      'resume' carries on bit for bit. Weights alone, from PyTorch or of one network, need --config or \
      --preset, and start at step 0; their names and shapes must fit its layers, and what does not is \
      listed.
      """)

  @Argument(help: "The safetensors file.") var file: String

  @OptionGroup var settings: ConfigurationOptions

  @Option(
    help: ArgumentHelp(
      "How the file holds weights, where that is PyTorch's way; never guessed.",
      valueName: "layout"))
  var layout: WeightLayout?

  @Option(
    help: ArgumentHelp(
      "The run's name. (default: the file's without its ending)", valueName: "name"))
  var name: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let name = name ?? URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    try RunName.check(name)
    let start = try start(in: SafetensorsReader(path: file))
    let path = registry.path(console)
    let writer = try RegistryWriter(path: path, diskPatience: DiskPatience(attempts: 0))
    let id: RunID
    do {
      id = try writer.importRun(
        name: name, experiment: start.configuration.experiment,
        parameters: start.configuration.parameters,
        environment: callEnvironment(Swift.CommandLine.arguments), lines: start.notices,
        status: start.status, state: start.state, step: start.progress.step, epoch: start.epoch,
        isEpochEnd: start.isEpochEnd)
    } catch {
      // The error itself is what the user hears.
      try? writer.close()
      throw error
    }
    try writer.close()
    for notice in start.notices { console.note(notice) }
    try printTrained(id, in: path, as: output.format, on: console)
  }

  private func start(in file: SafetensorsReader) throws -> ImportedStart {
    do {
      guard let metadata = try file.checkpointMetadata() else { return try weights(in: file, nil) }
      let isWhole = metadata.part == nil && metadata.layout == nil
      return isWhole ? try checkpoint(in: file, metadata) : try weights(in: file, metadata)
    } catch let error as AdversarialError {
      throw Failure(.invalid, "\(self.file) can't be imported: \(error.description)")
    }
  }

  private func checkpoint(
    in file: SafetensorsReader, _ metadata: CheckpointMetadata
  ) throws -> ImportedStart {
    guard !settings.areGiven, layout == nil else {
      throw Failure(
        .usage,
        "\(self.file) is a whole checkpoint with settings and layout of its own; drop --config, "
          + "--preset, --set and --layout, and change settings by 'gan-runs resume' afterwards")
    }
    let configuration = try RunConfiguration(parameters: metadata.settings)
    let state = try ExportedCheckpoint(file, metadata)
    return ImportedStart(
      configuration: configuration, state: state,
      progress: try Adversarial.Progress(of: state, in: configuration),
      notices: ["imported \(self.file)"])
  }

  private func weights(
    in file: SafetensorsReader, _ metadata: CheckpointMetadata?
  ) throws -> ImportedStart {
    guard metadata == nil || metadata?.layout == layout?.rawValue else {
      throw Failure(
        .usage,
        metadata?.layout.map { "\(self.file) is in \($0)'s layout; add --layout \($0)" }
          ?? "\(self.file) is in gan-runs' own layout; drop --layout")
    }
    guard settings.config != nil || settings.preset != nil else {
      throw Failure(
        .usage,
        "\(self.file) holds weights alone; name the layers that they are of with --config or --preset"
      )
    }
    let configuration = try settings.load()
    let source = try WeightFile(file)
    let weights = try ImportedWeights(
      source.layout, into: configuration, isPyTorch: layout == .pytorch)
    return ImportedStart(
      configuration: configuration, state: try weights.snapshot(reading: source.values),
      progress: Adversarial.Progress(),
      notices: ["imported the weights of \(self.file)"] + source.notices
        + weights.absent.map {
          $0 == "generator_ema"
            ? "the file has no moving average: it starts at the generator's weights"
            : "the file has no \($0): it starts with first weights"
        })
  }
}

/// How a file holds weights, where that is another program's way.
enum WeightLayout: String, CaseIterable, ExpressibleByArgument {
  case pytorch
}

/// What an imported run starts from.
private struct ImportedStart {
  var configuration: RunConfiguration
  var state: any CheckpointSource
  var progress: Adversarial.Progress
  /// What is said, and kept in the run's log.
  var notices: [String]

  var isEpochEnd: Bool { progress.epochStep == 0 }
  /// The epoch that the state is in, or at the end of.
  var epoch: Int { progress.epoch + (isEpochEnd ? 0 : 1) }
  /// With epochs left to train it is a run that was stopped, as `resume` sees it.
  var status: RunStatus { progress.epoch < configuration.epochs ? .interrupted : .finished }
}
