extension Console {
  /// Shows a text anew each second on a terminal, in place, until there is none; elsewhere only waits
  /// until then.
  ///
  /// - Parameter text: makes the text, `nil` once nothing changes any more; called at once and then each
  ///   second.
  func follow(_ text: () throws -> String?) throws {
    var isShown = false
    while let text = try text() {
      if output.isTerminal {
        // ECMA-48 CUP: to the upper left corner; ED: erase all, the first time; EL and ED: erase what an
        // earlier text left to the right and below. Erased as a whole each time, it would flicker.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
          .prefix(max(1, output.height - 1))
        try write(
          (isShown ? "" : "\u{1b}[2J") + "\u{1b}[H"
            + lines.joined(separator: "\u{1b}[K\n") + "\u{1b}[J")
        isShown = true
      }
      pause(1000)
    }
    if isShown { try write("\u{1b}[2J\u{1b}[H") }
  }
}
