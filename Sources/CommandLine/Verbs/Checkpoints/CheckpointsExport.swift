import Adversarial
import ArgumentParser
import Configuration
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
        gan-runs checkpoints export ring@best --only generator -o g.safetensors
        gan-runs checkpoints export ring --layout pytorch -o ring.safetensors

      Counters, seed and settings stand in the file's metadata; equal checkpoints of equal \
      settings give equal files. In PyTorch's layout weights stand output first and kernels last, \
      as an nn.Sequential of the same layers takes them; the optimisers' moments are left out.
      """)

  /// What can be exported by itself.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case generator
  }

  @Argument(help: RunReference.checkpointHelp, completion: RunCompletion.checkpoints)
  var checkpoint: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to this file, replaced whole at the end.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "Export the generator alone: its moving average where it has one, else its raw weights.",
      valueName: "part"))
  var only: Part?

  @Option(
    help: ArgumentHelp(
      "Arrange the weights as PyTorch's modules hold them.", valueName: "layout"))
  var layout: WeightLayout?

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if output == "" { throw ValidationError("-o needs a file's name.") }
    if output == "-" {
      throw ValidationError(
        "-o - would be standard output, and a checkpoint takes its name whole or not at all: give a file's "
          + "name, or /dev/stdout for a pipe.")
    }
  }

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    try console.refuse(output, where: reader.path)
    // Begun anew where another process writes meanwhile.
    console.note(try reader.withStoredCheckpoint(checkpoint, write))
  }

  /// Writes the file.
  ///
  /// - Returns: what was written, in a sentence.
  private func write(_ stored: StoredCheckpoint) throws -> String {
    var exported = ExportedTensors(stored)
    if only == .generator { exported.keepGenerator() }
    let tensors =
      layout == .pytorch
      ? exported.written(
        for: try PyTorchNetworks(
          RunConfiguration(parameters: stored.run.parameters),
          exampleShape: stored.attempts.exampleShape))
      : exported.written
    var metadata = CheckpointMetadata(
      counters: stored.counters, seed: stored.seed, settings: stored.run.parameters,
      part: only?.rawValue, layout: layout?.rawValue)
    if only == nil, layout == nil { metadata.seal(over: stored.checkpoint.digest) }
    try SafetensorsWriter.write(tensors: tensors, metadata: metadata.texts, to: output)
    return "wrote \(output): \(tensors.count) tensors of \(stored.run.name) at step "
      + "\(stored.checkpoint.step)"
  }
}
