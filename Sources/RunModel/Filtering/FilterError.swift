/// Why a filter can't be read, and where in it.
public struct FilterError: Error, CustomStringConvertible, Equatable {
  /// The whole filter.
  public let text: String
  /// The part of it that is wrong; empty at its end.
  public let place: Range<String.Index>
  /// What was expected, and what stands there.
  public let description: String

  /// An error at a place of a text.
  public init(_ description: String, at place: Range<String.Index>, of text: String) {
    self.text = text
    self.place = place
    self.description = description
  }
}
