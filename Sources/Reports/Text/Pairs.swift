import RunModel

/// Lays out keys and values in as many columns as the medium is wide, read downwards.
///
/// - Parameter indent: spaces before each line.
func pairsText(_ pairs: [(key: String, value: String)], for medium: Medium, indent: Int = 2)
  -> String
{
  guard !pairs.isEmpty else { return "" }
  let keyWidth = pairs.reduce(0) { max($0, columns(of: $1.key)) }
  let entries = pairs.map { key, value in
    let shown = truncated(printable(value), to: max(8, medium.width - indent - keyWidth - 2))
    return padded(key, to: keyWidth) + "  " + shown
  }
  // A single long value (a command line, a path) shall not take the columns from all the others.
  let sorted = entries.map { columns(of: $0) }.sorted()
  let width = max(1, sorted[(sorted.count - 1) * 9 / 10])
  let across = max(1, (medium.width - indent + 3) / (width + 3))
  guard across > 1 else {
    return entries.map { String(repeating: " ", count: indent) + $0 + "\n" }.joined()
  }
  let wide = entries.filter { columns(of: $0) > width }
  let narrow = entries.filter { columns(of: $0) <= width }
  let down = (narrow.count + across - 1) / across
  var text = ""
  for row in 0..<down {
    let cells = stride(from: row, to: narrow.count, by: down).map { narrow[$0] }
    var line = String(repeating: " ", count: indent)
    for (place, cell) in cells.enumerated() {
      line += place == cells.count - 1 ? cell : padded(cell, to: width) + "   "
    }
    text += line + "\n"
  }
  return wide.reduce(into: text) { $0 += String(repeating: " ", count: indent) + $1 + "\n" }
}
