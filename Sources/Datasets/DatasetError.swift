/// Why data can't be had: one sentence that says which file, what, and how to mend it.
package struct DatasetError: Error, Hashable, CustomStringConvertible {
  /// What kind of failure it is; a command line turns each into an exit code.
  package enum Kind: Sendable {
    /// A file is not there.
    case missing
    /// A file's content is wrong.
    case invalid
    /// The system would not read it.
    case unreadable
  }

  package let kind: Kind
  /// The sentence.
  package let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
