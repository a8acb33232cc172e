import ArgumentParser

/// `gan-runs checkpoints`: the checkpoint store.
struct Checkpoints: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoints",
    abstract: "List, check, compare, name, drop, export and import checkpoints.",
    discussion: """
      Examples:
        gan-runs checkpoints list ring
        gan-runs checkpoints export ring@last -o ring.safetensors
      """,
    subcommands: [
      CheckpointsList.self, CheckpointsVerify.self, CheckpointsExport.self, CheckpointsImport.self,
      CheckpointsDiff.self, CheckpointsPin.self, CheckpointsUnpin.self, CheckpointsPrune.self,
    ])
}
