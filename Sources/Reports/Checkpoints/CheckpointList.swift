package import RunModel

/// A run's checkpoints, one a line.
package struct CheckpointList: Sendable {
  package var checkpoints: [Checkpoint]

  /// A list of checkpoints in the order given.
  package init(_ checkpoints: [Checkpoint]) { self.checkpoints = checkpoints }

  private static let names = [
    "run_id", "epoch", "step", "digest", "bytes", "stored_bytes", "tensors", "pins", "created_at",
  ]

  /// The checkpoints as a table; a terminal gets the digest's first 12 digits.
  package func text(for medium: Medium, indent: Int = 0) -> String {
    guard medium.isTerminal else {
      return Table(
        columns: Self.names.map { Table.Column($0) },
        rows: checkpoints.map { Self.fields($0).map { Table.Cell($0) } }
      ).text(for: medium)
    }
    return Table(
      columns: [
        Table.Column("epoch", isNumeric: true), Table.Column("step", isNumeric: true),
        Table.Column("digest"), Table.Column("bytes", isNumeric: true, worth: 4),
        Table.Column("stored", isNumeric: true, worth: 2),
        Table.Column("tensors", isNumeric: true, worth: 1), .moments("created", worth: 3),
        Table.Column("pins"),
      ],
      rows: checkpoints.map { checkpoint in
        [
          // A checkpoint within an epoch is not that epoch's end.
          Table.Cell("\(checkpoint.epoch)\(checkpoint.isEpochEnd ? "" : "…")"),
          Table.Cell(String(checkpoint.step)),
          Table.Cell(String(checkpoint.digest.description.prefix(12))),
          Table.Cell(byteText(checkpoint.bytes)), Table.Cell(byteText(checkpoint.storedBytes)),
          Table.Cell(String(checkpoint.tensors)),
          Table.Cell(medium.text(checkpoint.createdAt), .faint),
          Table.Cell(checkpoint.pins.joined(separator: ", "), .strong),
        ]
      }
    ).text(for: medium, indent: indent)
  }

  /// The checkpoints as CSV with a header line.
  package var csv: String {
    checkpoints.reduce(into: csvLine(Self.names)) { $0 += csvLine(Self.fields($1)) }
  }

  /// The checkpoints as JSON objects.
  package var json: [JSONValue] {
    checkpoints.map { checkpoint in
      .object([
        ("run_id", .string(checkpoint.runID.rawValue)),
        ("epoch", .integer(checkpoint.epoch)),
        ("step", .integer(checkpoint.step)),
        ("digest", .string(checkpoint.digest.description)),
        ("bytes", .integer(checkpoint.bytes)),
        ("stored_bytes", .integer(checkpoint.storedBytes)),
        ("tensors", .integer(checkpoint.tensors)),
        ("pins", .array(checkpoint.pins.sorted().map(JSONValue.string))),
        ("created_at", .time(checkpoint.createdAt)),
        ("is_epoch_end", .boolean(checkpoint.isEpochEnd)),
      ])
    }
  }

  private static func fields(_ checkpoint: Checkpoint) -> [String] {
    [
      checkpoint.runID.rawValue, String(checkpoint.epoch), String(checkpoint.step),
      checkpoint.digest.description, String(checkpoint.bytes), String(checkpoint.storedBytes),
      String(checkpoint.tensors), checkpoint.pins.sorted().joined(separator: " "),
      checkpoint.createdAt.rfc3339,
    ]
  }
}
