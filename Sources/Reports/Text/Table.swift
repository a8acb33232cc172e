import RunModel

/// Rows of cells under named columns.
package struct Table: Sendable {
  /// A column's name and how its cells stand.
  package struct Column: Sendable {
    /// As it stands in the header.
    package var title: String
    /// Numbers stand to the right.
    package var isNumeric: Bool
    /// Whether its cells may be cut where the terminal is too narrow.
    package var isFlexible: Bool
    /// Which columns are left out first where the terminal is too narrow still: the lowest numbers;
    /// without a number never.
    package var worth: Int?
    /// How many columns of the terminal it takes at least.
    package var least = 0

    /// A column of texts, unless said otherwise.
    ///
    /// - Parameter keepsCase: whether its name is someone's own word, not put in capitals.
    package init(
      _ name: String, isNumeric: Bool = false, isFlexible: Bool = false, keepsCase: Bool = false,
      worth: Int? = nil
    ) {
      title = keepsCase ? name : name.uppercased()
      self.isNumeric = isNumeric
      self.isFlexible = isFlexible
      self.worth = worth
    }

    /// A column of moments; how long ago they are moves nothing that stands beside it, as time passes.
    package static func moments(_ name: String, worth: Int?) -> Column {
      var column = Column(name, worth: worth)
      column.least = "59 minutes ago".count
      return column
    }
  }

  /// A cell's text and its colour.
  package struct Cell: Sendable, ExpressibleByStringLiteral {
    package var text: String
    package var paint: Paint?

    /// A cell of a text, its control characters escaped.
    package init(_ text: String, _ paint: Paint? = nil) {
      self.text = printable(text)
      self.paint = paint
    }

    package init(stringLiteral text: String) { self.init(text) }
  }

  package var columns: [Column]
  package var rows: [[Cell]]

  /// A table; every row has as many cells as there are columns.
  package init(columns: [Column], rows: [[Cell]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// The table's text: aligned under a header on a terminal, tab-separated without one elsewhere.
  ///
  /// - Parameter indent: spaces before each line on a terminal.
  package func text(for medium: Medium, indent: Int = 0) -> String {
    lines(for: medium, indent: indent).reduce(into: "") { $0 += $1 + "\n" }
  }

  /// The lines of the text; the header is the first on a terminal.
  func lines(for medium: Medium, indent: Int = 0) -> [String] {
    guard medium.isTerminal else {
      return rows.map { $0.map(\.text).joined(separator: "\t") }
    }
    let narrow = fitted(to: medium.width - indent).table
    guard narrow.columns.count == columns.count else {
      return narrow.lines(for: medium, indent: indent)
    }
    let header = columns.map { Cell($0.title, .faint) }
    let widths = fittedWidths(header: header, room: medium.width - indent)
    return ([header] + rows).map { row in
      var line = String(repeating: " ", count: indent)
      for (place, cell) in row.enumerated() {
        let shown = truncated(cell.text, to: widths[place])
        let space = String(repeating: " ", count: widths[place] - Reports.columns(of: shown))
        let painted = medium.paint(shown, cell.paint)
        let isLast = place == row.count - 1
        line += columns[place].isNumeric ? space + painted : painted + (isLast ? "" : space)
        if !isLast { line += "  " }
      }
      // A row that ends in empty cells would end in spaces.
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// The table without the columns of least worth that have no room, and the places of those.
  ///
  /// Flexible columns are cut to 16 before one is left out, and further only when none is left to go.
  func fitted(to room: Int) -> (table: Table, leftOut: [Int]) {
    let widths = naturalWidths(header: columns.map { Cell($0.title) }).enumerated().map {
      columns[$0].isFlexible ? min($1, 16) : $1
    }
    var kept = Array(columns.indices)
    while kept.reduce(-2, { $0 + widths[$1] + 2 }) > room,
      let least = kept.compactMap({ columns[$0].worth }).min()
    {
      kept.remove(at: kept.lastIndex { columns[$0].worth == least } ?? 0)
    }
    let table = Table(
      columns: kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } })
    return (table, columns.indices.filter { !kept.contains($0) })
  }

  /// Each column's widest cell, flexible columns cut so that a line fits, though never below 8.
  private func fittedWidths(header: [Cell], room: Int) -> [Int] {
    var widths = naturalWidths(header: header)
    var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - room
    while excess > 0 {
      let flexible = columns.indices.filter { columns[$0].isFlexible && widths[$0] > 8 }
      guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  /// Each column's widest cell.
  private func naturalWidths(header: [Cell]) -> [Int] {
    columns.indices.map { place in
      ([header] + rows).reduce(columns[place].least) {
        max($0, Reports.columns(of: $1[place].text))
      }
    }
  }
}
