/// A text safe to print on one line: control characters are written as escapes.
///
/// Names, tags, keys and paths come from files that others wrote; an escape sequence in one of them
/// must not reach a terminal, and a tab or a line end must not break a table.
///
/// - Parameter limit: the scalars that are kept of a longer text, behind which `…` stands. By scalars: one
///   character can have marks without end.
package func printable(_ text: String, limit: Int = .max) -> String {
  // Of nearly all texts the bytes tell.
  var bytes = text
  let isPlain = bytes.withUTF8 { $0.allSatisfy { (0x20..<0x7f).contains($0) } }
  if isPlain, text.utf8.count <= limit { return text }
  let scalars = text.unicodeScalars
  // What has no more bytes has no more scalars.
  let end =
    text.utf8.count <= limit
    ? scalars.endIndex
    : scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex)
      ?? scalars.endIndex
  guard end < scalars.endIndex || scalars.contains(where: isControl) else { return text }
  var result = ""
  for scalar in scalars[..<end] {
    switch scalar {
    case "\t": result += "\\t"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case _ where isControl(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return end < scalars.endIndex ? result + "…" : result
}

/// What moves a terminal's cursor, ends a line, or reorders what stands on it.
private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
    // Line and paragraph separators, and the overrides of direction (Unicode TR 36 § 2.5).
    || (0x2028...0x202e).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
}
