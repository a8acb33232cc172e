import ArgumentParser

/// `gan-runs checkpoints`: the checkpoint store.
struct Checkpoints: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List, check and export the checkpoints of a run.",
    discussion: """
      Examples:
        gan-runs checkpoints list ring
        gan-runs checkpoints export ring@last -o ring.safetensors
      """,
    subcommands: [CheckpointsList.self, CheckpointsVerify.self, CheckpointsExport.self])
}
