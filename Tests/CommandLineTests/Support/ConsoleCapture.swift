import RunModel
import Synchronization

@testable import CommandLine

/// What a call printed and how it ended.
struct Captured: Sendable {
  var status: ProcessStatus
  var output: String
  var error: String
}

/// The time that tests call "now": 2026-11-24T12:00:00Z.
let noon = Timestamp(microseconds: 1_795_521_600_000_000)

extension Console {
  /// A console that keeps what is written to it, and the two texts so far.
  static func recording(
    isTerminal: Bool, width: Int = 100, hasColor: Bool = false,
    environment: [String: String] = [:], answer: String? = nil,
    now: @escaping @Sendable () -> Timestamp = { noon }
  ) -> (console: Console, texts: @Sendable () -> (output: String, error: String)) {
    final class Texts: Sendable {
      let output = Mutex("")
      let error = Mutex("")
    }
    let texts = Texts()
    let console = Console(
      output: Stream(isTerminal: isTerminal, width: width, hasColor: hasColor) { text in
        texts.output.withLock { $0 += text }
      },
      error: Stream(isTerminal: isTerminal, width: width, hasColor: hasColor) { text in
        texts.error.withLock { $0 += text }
      },
      input: Input(isTerminal: answer != nil) { answer },
      environment: { environment[$0] }, now: now)
    return (console, { (texts.output.withLock { $0 }, texts.error.withLock { $0 }) })
  }

  /// Runs a body in a console that keeps what is written to it.
  ///
  /// - Parameter answer: what a person on a terminal answers; without one, input is no terminal.
  static func capture(
    isTerminal: Bool, width: Int = 100, environment: [String: String] = [:],
    answer: String? = nil, _ body: () -> ProcessStatus
  ) -> Captured {
    let (console, texts) = recording(
      isTerminal: isTerminal, width: width, environment: environment, answer: answer)
    let status = Console.$current.withValue(console, operation: body)
    return Captured(status: status, output: texts().output, error: texts().error)
  }
}

/// Runs a call as a shell would, in this process.
func ganRuns(
  _ arguments: String..., isTerminal: Bool = false, width: Int = 100,
  environment: [String: String] = [:]
) -> Captured {
  Console.capture(isTerminal: isTerminal, width: width, environment: environment) {
    GanRuns.run(arguments)
  }
}
