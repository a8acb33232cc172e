import ArgumentParser
import RunModel
import RunRegistry
import Sweeps

/// `gan-runs sweep stop`.
struct SweepStop: Verb {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Ask all who work on a sweep to stop, and wait for them.",
    usage: "gan-runs sweep stop <sweep> [<options>]",
    discussion: """
      Examples:
        gan-runs sweep stop ring-lr
        gan-runs sweep stop ring-lr --no-wait

      They end their steps within a second or two and store checkpoints; 'gan-runs sweep resume' \
      carries the sweep on.
      """)

  @Argument(help: SweepVerbs.help, completion: RunCompletion.sweeps) var sweep: String

  @Flag(inversion: .prefixedNo, help: "Wait until they have stopped, for a minute at most.")
  var wait = true

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    var stored = try StoredSweep(sweep, in: registry.reader(console))
    guard stored.standing.state != .finished else {
      throw Failure(.failed, "sweep \(sweep) is finished; there is nothing to stop")
    }
    try registry.withWriter(console) { try $0.setStopped(sweep, true) }
    let (tick, patience) = (100, 60_000)
    for _ in 0..<patience / tick {
      guard wait, stored.standing.state == .running else { break }
      console.pause(tick)
      try stored.refresh()
    }
    try stored.refresh()
    try console.printSweep(stored.standing, output.format)
    if wait, stored.standing.state == .running {
      throw Failure(
        .failed,
        "a worker of sweep \(sweep) still ends its step after a minute; 'gan-runs sweep status \(sweep)' "
          + "tells which")
    }
  }
}
