/// A look at a YAML text before the parser takes it: the parser builds nodes by recursion and keeps
/// a copy of what an alias names, so that brackets and aliases must be bounded beforehand.
struct YAMLScan {
  /// The first line that must not reach the parser, with the sentence that says why.
  private(set) var problem: (line: Int, message: String)?

  private enum State { case plain, singleQuoted, doubleQuoted, comment }

  /// Scans a text once.
  init(_ text: String) {
    var state = State.plain
    var line = 1
    var depth = 0
    // `- - - x` nests by dashes, but only at a line's beginning.
    var leadingDashes = 0
    var onlyDashes = true
    // Whether a token may begin here: quotes, `&` and `*` mean something only there.
    var atTokenStart = true
    var previous = UInt8(ascii: "\n")
    var isEscaped = false
    for byte in text.utf8 {
      let character = Character(UnicodeScalar(byte))
      if character == "\n" {
        line += 1
        leadingDashes = 0
        onlyDashes = true
        if state == .comment { state = .plain }
      }
      switch state {
      case .comment: break
      case .singleQuoted: if character == "'" { state = .plain }
      case .doubleQuoted:
        if isEscaped {
          isEscaped = false
        } else if character == "\\" {
          isEscaped = true
        } else if character == "\"" {
          state = .plain
        }
      case .plain:
        switch character {
        case "#" where previous == UInt8(ascii: " ") || previous == UInt8(ascii: "\n"):
          state = .comment
        case "'" where atTokenStart: state = .singleQuoted
        case "\"" where atTokenStart: state = .doubleQuoted
        case "&" where atTokenStart, "*" where atTokenStart:
          problem = (line, "anchors and aliases are not supported; write the value out")
          return
        case "[", "{": depth += 1
        case "]", "}": depth -= 1
        case "-" where onlyDashes, "?" where onlyDashes: leadingDashes += 1
        default: break
        }
        if depth + leadingDashes > 64 {
          problem = (line, "this nests deeper than 64 levels")
          return
        }
      }
      if !"\n \t-?".contains(character) { onlyDashes = false }
      if !" \t".contains(character) { atTokenStart = "\n[{,:-?".contains(character) }
      previous = byte
    }
  }
}
