import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs backup`: a verified copy of the registry.
struct Backup: Verb {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the registry to a file, verified, while others may write to it.",
    usage: "gan-runs backup <file> [<options>]",
    discussion: """
      Examples:
        gan-runs backup /mnt/backup/gan-runs.db
        gan-runs backup monday.db --db runs.db

      The copy is of one moment, and compact. It is read back, every row and byte against its \
      digest, before it takes the place of an earlier backup of the same registry; any other file \
      is never replaced. A backup is a registry: --db opens it.
      """)

  @Argument(help: ArgumentHelp("Where to.", valueName: "file")) var file: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let backup = try registry.reader(console, .all).backUp(to: file)
    let counts = Counts([
      ("bytes", backup.bytes), ("runs", backup.runs), ("checkpoints", backup.checkpoints),
    ])
    try console.printRecord(
      output.format, json: counts.json, csv: counts.csv, page: counts.text(for: console.medium))
  }
}
