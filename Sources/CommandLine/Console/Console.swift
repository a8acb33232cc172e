package import Reports
package import RunModel

/// Where a verb's output goes, and what it may know of its surroundings.
///
/// Results go to standard output, everything else to standard error. Verbs get one as a parameter;
/// `Console.current` is where the root command takes it from.
package struct Console: Sendable {
  /// One of the two output streams.
  package struct Stream: Sendable {
    package var isTerminal: Bool
    /// Columns; 80 where nothing says otherwise.
    package var width: Int
    /// Lines; 24 where nothing says otherwise.
    package var height: Int
    package var hasColor: Bool
    /// Writes a text, whole.
    package var write: @Sendable (String) throws -> Void

    /// A stream from its properties.
    package init(
      isTerminal: Bool, width: Int, height: Int = 24, hasColor: Bool,
      write: @escaping @Sendable (String) throws -> Void
    ) {
      self.isTerminal = isTerminal
      self.width = width
      self.height = height
      self.hasColor = hasColor
      self.write = write
    }
  }

  /// Where a person answers a question, or a program sends what is to be recorded.
  package struct Input: Sendable {
    package var isTerminal: Bool
    /// The next line without its end, `nil` at the end of input.
    package var readLine: @Sendable () -> String?
    /// Fills some of the memory with what comes next, and tells how many bytes: 0 at the end, and where
    /// nothing has come yet and the call says that it waits no longer.
    package var read: @Sendable (UnsafeMutableRawBufferPointer, _ waits: () -> Bool) throws -> Int

    /// An input from its properties.
    package init(
      isTerminal: Bool, readLine: @escaping @Sendable () -> String?,
      read: @escaping @Sendable (UnsafeMutableRawBufferPointer, () -> Bool) throws -> Int = {
        _, _ in 0
      }
    ) {
      self.isTerminal = isTerminal
      self.readLine = readLine
      self.read = read
    }

    /// Nobody answers.
    package static let none = Input(isTerminal: false) { nil }
  }

  package var output: Stream
  package var error: Stream
  package var input: Input
  /// Whether notes and progress are left out (`-q`).
  package var isQuiet = false
  /// The value of an environment variable.
  package var environment: @Sendable (String) -> String?
  /// The wall clock.
  package var now: @Sendable () -> Timestamp
  /// Lets so many milliseconds pass.
  package var pause: @Sendable (Int) -> Void
  /// Keeps what a question has opened until the process ends, which takes less time than to close it: GRDB
  /// lets go of its queue by two threads.
  package var keep: @Sendable (AnyObject) -> Void
  private let progressLine = ProgressLine()

  /// A console from its streams and surroundings.
  package init(
    output: Stream, error: Stream, input: Input = .none,
    environment: @escaping @Sendable (String) -> String?,
    now: @escaping @Sendable () -> Timestamp, pause: @escaping @Sendable (Int) -> Void = { _ in },
    keep: @escaping @Sendable (AnyObject) -> Void = { _ in }
  ) {
    self.output = output
    self.error = error
    self.input = input
    self.environment = environment
    self.now = now
    self.pause = pause
    self.keep = keep
  }

  /// The console of this task: the process's own unless a test put another in its place.
  @TaskLocal package static var current = Console.process

  /// What results are laid out for.
  package var medium: Medium {
    Medium(
      isTerminal: output.isTerminal, width: output.width, height: output.height,
      hasColor: output.hasColor, now: now())
  }

  /// Writes a part of the result to standard output, as it is.
  ///
  /// - Throws: `ReaderGone` or `FileError`.
  package func write(_ text: String) throws {
    clearProgress()
    try output.write(text)
  }

  /// Writes a line of the result to standard output.
  ///
  /// - Throws: `ReaderGone` or `FileError`.
  package func print(_ line: String) throws { try write(line + "\n") }

  /// Says something beside the result on standard error, as one line; silent with `-q`.
  package func note(_ line: String) {
    guard !isQuiet else { return }
    say(line)
  }

  /// Says what must be said, `-q` or not, as a line on standard error.
  package func say(_ line: String) {
    clearProgress()
    // Where standard error can't be written there is no one left to tell.
    try? error.write(line + "\n")
  }

  /// Asks a person on a terminal a question; whatever does not begin with a y is a no.
  ///
  /// Where neither standard input nor standard error is a terminal nobody looks on, and the answer is yes: a
  /// script knows what it calls.
  ///
  /// - Returns: `nil` where a person may look on who can't answer here, as before a pipe.
  package func confirm(_ question: String) -> Bool? {
    guard input.isTerminal || error.isTerminal else { return true }
    guard input.isTerminal, error.isTerminal else { return nil }
    clearProgress()
    try? error.write("\(question) [y/N] ")
    return input.readLine()?.lowercased().hasPrefix("y") ?? false
  }

  /// Replaces the progress line at the bottom of a terminal, ten times a second at most.
  ///
  /// - Parameter line: made only where it is shown.
  package func progress(_ line: @autoclosure () -> String) {
    guard error.isTerminal, !isQuiet, progressLine.mayShow(at: now()) else { return }
    // CR and ECMA-48 EL: back to the line's start, erase what stood there.
    try? error.write("\r" + truncated(line(), to: error.width - 1) + "\u{1b}[K")
  }

  /// Takes the progress line away.
  package func clearProgress() {
    if progressLine.clear() { try? error.write("\r\u{1b}[K") }
  }
}
