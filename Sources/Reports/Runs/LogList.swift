package import RunModel

/// Lines that a run logged, in their order.
package struct LogList: Sendable {
  package var lines: [LogLine]

  /// Lines of one run.
  package init(_ lines: [LogLine]) { self.lines = lines }

  /// Each line after its time: relative on a terminal, RFC 3339 and a tab elsewhere.
  package func text(for medium: Medium) -> String {
    lines.reduce(into: "") { text, line in
      let time = medium.text(line.time)
      let start =
        medium.isTerminal ? medium.paint(padded(time, to: 14), .faint) + "  " : time + "\t"
      text += start + printable(line.text) + "\n"
    }
  }

  /// The names of the CSV's columns.
  package static let csvHeader = csvLine(["attempt", "time", "text"])

  /// The lines as CSV, without a header.
  package var csvLines: String {
    lines.reduce(into: "") {
      $0 += csvLine([String($1.attempt), $1.time.rfc3339, $1.text])
    }
  }

  /// An object a line.
  package var json: [JSONValue] {
    lines.map { line in
      .object([
        ("attempt", .integer(line.attempt)), ("time", .time(line.time)),
        ("text", .string(line.text)),
      ])
    }
  }
}
