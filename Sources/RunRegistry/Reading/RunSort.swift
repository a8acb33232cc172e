public import RunModel

/// The order of a list of runs.
///
/// Missing values come last, NaN just before them, whichever way the order goes; equals stand newest
/// first.
public struct RunSort: Sendable, Hashable {
  /// What runs are ordered by.
  public var key: RunField
  /// Whether small values come first.
  public var isAscending: Bool

  /// An order by a key.
  public init(key: RunField, isAscending: Bool = true) {
    self.key = key
    self.isAscending = isAscending
  }

  /// The newest run first.
  public static let newestFirst = RunSort(key: .own(.createdAt), isAscending: false)

  /// An order from a command line's words: `KEY`, `KEY:asc` or `KEY:desc`; KEY is a field's name.
  ///
  /// - Throws: `RegistryError` `.usage` for an empty key or another word after the colon.
  public init(parsing text: String) throws {
    var name = text
    var isAscending = true
    // A colon within brackets or backquotes belongs to a name.
    if let colon = text.lastIndex(of: ":"), !text[colon...].contains(where: "])`".contains) {
      switch text[text.index(after: colon)...] {
      case "asc": break
      case "desc": isAscending = false
      default:
        throw RegistryError(
          .usage, "An order is KEY, KEY:asc or KEY:desc, and \(text) is none of them.")
      }
      name = String(text[..<colon])
    }
    guard let key = RunField(name) else {
      throw RegistryError(
        .usage, "An order needs a key: a field such as created_at, metrics.NAME or params.KEY.")
    }
    self.init(key: key, isAscending: isAscending)
  }
}
