/// Where a setting was written: a file and a line, or an option of the command line.
package struct Place: Sendable, Hashable, CustomStringConvertible {
  /// A file's name, `preset ring`, `--set`, `--epochs`.
  package let source: String
  /// From 1; `nil` where the source has no lines.
  package let line: Int?

  /// A place from its parts.
  package init(source: String, line: Int?) {
    self.source = source
    self.line = line
  }

  /// `fashion.yaml:12`, or the source alone.
  package var description: String { line.map { "\(source):\($0)" } ?? source }
}
