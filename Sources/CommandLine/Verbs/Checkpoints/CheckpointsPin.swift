import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs checkpoints pin`: a name on a checkpoint, which keeps it.
struct CheckpointsPin: Verb {
  static let configuration = CommandConfiguration(
    commandName: "pin",
    abstract: "Put a name on a checkpoint, which keeps it.",
    usage: "gan-runs checkpoints pin <run[@checkpoint]> <name> [<options>]",
    discussion: """
      Examples:
        gan-runs checkpoints pin ring@epoch:12 sweet-spot
        gan-runs checkpoints pin ring@last sweet-spot --move

      RUN@NAME means it from then on, and neither training nor prune drops it. A pin takes no space.
      """)

  @Argument(help: RunReference.checkpointHelp, completion: RunCompletion.checkpoints)
  var checkpoint: String

  @Argument(help: "The pin's name, without spaces and @.") var name: String

  @Flag(help: "Take the name from another checkpoint of the run, where it is in use.")
  var move = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let (run, stored) = try registry.reader(console).checkpoint(checkpoint)
    try registry.withWriter(console) { try $0.pin(stored, as: name, moves: move) }
    let list = CheckpointList([
      try registry.reader(console).checkpoint("\(run.id)@\(name)").checkpoint
    ])
    try console.printRecord(output.format, json: list.json[0], csv: list.csv, page: "")
    console.note("\(run.id)@\(name) is the checkpoint at step \(stored.step) of \(run.name)")
  }
}
