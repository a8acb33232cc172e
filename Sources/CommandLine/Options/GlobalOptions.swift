import ArgumentParser

/// Options that every verb takes.
package struct GlobalOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Print results only: no notes, no progress.")
  package var quiet = false

  @Option(
    help: ArgumentHelp(
      "Colour the output: auto (on a terminal, unless NO_COLOR is set), always or never.",
      valueName: "when"))
  package var color = ColorChoice.auto

  package init() {}

  /// A console that heeds these options.
  package func applied(to console: Console) -> Console {
    var console = console
    console.isQuiet = quiet
    guard color != .auto else { return console }
    console.output.hasColor = color == .always
    console.error.hasColor = color == .always
    return console
  }
}
