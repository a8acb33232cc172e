import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs checkpoints verify`: a check of checkpoints alone.
struct CheckpointsVerify: Verb {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check checkpoints by their digests.",
    usage: "gan-runs checkpoints verify [<run[@checkpoint]>] [<options>]",
    discussion: """
      Examples:
        gan-runs checkpoints verify --data
        gan-runs checkpoints verify ring@best --data

      Without --data the rows are checked: names, shapes, counters, sizes and
      digests; with it the weights are read too. Without a run all checkpoints of
      the registry are.
      """)

  @Argument(help: RunReference.checkpointHelp, completion: RunCompletion.checkpoints) var reference:
    String?

  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let reader = try registry.reader(console, .all)
    try console.printVerification(
      output.format, try reader.verifyCheckpoints(reference, data: data.sample))
  }
}
