import ArgumentParser

/// `gan-runs checkpoints`: the checkpoint store.
struct Checkpoints: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List and export the checkpoints of a run.",
    discussion: """
      Examples:
        gan-runs checkpoints list ring
        gan-runs checkpoints export ring@last -o ring.safetensors
      """,
    subcommands: [CheckpointsList.self, CheckpointsExport.self])
}
