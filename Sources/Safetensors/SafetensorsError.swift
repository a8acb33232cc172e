/// Why a safetensors file could not be read or written, in one sentence.
public struct SafetensorsError: Error, CustomStringConvertible, Equatable {
  /// What sort of trouble it is.
  public enum Kind: Sendable {
    /// Names or shapes that the format can't hold, or a file that is not sound.
    case invalid
    /// The file can't be read or written.
    case disk
    /// There is no such file, or the folder that it should lie in does not exist.
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
