import ArgumentParser

extension GanRuns {
  /// One page of help: the words that call it and its text at 80 columns.
  package struct HelpPage: Sendable {
    /// Such as `gan-runs checkpoints list`.
    package var call: String
    package var text: String
  }

  /// The help of the program and of every verb, in the order of the subcommands.
  package static var helpPages: [HelpPage] {
    pages(of: self, call: configuration.commandName ?? "gan-runs")
  }

  private static func pages(of command: any ParsableCommand.Type, call: String) -> [HelpPage] {
    let own = HelpPage(call: call, text: helpMessage(for: command, columns: 80))
    return command.configuration.subcommands.reduce(into: [own]) { pages, subcommand in
      let name = subcommand.configuration.commandName ?? "\(subcommand)".lowercased()
      pages += Self.pages(of: subcommand, call: "\(call) \(name)")
    }
  }
}
