import ArgumentParser
import Exchange
import Files
import RunModel
import RunRegistry

/// `gan-runs log`: a run that another program trains.
struct Log: Verb {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Record a run of another program, from JSON lines on standard input.",
    usage: "gan-runs log [<options>]",
    discussion: """
      Examples:
        gan-runs log < lines.ndjson
        gan-runs log --run latest < more.ndjson

      Each line is one JSON object: {"run":{"name":"mine"}} first, then such as \
      {"step":1,"metrics":{"d_loss":0.69}} (docs/log.md has them all). The run's id is printed at once; \
      points are taken until the input ends. A line that can't be read is reported by its number and \
      passed over, and the exit status is then 65.

      With --run a run goes on: what it recorded from the first new step on is kept, and no longer shown.
      """)

  @Option(
    help: ArgumentHelp("Go on with this run, in a new attempt.", valueName: "run"),
    completion: RunCompletion.runs)
  var run: String?

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let path = registry.path(console)
    let old = try run.map { try registry.reader(console).run($0) }
    // Before there is a run: a key pressed from now on ends it.
    let stop = StopRequest(answer: "storing what has come; once more to stop at once") {
      console.note($0)
    }
    let (writer, session) = try RegistryWriter.training(into: path, console) { writer in
      try begin(old, in: writer)
    }
    let recording = LogRecording(session, continues: old, console)
    do {
      // Whoever reads the id may not wish for more; the points are taken even so.
      do { try console.print(session.runID.rawValue) } catch is ReaderGone {}
      try recording.takeLines { stop.isMade }
      try writer.close()
    } catch {
      // The error itself is what the user hears.
      try? writer.close()
      throw error
    }
    recording.report()
    if stop.isMade { throw Failure(stop.status, nil) }
    if recording.badLines > 0 { throw Failure(.invalid, nil) }
  }

  private func begin(_ old: Run?, in writer: RegistryWriter) throws -> RunSession {
    let environment = callEnvironment(Swift.CommandLine.arguments)
    let retention = Retention(keepLast: 0, keepEvery: 0)
    if let old {
      return try writer.continueRun(old.id, environment: environment, retention: retention)
    }
    return try writer.beginRun(
      name: "log", experiment: "default", parameters: [:], environment: environment,
      retention: retention)
  }
}
