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

  /// What `read` gives; of a missing file it is said which setting tells where the file is.
  static func naming<Value>(setting: String, _ read: () throws -> Value) throws -> Value {
    do {
      return try read()
    } catch let error as DatasetError where error.kind == .missing {
      throw DatasetError(.missing, "\(error.description); set \(setting) to where it is")
    }
  }
}
