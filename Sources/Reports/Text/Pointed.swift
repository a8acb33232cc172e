import RunModel

/// A text on one line and carets beneath a part of it, both indented; of a long text what stands around
/// that part.
package func pointed(at place: Range<String.Index>, of text: String) -> String {
  /// Columns that are left of a terminal of the usual 80, and those of them before the part.
  let (room, lead) = (72, 48)
  let before = printable(String(text[..<place.lowerBound]))
  let part = printable(String(text[place]))
  let after = printable(String(text[place.upperBound...]))
  var shown = before
  if columns(of: before) > lead {
    var room = lead - 1
    let kept = before.reversed().prefix { character in
      room -= columns(of: String(character))
      return room >= 0
    }
    shown = "…" + String(kept.reversed())
  }
  let start = columns(of: shown)
  let count = min(max(1, columns(of: part)), room - start)
  return "  " + truncated(shown + part + after, to: room) + "\n"
    + String(repeating: " ", count: 2 + start) + String(repeating: "^", count: count)
}
