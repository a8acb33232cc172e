/// What a call counted, each number under its name: one record.
package struct Counts: Sendable {
  /// In the order that they are shown; names that end in `bytes` count bytes.
  package var entries: [(name: String, value: Int)]

  /// Numbers under their names.
  package init(_ entries: [(name: String, value: Int)]) { self.entries = entries }

  /// A line a number; a terminal gets bytes in larger units.
  package func text(for medium: Medium) -> String {
    Table(
      columns: [Table.Column("count"), Table.Column("value", isNumeric: true)],
      rows: entries.map { name, value in
        let isShort = medium.isTerminal && name.split(separator: "_").contains("bytes")
        return [Table.Cell(name), Table.Cell(isShort ? byteText(value) : String(value))]
      }
    ).text(for: medium)
  }

  /// A header line and one line of numbers.
  package var csv: String {
    csvLine(entries.map(\.name)) + csvLine(entries.map { String($0.value) })
  }

  /// An object of the numbers.
  package var json: JSONValue { .object(entries.map { ($0.name, .integer($0.value)) }) }
}
