import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs logs`: the lines that a run logged.
struct Logs: Verb {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Print the lines that a run logged.",
    usage: "gan-runs logs <run> [<options>]",
    discussion: """
      Examples:
        gan-runs logs ring
        gan-runs logs latest --follow

      Every attempt's lines are printed, in the order of recording.
      """)

  @Argument(help: RunReference.help, completion: RunCompletion.runs) var run: String

  @Flag(name: .shortAndLong, help: "Go on with each new line, until the run has ended.")
  var follow = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if follow, output.format == .json {
      throw ValidationError(
        "--follow prints a line at a time; ask for --ndjson in place of --json.")
    }
  }

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    let found = try reader.run(run)
    var count = 0
    if output.format == .csv { try console.write(LogList.csvHeader) }
    while true {
      // Asked first: what is logged until then is read below.
      let isRunning = try follow && reader.run(found.id.rawValue).status == .running
      let lines = try reader.lines(of: found.id, after: count)
      count += lines.count
      let list = LogList(lines)
      switch output.format {
      case .json: try console.write(JSONValue.array(list.json).text)
      case .ndjson: try console.write(list.json.map { $0.line + "\n" }.joined())
      case .csv: try console.write(list.csvLines)
      case nil: try console.write(list.text(for: console.medium))
      }
      guard isRunning else { break }
      console.pause(500)
    }
    if count == 0 { console.note("\(found.name) (\(found.id)) has logged nothing") }
  }
}
