import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs verify`: a check of the whole registry.
struct Verify: Verb {
  static let configuration = CommandConfiguration(
    abstract: "Check that the registry holds what was stored.",
    usage: "gan-runs verify [--data[=<percent>]] [<options>]",
    discussion: """
      Examples:
        gan-runs verify
        gan-runs verify --data

      Checks SQLite's pages and indexes, the schema, every row under a run's
      seal, what follows from other rows, and each checkpoint's digest; --data
      reads the weights themselves. Nothing is changed, and a training may go on
      meanwhile. Ends with status 65 where something is wrong, and names it: see
      docs/checkpoints.md.
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let reader = try registry.reader(console)
    try console.printVerification(output.format, try reader.verify(data: data.sample))
  }
}

extension Console {
  /// Prints what a check found.
  ///
  /// - Throws: `Failure` where something is wrong.
  func printVerification(
    _ format: OutputOptions.Format?, _ verification: Verification
  ) throws {
    let report = VerificationReport(verification)
    try printRecord(format, json: report.json, csv: report.csv, page: report.text(for: medium))
    guard !verification.isClean else { return }
    let count = report.count == 1 ? "one thing is wrong" : "\(report.count) things are wrong"
    let more = verification.unlisted > 0 ? ", \(verification.unlisted) of them not listed" : ""
    throw Failure(
      .invalid,
      "\(report.scope): \(count)\(more). Restore the registry from a backup, or go on without what is "
        + "named.")
  }
}
