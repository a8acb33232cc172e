import Foundation

/// A PNG file as kitty's graphics protocol shows it
/// (sw.kovidgoyal.net/kitty/graphics-protocol).
///
/// - Parameter columns: how many cells wide it is shown.
package func kittyGraphics(png: [UInt8], columns: Int) -> String {
  // "Remote client": the file in the escape codes themselves, 4096 characters of base 64 in each.
  let text = Data(png).base64EncodedString()
  var rest = text[...]
  var result = ""
  repeat {
    let piece = rest.prefix(4096)
    rest = rest.dropFirst(4096)
    // q=2: the terminal answers nothing, which would be taken for typed text.
    let head = result.isEmpty ? "f=100,a=T,q=2,c=\(columns)," : ""
    result += "\u{1b}_G\(head)m=\(rest.isEmpty ? 0 : 1);\(piece)\u{1b}\\"
  } while !rest.isEmpty
  return result + "\n"
}

/// Whether a terminal says that it has kitty's graphics protocol: kitty, Ghostty, WezTerm, Konsole.
///
/// Within tmux and screen it does not reach the terminal, and they name themselves in `TERM`.
///
/// - Parameter variable: a variable of the environment.
package func hasKittyGraphics(_ variable: (String) -> String?) -> Bool {
  let terminal = variable("TERM") ?? ""
  if terminal.hasPrefix("screen") || terminal.hasPrefix("tmux") { return false }
  if terminal == "xterm-kitty" || terminal == "xterm-ghostty" { return true }
  if let program = variable("TERM_PROGRAM"), ["ghostty", "WezTerm"].contains(program) {
    return true
  }
  return ["KITTY_WINDOW_ID", "KONSOLE_VERSION"].contains { variable($0)?.isEmpty == false }
}
