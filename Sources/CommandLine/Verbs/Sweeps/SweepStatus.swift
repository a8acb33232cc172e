import ArgumentParser
import Reports
import RunModel
import RunRegistry
import Sweeps

/// `gan-runs sweep status`.
struct SweepStatus: Verb {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show a sweep's points, the best so far, its rungs, and who works on what.",
    usage: "gan-runs sweep status <sweep> [<options>]",
    discussion: """
      Examples:
        gan-runs sweep status ring-lr
        gan-runs sweep status ring-lr --watch
      """)

  @Argument(help: SweepVerbs.help, completion: RunCompletion.sweeps) var sweep: String

  @Flag(help: "Show it anew each second until it is over.")
  var watch = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    var stored = try StoredSweep(sweep, in: registry.reader(console))
    if watch {
      try console.follow {
        try stored.refresh()
        let standing = stored.standing
        guard [.running, .waiting].contains(standing.state) else { return nil }
        return SweepTable(standing).text(
          for: console.medium, lines: console.medium.height - 1)
      }
    }
    try console.printSweep(stored.standing, output.format)
  }
}
