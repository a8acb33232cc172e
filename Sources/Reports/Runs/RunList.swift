package import RunModel

/// A list of runs, one a line, under chosen columns.
package struct RunList: Sendable {
  /// The columns shown where none are chosen.
  package static let usualFields: [RunField] = [
    .own(.id), .own(.name), .own(.status), .own(.epoch), .own(.step),
    .metric("d_loss", .last), .metric("g_loss", .last), .metric("d_accuracy", .last),
    .own(.createdAt),
  ]

  package var runs: [Run]
  package var fields: [RunField]

  /// A list of runs in the order given.
  package init(runs: [Run], fields: [RunField] = usualFields) {
    self.runs = runs
    self.fields = fields
  }

  /// The runs as a table.
  package func text(for medium: Medium) -> String {
    Table(
      columns: fields.map { field in
        Table.Column(
          Self.titles[field] ?? field.name, isNumeric: field.isNumeric,
          isFlexible: field == .own(.name) || !(field.isNumeric || isOwn(field)))
      },
      rows: runs.map { run in fields.map { $0.cell(of: run, for: medium) } }
    ).text(for: medium)
  }

  /// Headings of a table that are shorter than the fields' names.
  private static let titles: [RunField: String] = [
    .own(.createdAt): "created", .own(.deletedAt): "deleted",
  ]

  private func isOwn(_ field: RunField) -> Bool {
    if case .own = field { true } else { false }
  }

  /// The runs as CSV under the fields' names; a missing value is an empty field.
  package var csv: String {
    runs.reduce(into: csvLine(fields.map(\.name))) { text, run in
      text += csvLine(fields.map { $0.text(of: run) ?? "" })
    }
  }

  /// Chosen metrics, settings and tags that none of the runs has: perhaps a slip of the pen.
  package var unknownFields: [RunField] {
    fields.filter { field in !isOwn(field) && runs.allSatisfy { field.text(of: $0) == nil } }
  }

  /// The run objects.
  package var json: [JSONValue] { runs.map(runJSON) }
}
