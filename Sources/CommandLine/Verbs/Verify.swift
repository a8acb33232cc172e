import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs verify`: a check of the whole registry.
struct Verify: Verb {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that the registry holds what was stored.",
    usage: """
      gan-runs verify [--data[=<percent>]] [<options>]
      gan-runs verify --resume <run[@checkpoint]> [<options>]
      """,
    discussion: """
      Examples:
        gan-runs verify
        gan-runs verify --resume latest

      Checks SQLite's pages and indexes, the schema, every row under a run's
      seal, what follows from other rows, and each checkpoint's digest; --data
      reads the weights themselves. Nothing is changed, and a training may go on
      meanwhile. Ends with status 65 where something is wrong, and names it: see
      docs/checkpoints.md.

      --resume proves that a run goes on exactly: from the checkpoint that is
      named, else the one before its newest, it trains in memory to the newest
      and compares every tensor and counter with what is stored there.
      """)

  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "Train a run on in memory from an earlier checkpoint, and compare it with its newest.",
      valueName: "run[@checkpoint]"), completion: RunCompletion.checkpoints)
  var resume: String?

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if resume != nil, data.data != nil {
      throw ValidationError("--data reads what is stored and --resume trains; ask for one of them.")
    }
    if resume == nil, threads.threads != nil {
      throw ValidationError("--threads is for --resume, which trains.")
    }
  }

  func run(_ console: Console) throws {
    if let resume {
      let proof = try ResumeProof(resume, in: registry.reader(console))
      return try console.printRepetition(
        output.format, try proof.repeated(threads: threads, on: console))
    }
    let reader = try registry.reader(console, .all)
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

extension Console {
  /// Prints what a repeated stretch of a run came to.
  ///
  /// - Throws: `Failure` where it came to something else than was stored.
  fileprivate func printRepetition(
    _ format: OutputOptions.Format?, _ repetition: Repetition
  ) throws {
    try printRecord(
      format, json: repetition.json, csv: repetition.csv, page: repetition.text(for: medium))
    guard !repetition.difference.isEmpty else { return }
    throw Failure(
      .invalid,
      "\(repetition.sentence); where nothing was said of another environment, and 'gan-runs verify --data' "
        + "finds nothing, please report it")
  }
}
