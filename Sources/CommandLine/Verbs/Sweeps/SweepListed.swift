import ArgumentParser
import Configuration
import Reports
import RunModel
import RunRegistry
import Sweeps

/// `gan-runs sweep list`.
struct SweepListed: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the sweeps of a registry, newest first.",
    usage: "gan-runs sweep list [<options>]",
    discussion: """
      Examples:
        gan-runs sweep list
        gan-runs sweep list --json
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    var sweeps: [(sweep: Sweep, standing: SweepStanding?)] = []
    for sweep in try reader.sweeps() {
      do {
        sweeps.append((sweep, try StoredSweep(sweep.name, in: reader).standing))
      } catch let error as ConfigurationError {
        // One that another version wrote keeps none of the others from being listed.
        console.note("\(error)")
        sweeps.append((sweep, nil))
      }
    }
    let rows = SweepRows(sweeps)
    try console.printRecords(
      output.format, json: rows.json, csv: rows.csv, table: rows.text(for: console.medium))
  }
}
