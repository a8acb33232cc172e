import Files
import RunModel

#if canImport(Glibc)
  import Glibc
#endif

extension Console {
  /// The console of this process: descriptors 1 and 2, its environment, the system clock.
  static var process: Console {
    Console(
      output: .descriptor(STDOUT_FILENO, place: "standard output"),
      error: .descriptor(STDERR_FILENO, place: "standard error"),
      input: Input(isTerminal: isatty(STDIN_FILENO) == 1) { readLine() },
      environment: processVariable, now: Timestamp.now)
  }
}

extension Console.Stream {
  /// A stream of this process.
  static func descriptor(_ descriptor: Int32, place: String) -> Console.Stream {
    let isTerminal = isatty(descriptor) == 1
    return Console.Stream(
      isTerminal: isTerminal, width: terminalWidth(descriptor),
      hasColor: ColorChoice.auto.colors(isTerminal: isTerminal, environment: processVariable)
    ) { text in
      var text = text
      try text.withUTF8 {
        try writeAll(UnsafeRawBufferPointer($0), to: descriptor, place: place)
      }
    }
  }
}

@Sendable private func processVariable(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}

/// Columns: `COLUMNS` where it is a number, else what the terminal says, else 80.
private func terminalWidth(_ descriptor: Int32) -> Int {
  if let columns = processVariable("COLUMNS").flatMap({ Int($0) }), (1...10_000).contains(columns) {
    return columns
  }
  var size = winsize()
  guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
  return Int(size.ws_col)
}
