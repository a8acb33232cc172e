import ArgumentParser
import Reports
import RunModel
import RunRegistry

/// `gan-runs checkpoints diff`: what differs between two checkpoints.
struct CheckpointsDiff: Verb {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show which tensors and counters of two checkpoints differ, and how much.",
    usage: "gan-runs checkpoints diff <first> <second> [<options>]",
    discussion: """
      Examples:
        gan-runs checkpoints diff ring@epoch:3 ring@epoch:4
        gan-runs checkpoints diff first second --json

      Of each tensor that differs: both norms, the norm of the change, the largest
      change and where it is, and how many values differ. Ends with 0 whether or
      not they differ.
      """)

  @Argument(
    help: ArgumentHelp(
      "A run, or one of its checkpoints: @last, @best, @epoch:12, @step:900 or @ and a pin.",
      valueName: "first"), completion: RunCompletion.checkpoints)
  var first: String

  @Argument(
    help: ArgumentHelp("What it is compared with, named likewise.", valueName: "second"),
    completion: RunCompletion.checkpoints)
  var second: String

  @Flag(help: "List equal tensors too.")
  var all = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    // A reader has one checkpoint open at a time.
    let readers = (try registry.reader(console), try registry.reader(console))
    let difference = try readers.0.withStoredCheckpoint(first) { one in
      try readers.1.withStoredCheckpoint(second) { other in
        try CheckpointDifference(
          .init(one), .init(other), states: (.init(one), .init(other)), listsEqual: all
        ) { try Self.values(one, $0, other, $1) }
      }
    }
    try console.printRecord(
      output.format, json: difference.json, csv: difference.csv,
      page: difference.text(for: console.medium))
  }

  /// How a tensor that both have differs, one whole tensor in memory at most; tensors of one digest are
  /// not read.
  private static func values(
    _ first: StoredCheckpoint, _ one: Int, _ second: StoredCheckpoint, _ other: Int
  ) throws -> ValueDifference? {
    if first.digest(of: one) == second.digest(of: other) { return nil }
    return try first.withTensor(one) { memory in
      var values = ValueDifference()
      var place = 0
      try second.forEachChunk(of: other) { chunk in
        let piece = UnsafeRawBufferPointer(rebasing: memory[place..<place + chunk.count])
        values.add(piece, chunk)
        place += chunk.count
      }
      return values
    }
  }
}

extension CheckpointDifference.Side {
  fileprivate init(_ stored: StoredCheckpoint) {
    self.init(
      title: "\(stored.run.name)@step:\(stored.checkpoint.step)", checkpoint: stored.checkpoint)
  }
}

extension CheckpointState {
  fileprivate init(_ stored: StoredCheckpoint) {
    self.init(layout: stored.layout, counters: stored.counters, seed: stored.seed)
  }
}
