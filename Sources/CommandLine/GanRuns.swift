package import ArgumentParser
import Files

#if canImport(Glibc)
  import Glibc
#endif

/// The `gan-runs` command.
package struct GanRuns: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "gan-runs",
    abstract: "Train small GANs and keep every run in one SQLite file.",
    discussion: """
      Examples:
        gan-runs train --preset ring --name first
        gan-runs list

      Results go to standard output, everything else to standard error. 'gan-runs help \
      filters', 'help exit-codes' and 'help environment' tell of those.
      """,
    version: version,
    subcommands: [
      Train.self, List.self, Show.self, Compare.self, Tree.self, Resume.self, Stop.self, Logs.self,
      Log.self, Sample.self, Evaluate.self, Export.self, Import.self, Checkpoints.self,
      SweepVerbs.self, Tag.self,
      Note.self, Rename.self, Delete.self, Restore.self, Verify.self, Backup.self, Collect.self,
      Doctor.self,
    ])

  static let version = "0.1.0"

  package init() {}

  /// Runs the process's own arguments and ends the process.
  package static func main() -> Never {
    // A reader that goes away (`| head`) is told by EPIPE, so that a training run behind such a pipe
    // still ends at a checkpoint.
    signal(SIGPIPE, SIG_IGN)
    // A file beyond RLIMIT_FSIZE is told by EFBIG, and then is a disk error like any other.
    signal(SIGXFSZ, SIG_IGN)
    Glibc.exit(run(Array(Swift.CommandLine.arguments.dropFirst())).rawValue)
  }

  /// Runs one call in the current console: every end of it comes through here.
  ///
  /// - Parameter arguments: without the program's name.
  /// - Returns: the exit status; whatever had to be said was said.
  package static func run(_ arguments: [String]) -> ProcessStatus {
    let console = Console.current
    defer { console.clearProgress() }
    do {
      if arguments.first == "help", arguments.count == 2,
        let topic = HelpTopic(rawValue: arguments[1])
      {
        try console.write(topic.text)
        return .done
      }
      do {
        var command = try parseAsRoot(arguments)
        try command.run()
        return .done
      } catch let error where exitCode(for: error) == .success {
        // Help and version are errors to ArgumentParser, and results to whoever asked for them.
        let text = fullMessage(for: error, columns: console.output.width)
        try console.write(text.hasSuffix("\n") ? text : text + "\n")
        return .done
      }
    } catch is ReaderGone {
      return .done
    } catch let error where exitCode(for: error) == .validationFailure {
      let text = fullMessage(for: error, columns: console.error.width)
      console.say(text.hasPrefix("Error: ") ? "gan-runs: " + text.dropFirst(7) : text)
      return .usage
    } catch {
      let failure = Failure(reporting: error)
      if let sentence = failure.sentence { console.say("gan-runs: \(sentence)") }
      return failure.status
    }
  }
}
