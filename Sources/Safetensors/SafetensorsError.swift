/// Why a safetensors file could not be written, in one sentence.
public struct SafetensorsError: Error, CustomStringConvertible, Equatable {
  /// What sort of trouble it is.
  public enum Kind: Sendable {
    /// Names or shapes that the format can't hold.
    case invalid
    /// The file can't be written.
    case disk
    /// The folder that it should lie in does not exist.
    case missing
  }

  /// What sort of trouble it is.
  public let kind: Kind
  /// What went wrong, where, and how to mend it.
  public let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
