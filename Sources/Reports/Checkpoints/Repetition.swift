package import RunModel

/// A stretch of a run that was trained once more in memory, and what it came to.
package struct Repetition: Sendable {
  package var run: Run
  /// Where it began.
  package var start: Checkpoint
  /// The state that was trained once more, then the one that was stored.
  package var difference: CheckpointDifference

  /// A stretch from its start to the checkpoint that it was compared with.
  package init(run: Run, start: Checkpoint, difference: CheckpointDifference) {
    self.run = run
    self.start = start
    self.difference = difference
  }

  /// Steps that were trained.
  package var steps: Int { difference.second.checkpoint.step - start.step }

  /// What came of it: a line, and where something differs what that is.
  package func text(for medium: Medium) -> String {
    guard medium.isTerminal, difference.isEmpty else { return difference.text(for: medium) }
    return sentence + "\n"
  }

  /// What came of it, on one line.
  package var sentence: String {
    let place = "from @step:\(start.step) to @step:\(difference.second.checkpoint.step)"
    let name = "\(printable(run.name)) (\(run.id))"
    if difference.isEmpty {
      return
        "\(name) goes on exactly: \(steps) steps \(place) came to the same \(difference.tensors.count) "
        + "tensors and all counters, digest \(difference.second.checkpoint.digest)"
    }
    return
      "\(name) does not go on exactly: of \(steps) steps \(place), \(difference.differing.count) of "
      + "\(difference.tensors.count) tensors and \(difference.counters.count) counters differ"
  }

  /// The difference as CSV.
  package var csv: String { difference.csv }

  /// The object of docs/json.md.
  package var json: JSONValue {
    .object(
      [
        ("run_id", .string(run.id.rawValue)), ("start", start.placeJSON),
        ("steps", .integer(steps)),
      ] + difference.members)
  }
}
