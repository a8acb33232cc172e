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
      input: Input(
        isTerminal: isatty(STDIN_FILENO) == 1, readLine: { readLine() }, read: readStandardInput),
      environment: processVariable, now: Timestamp.now,
      pause: { usleep(UInt32($0) * 1000) }, keep: { _ = Unmanaged.passRetained($0) })
  }
}

extension Console.Stream {
  /// A stream of this process.
  static func descriptor(_ descriptor: Int32, place: String) -> Console.Stream {
    let isTerminal = isatty(descriptor) == 1
    return Console.Stream(
      isTerminal: isTerminal,
      width: terminalSize("COLUMNS", descriptor, \.ws_col) ?? 80,
      height: terminalSize("LINES", descriptor, \.ws_row) ?? 24,
      hasColor: ColorChoice.auto.colors(isTerminal: isTerminal, environment: processVariable)
    ) { text in
      var text = text
      try text.withUTF8 {
        try writeAll(UnsafeRawBufferPointer($0), to: descriptor, place: place)
      }
    }
  }
}

/// Reads what comes next, as `Console.Input.read` says.
@Sendable private func readStandardInput(
  into memory: UnsafeMutableRawBufferPointer, waits: () -> Bool
) throws -> Int {
  while true {
    var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    // Ctrl-C does not interrupt this thread's calls: it is asked for ten times a second.
    let ready = poll(&waiting, 1, waits() ? 100 : 0)
    if ready == 0 {
      if waits() { continue }
      return 0
    }
    let count = ready < 0 ? -1 : read(STDIN_FILENO, memory.baseAddress, memory.count)
    if count >= 0 { return count }
    guard errno == EINTR || errno == EAGAIN else {
      throw Failure(
        .disk, "standard input can't be read: \(String(cString: strerror(errno)))")
    }
  }
}

@Sendable private func processVariable(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}

/// Columns or lines: a variable where it is a number, else what the terminal says.
private func terminalSize(
  _ variable: String, _ descriptor: Int32, _ field: KeyPath<winsize, UInt16>
) -> Int? {
  if let size = processVariable(variable).flatMap({ Int($0) }), (1...10_000).contains(size) {
    return size
  }
  var size = winsize()
  guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size[keyPath: field] > 0 else {
    return nil
  }
  return Int(size[keyPath: field])
}
