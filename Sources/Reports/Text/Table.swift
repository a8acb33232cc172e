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
    guard medium.isTerminal else {
      return rows.reduce(into: "") { text, row in
        text += row.map(\.text).joined(separator: "\t") + "\n"
      }
    }
    let narrow = fitted(to: medium.width - indent)
    guard narrow.columns.count == columns.count else {
      return narrow.text(for: medium, indent: indent)
    }
    let header = columns.map { Cell($0.title, .faint) }
    let widths = fittedWidths(header: header, room: medium.width - indent)
    return ([header] + rows).reduce(into: "") { text, row in
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
      text += line + "\n"
    }
  }

  /// The table without the columns of least worth that have no room.
  private func fitted(to room: Int) -> Table {
    var table = self
    while table.fittedWidths(header: table.columns.map { Cell($0.title) }, room: room)
      .reduce(-2, { $0 + $1 + 2 }) > room
    {
      let worths = table.columns.map(\.worth)
      guard let least = worths.compactMap({ $0 }).min(), let place = worths.lastIndex(of: least)
      else { break }
      table.columns.remove(at: place)
      for row in table.rows.indices { table.rows[row].remove(at: place) }
    }
    return table
  }

  /// Each column's widest cell, flexible columns cut so that a line fits, though never below 8.
  private func fittedWidths(header: [Cell], room: Int) -> [Int] {
    var widths = columns.indices.map { place in
      ([header] + rows).reduce(0) { max($0, Reports.columns(of: $1[place].text)) }
    }
    var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - room
    while excess > 0 {
      let flexible = columns.indices.filter { columns[$0].isFlexible && widths[$0] > 8 }
      guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}
