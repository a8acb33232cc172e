import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs rename`: another name for a run.
struct Rename: Verb {
  static let configuration = CommandConfiguration(
    commandName: "rename",
    abstract: "Give a run another name; its id stays.",
    usage: "gan-runs rename <run> <name> [<options>]",
    discussion: """
      Examples:
        gan-runs rename latest baseline
        gan-runs rename rd21mv6q000000 'ring, seed 2'

      Several runs may share a name, which then means the newest of them. Names that hold @ or \
      read latest, latest~1 … are refused.
      """)

  @Argument(help: RunReference.help, completion: RunCompletion.runs) var run: String

  @Argument(help: "The new name.") var name: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let found = try registry.reader(console).run(run)
    try registry.withWriter(console) { try $0.rename(found.id, to: name) }
    try console.printRun(try registry.reader(console).run(found.id.rawValue), output.format)
    console.note("\(found.id) is \(name) now, and was \(found.name)")
  }
}
