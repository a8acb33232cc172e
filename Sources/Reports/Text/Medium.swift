package import RunModel

/// What a text is written for: a terminal of some width, or a pipe or file.
package struct Medium: Sendable {
  /// Whether a person looks at it; otherwise tables are tab-separated and times whole.
  package var isTerminal: Bool
  /// Columns of the terminal.
  package var width: Int
  /// Lines of the terminal.
  package var height: Int
  /// Whether colours may be used.
  package var hasColor: Bool
  /// The moment that relative times count from.
  package var now: Timestamp

  /// A medium from its properties.
  package init(
    isTerminal: Bool, width: Int, height: Int = 24, hasColor: Bool, now: Timestamp
  ) {
    self.isTerminal = isTerminal
    self.width = width
    self.height = height
    self.hasColor = hasColor
    self.now = now
  }

  /// A text in a colour, where the medium has colours.
  package func paint(_ text: String, _ paint: Paint?) -> String {
    guard hasColor, let paint, !text.isEmpty else { return text }
    return "\u{1b}[\(paint.rawValue)m\(text)\u{1b}[0m"
  }

  /// A moment: `4 minutes ago` on a terminal, RFC 3339 elsewhere.
  package func text(_ time: Timestamp) -> String {
    isTerminal ? relativeTime(from: time, to: now) : time.rfc3339
  }
}

/// The colours in use, by what they say where they say something; the numbers are SGR parameters of ECMA-48 § 8.3.117.
package enum Paint: Int, Sendable {
  case strong = 1
  case faint = 2
  case bad = 31
  case good = 32
  case caution = 33
  case blue = 34
  case violet = 35
  case active = 36

  /// The colour of a run's status.
  package init(_ status: RunStatus) {
    switch status {
    case .running: self = .active
    case .finished: self = .good
    case .interrupted, .paused: self = .caution
    case .crashed, .failed, .diverged: self = .bad
    }
  }
}
