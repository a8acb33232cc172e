/// Parts separated by commas, on as many lines as they need.
func wrapped(_ parts: [String], to width: Int) -> [String] {
  var lines: [String] = []
  for (place, part) in parts.enumerated() {
    let shown = part + (place == parts.count - 1 ? "" : ",")
    if let line = lines.last, columns(of: line) + 1 + columns(of: shown) <= width {
      lines[lines.count - 1] = line + " " + shown
    } else {
      lines.append(shown)
    }
  }
  return lines
}
