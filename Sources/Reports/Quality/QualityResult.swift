package import RunModel

/// What quality metrics say of one checkpoint.
package struct QualityResult: Sendable {
  package var runID: RunID
  package var digest: SHA256Digest
  /// In the order that they are shown.
  package var values: [(name: String, value: Double)]

  /// The values of one checkpoint.
  package init(runID: RunID, digest: SHA256Digest, values: [(name: String, value: Double)]) {
    self.runID = runID
    self.digest = digest
    self.values = values
  }

  /// A line a metric; a terminal gets the values short.
  package func text(for medium: Medium) -> String {
    Table(
      columns: [Table.Column("metric"), Table.Column("value", isNumeric: true)],
      rows: values.map { name, value in
        [Table.Cell(name), Table.Cell(medium.isTerminal ? figures(value) : value.shortestText)]
      }
    ).text(for: medium)
  }

  /// A line a metric, each with the run and the checkpoint.
  package var csv: String {
    values.reduce(into: csvLine(["run_id", "checkpoint_digest", "metric", "value"])) {
      text, entry in
      text += csvLine([
        runID.rawValue, digest.description, entry.name, entry.value.shortestText,
      ])
    }
  }

  /// The contract's object.
  package var json: JSONValue {
    .object([
      ("run_id", .string(runID.rawValue)), ("checkpoint_digest", .string(digest.description)),
      ("metrics", .object(values.map { ($0.name, .number($0.value)) })),
    ])
  }
}
