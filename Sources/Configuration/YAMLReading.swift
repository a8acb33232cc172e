import Yams

extension Tree {
  /// Bytes of configuration text that are read at most.
  static let largestText = 1 << 20
  /// Entries of maps and lists that are taken at most.
  private static let mostNodes = 5000
  private static let deepestNesting = 64

  /// The tree of a YAML (or JSON) text.
  ///
  /// Anchors, aliases, duplicate keys, keys that are not text, and a second document are refused, and
  /// so are texts beyond 1 MiB, 64 levels or 5,000 entries.
  ///
  /// - Returns: `nil` where the text holds nothing.
  package init?(yaml text: String, source: String) throws(ConfigurationError) {
    guard text.utf8.count <= Self.largestText else {
      throw ConfigurationError(
        "a configuration holds at most 1 MiB, this has \(text.utf8.count) bytes",
        at: Place(source: source, line: nil))
    }
    if let (line, problem) = YAMLScan(text).problem {
      throw ConfigurationError(problem, at: Place(source: source, line: line))
    }
    let root: Node?
    do { root = try Yams.compose(yaml: text) } catch {
      throw Self.refusal(of: error, in: text, source: source)
    }
    guard let root else { return nil }
    if case .scalar(let scalar) = root, scalar.style == .plain, scalar.string.isEmpty { return nil }
    var nodes = 0
    self = try Tree(root, source: source, depth: 0, nodes: &nodes)
  }

  private init(
    _ node: Node, source: String, depth: Int, nodes: inout Int
  ) throws(ConfigurationError) {
    let place = Place(source: source, line: node.mark?.line)
    nodes += 1
    guard depth <= Self.deepestNesting, nodes <= Self.mostNodes else {
      throw ConfigurationError(
        "this nests deeper than \(Self.deepestNesting) levels or has more than "
          + "\(Self.mostNodes) entries", at: place)
    }
    switch node {
    case .scalar(let scalar):
      self = .scalar(Scalar(text: scalar.string, isQuoted: scalar.style != .plain), place)
    case .sequence(let sequence):
      var elements: [Tree] = []
      for element in sequence {
        elements.append(try Tree(element, source: source, depth: depth + 1, nodes: &nodes))
      }
      self = .list(elements, place)
    case .mapping(let mapping):
      var entries: [Entry] = []
      for (key, value) in mapping {
        guard case .scalar(let name) = key else {
          throw ConfigurationError(
            "a key must be text, not a list or a map",
            at: Place(source: source, line: key.mark?.line))
        }
        entries.append(
          Entry(
            key: name.string, place: Place(source: source, line: name.mark?.line),
            value: try Tree(value, source: source, depth: depth + 1, nodes: &nodes)))
      }
      self = .map(entries, place)
    case .alias:
      throw ConfigurationError("aliases are not supported; write the value out", at: place)
    }
  }

  private static func refusal(
    of error: any Error, in text: String, source: String
  ) -> ConfigurationError {
    func refused(_ problem: String, _ line: Int?) -> ConfigurationError {
      ConfigurationError("this is not YAML: \(problem)", at: Place(source: source, line: line))
    }
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return refused(problem, mark.line)
    case .reader(let problem, let offset, _, _):
      return refused(problem, offset.map { lineNumber(of: $0, in: text) })
    case .duplicatedKeysInMapping(let keys, let context):
      return DuplicateKey(keys: keys, mark: context.mark, text: text).refusal(source: source)
    default:
      return refused("it is nested too deeply or cannot be decoded", nil)
    }
  }

  private static func lineNumber(of offset: Int, in text: String) -> Int {
    text.prefix(offset).reduce(1) { $1.isNewline ? $0 + 1 : $0 }
  }
}
