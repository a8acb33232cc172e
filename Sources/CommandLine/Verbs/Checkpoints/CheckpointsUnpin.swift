import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs checkpoints unpin`: takes a name off a checkpoint.
struct CheckpointsUnpin: Verb {
  static let configuration = CommandConfiguration(
    commandName: "unpin",
    abstract: "Take a name off a checkpoint; the checkpoint itself stays for now.",
    usage: "gan-runs checkpoints unpin <run@name> [<options>]",
    discussion: """
      Examples:
        gan-runs checkpoints unpin ring@sweet-spot
        gan-runs checkpoints unpin latest@best

      The run's next checkpoint, or prune, drops what its settings do not keep otherwise.
      """)

  @Argument(
    help: ArgumentHelp("The run, @ and the pin's name.", valueName: "run@name"),
    completion: RunCompletion.checkpoints)
  var pin: String

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard pin.contains("@"), !pin.hasSuffix("@") else {
      throw ValidationError("A pin is named by its run, @ and its name, as ring@sweet-spot.")
    }
  }

  func run(_ console: Console) throws {
    let parts = pin.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let run = try registry.reader(console).run(String(parts[0]))
    try registry.withWriter(console) { try $0.unpin(String(parts[1]), of: run.id) }
    console.note("took @\(parts[1]) off \(run.name) (\(run.id))")
  }
}
