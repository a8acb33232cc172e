package import ArgumentParser

/// The `gan-runs` command.
package struct GanRuns: ParsableCommand {
  package static let configuration = CommandConfiguration(commandName: "gan-runs")
  package init() {}
}
