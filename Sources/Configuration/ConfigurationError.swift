/// Why a configuration is refused: one sentence that says where, what, and how to mend it.
package struct ConfigurationError: Error, Hashable, CustomStringConvertible {
  /// What kind of mistake it is; a command line turns each into an exit code.
  package enum Kind: Sendable {
    /// The call itself is wrong: a `--set` that does not parse, two presets.
    case usage
    /// The configuration's content is wrong.
    case invalid
  }

  package let kind: Kind
  /// Where the mistake stands, `nil` where it has no place.
  package let place: Place?
  /// The sentence without the place.
  package let message: String

  /// A refusal; `place` where the mistake stands.
  package init(_ message: String, at place: Place? = nil, kind: Kind = .invalid) {
    self.kind = kind
    self.place = place
    self.message = message
  }

  /// The sentence: `fashion.yaml:12: unknown key 'generatr' (did you mean 'generator'?)`.
  package var description: String { place.map { "\($0): \(message)" } ?? message }
}
