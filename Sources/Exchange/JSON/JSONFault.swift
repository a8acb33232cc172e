/// What is wrong with a text that should be JSON, and where.
package struct JSONFault: Error {
  /// In words that go on from the text's place: `a member has no value`.
  package var reason: String
  /// The byte it is at, from 1.
  package var column: Int
}
