import ArgumentParser

/// When output is coloured.
package enum ColorChoice: String, Sendable, CaseIterable, ExpressibleByArgument {
  case auto
  case always
  case never

  /// Whether a stream is coloured: by this choice, else by `NO_COLOR` (no-color.org),
  /// `CLICOLOR_FORCE` (bixense.com/clicolors), `TERM=dumb`, and whether it is a terminal.
  func colors(isTerminal: Bool, environment: (String) -> String?) -> Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .auto: break
    }
    if environment("NO_COLOR").map({ !$0.isEmpty }) == true { return false }
    if let force = environment("CLICOLOR_FORCE"), !force.isEmpty, force != "0" { return true }
    return isTerminal && environment("TERM") != "dumb"
  }
}
