import ArgumentParser
import RunModel
import RunRegistry
import Safetensors

/// `gan-runs checkpoints export`: a checkpoint as a safetensors file.
struct CheckpointsExport: Verb {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Export a checkpoint as a safetensors file.",
    usage: "gan-runs checkpoints export <run[@checkpoint]> -o <file> [<options>]",
    discussion: """
      Examples:
        gan-runs checkpoints export ring -o ring.safetensors
        gan-runs checkpoints export ring@best --only generator -o generator.safetensors

      Counters, seed and settings stand in the file's metadata; equal checkpoints of equal \
      settings give equal files.
      """)

  /// What can be exported by itself.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case generator
  }

  @Argument(help: RunReference.checkpointHelp) var checkpoint: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to this file, replaced whole at the end.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "Export the generator alone: its moving average where it has one, else its raw weights.",
      valueName: "part"))
  var only: Part?

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    let (run, stored, whole) = try reader.snapshot(checkpoint)
    try console.refuse(output, where: reader.path)
    let snapshot = only == .generator ? whole.generatorAlone() : whole
    try export(snapshot: snapshot, settings: run.parameters, to: output)
    console.note(
      "wrote \(output): \(snapshot.tensors.count) tensors of \(run.name) at step \(stored.step)"
    )
  }
}
