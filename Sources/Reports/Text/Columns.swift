/// How many terminal columns a text takes.
package func columns(of text: String) -> Int {
  if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
  return text.reduce(0) { $0 + columns(of: $1) }
}

/// A text cut to a number of columns, its end replaced by `…` where it is longer.
package func truncated(_ text: String, to width: Int) -> String {
  guard columns(of: text) > width else { return text }
  var result = ""
  var room = max(0, width - 1)
  for character in text {
    let needed = columns(of: character)
    guard needed <= room else { break }
    result.append(character)
    room -= needed
  }
  return result + "…"
}

/// A text filled up with spaces to a number of columns.
package func padded(_ text: String, to width: Int, right: Bool = false) -> String {
  let spaces = String(repeating: " ", count: max(0, width - columns(of: text)))
  return right ? spaces + text : text + spaces
}

/// Columns of one character: two for the wide ones of Unicode TR 11, by their usual blocks.
private func columns(of character: Character) -> Int {
  guard let scalar = character.unicodeScalars.first else { return 0 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: break
  }
  // An emoji, by itself or by a variation selector (Unicode TR 51 § 1.4.2).
  if scalar.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{fe0f}") {
    return 2
  }
  switch scalar.value {
  case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff,
    0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff,
    0x1fa70...0x1faff, 0x20000...0x3fffd:
    return 2
  default: return 1
  }
}
