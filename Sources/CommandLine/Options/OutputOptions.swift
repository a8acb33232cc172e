package import ArgumentParser

/// How a verb prints its data: a table, unless one of the three formats is asked for.
package struct OutputOptions: ParsableArguments {
  /// A format for programs.
  package enum Format: String, EnumerableFlag {
    case json
    case ndjson
    case csv

    package static func help(for format: Format) -> ArgumentHelp? {
      switch format {
      case .json: "Print JSON (docs/json.md)."
      case .ndjson: "Print JSON, one object a line."
      case .csv: "Print CSV with a header line."
      }
    }
  }

  @Flag package var format: Format?

  package init() {}
}
