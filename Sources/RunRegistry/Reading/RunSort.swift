/// The order of a list of runs.
///
/// Missing values come last, NaN just before them, whichever way the order goes; equals stand newest
/// first.
public struct RunSort: Sendable, Hashable {
  /// What runs are ordered by.
  public enum Key: Sendable, Hashable {
    /// One of a run's own fields.
    case field(Field)
    /// The last value of a metric.
    case metric(String)
    /// A setting: numbers before texts.
    case parameter(String)
    /// A tag.
    case tag(String)
  }

  /// A field that every run has.
  public enum Field: String, Sendable, CaseIterable {
    case id, name, experiment, status, epoch, step, images, checkpoints
    case createdAt = "created_at"
    case endedAt = "ended_at"
  }

  /// What runs are ordered by.
  public var key: Key
  /// Whether small values come first.
  public var isAscending: Bool

  /// An order by a key.
  public init(key: Key, isAscending: Bool = true) {
    self.key = key
    self.isAscending = isAscending
  }

  /// The newest run first.
  public static let newestFirst = RunSort(key: .field(.createdAt), isAscending: false)

  /// An order from a command line's words: `KEY`, `KEY:asc` or `KEY:desc`.
  ///
  /// KEY is a field, `metrics.NAME`, `params.KEY`, `tags.KEY`, or a bare metric.
  ///
  /// - Throws: `RegistryError` `.usage` for an empty key or another word after the colon.
  public init(parsing text: String) throws {
    var name = Substring(text)
    var isAscending = true
    if let colon = text.lastIndex(of: ":") {
      switch text[text.index(after: colon)...] {
      case "asc": break
      case "desc": isAscending = false
      default:
        throw RegistryError(
          .usage, "An order is KEY, KEY:asc or KEY:desc, and \(text) is none of them.")
      }
      name = text[..<colon]
    }
    guard !name.isEmpty else {
      throw RegistryError(
        .usage, "An order needs a key: a field such as created_at, metrics.NAME or params.KEY.")
    }
    self.init(key: Self.key(String(name)), isAscending: isAscending)
  }

  private static func key(_ name: String) -> Key {
    if let field = Field(rawValue: name) { return .field(field) }
    for (prefix, key) in [
      ("metrics.", Key.metric), ("params.", Key.parameter), ("tags.", Key.tag),
    ] where name.hasPrefix(prefix) && name.count > prefix.count {
      return key(String(name.dropFirst(prefix.count)))
    }
    return .metric(name)
  }
}
