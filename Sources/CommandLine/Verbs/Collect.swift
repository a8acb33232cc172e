import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs gc`: removes what nothing needs, and shrinks the file.
struct Collect: Verb {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract:
      "Remove deleted runs whose time is over and bytes that nothing names; shrink the file.",
    usage: "gan-runs gc [<options>]",
    discussion: """
      Examples:
        gan-runs gc --dry-run
        gan-runs gc --now

      It may run beside training, and may be stopped at any moment: what it did stays done, what \
      it did not the next call does.
      """)

  @Flag(help: "Remove every deleted run, also those that could be restored.") var now = false

  @Flag(help: "Remove nothing; print what would go.") var dryRun = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let grace = now ? Duration.zero : RegistryWriter.gracePeriod
    let garbage =
      try dryRun
      ? registry.reader(console, .all).garbage(grace: grace)
      : registry.withWriter(console) { try $0.collectGarbage(grace: grace) }
    let counts = Counts([
      ("runs", garbage.runs), ("checkpoints", garbage.checkpoints),
      ("contents", garbage.contents), ("chunks", garbage.chunks),
      ("bytes_freed", garbage.bytesFreed), ("file_bytes", garbage.fileBytes),
    ])
    try console.printRecord(
      output.format, json: counts.json, csv: counts.csv, page: counts.text(for: console.medium))
    let deleted = try registry.reader(console, .deleted).runs(limit: 0).total
    let waiting = dryRun ? deleted - garbage.runs : deleted
    if waiting > 0 {
      console.note(
        "\(waiting) deleted run\(waiting == 1 ? "" : "s") can still be restored; --now removes "
          + (waiting == 1 ? "it" : "them"))
    }
  }
}
