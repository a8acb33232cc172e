import ArgumentParser
import RunModel
import RunRegistry

/// Which runs a verb is about, by what they have in common.
struct FilterOptions: ParsableArguments {
  /// The help of a filter, as an option or an argument.
  static let help = ArgumentHelp(
    "Only runs of which this is true; 'gan-runs help filters' tells its grammar.",
    valueName: "filter")

  @Option(help: help) var filter: String?

  /// The filter that was given.
  ///
  /// - Throws: `FilterError`.
  func parse() throws -> RunFilter? { try Self.parse(filter) }

  /// A filter from its text; one of nothing but spaces, as an empty variable of a script is, counts as none.
  ///
  /// - Throws: `FilterError`.
  static func parse(_ text: String?) throws -> RunFilter? {
    guard let text, !text.allSatisfy(\.isWhitespace) else { return nil }
    return try RunFilter(parsing: text)
  }
}

extension RegistryReader {
  /// What is said of settings, metrics and tags that no run has: to name one is no error, but rarely meant.
  func notes(onUnheard fields: [RunField]) throws -> [String] {
    var notes: [String] = []
    for unheard in try unheard(among: fields) {
      let hint = unheard.nearest.map { "; did you mean \($0.path)?" } ?? ""
      let note = "no run has \(unheard.field.path)\(hint)"
      if !notes.contains(note) { notes.append(note) }
    }
    return notes
  }
}
