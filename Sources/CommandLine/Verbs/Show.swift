import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs show`: one run.
struct Show: Verb {
  static let configuration = CommandConfiguration(
    abstract: "Show one run: settings, environment, attempts, metrics, checkpoints.",
    usage: "gan-runs show <run> [<options>]",
    discussion: """
      Examples:
        gan-runs show latest
        gan-runs show ring --json
      """)

  @Argument(help: RunReference.help, completion: RunCompletion.runs) var run: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    let run = try reader.run(run)
    let page = RunPage(
      run: run, environment: try reader.environment(of: run.id),
      attempts: try reader.attempts(of: run.id), checkpoints: try reader.checkpoints(of: run.id))
    try console.printRecord(
      output.format, json: page.json, csv: page.csv, page: page.text(for: console.medium))
  }
}
