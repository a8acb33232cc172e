import RunModel

/// One `key=value` of a command line.
struct Option {
  let path: [String]
  let value: Tree

  /// A `--set key=value`; the value is YAML.
  init(set text: String) throws(ConfigurationError) {
    let place = Place(source: "--set \(shown(text))", line: nil)
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw ConfigurationError(
        "this does not parse; write --set key=value, such as --set batch_size=128", at: place,
        kind: .usage)
    }
    let key = String(text[..<equals])
    try self.init(
      key: key, text: String(text[text.index(after: equals)...]), source: "--set \(shown(key))")
    guard path != ["preset"] else {
      throw ConfigurationError(
        "a preset is chosen by --preset, not by --set", at: place, kind: .usage)
    }
  }

  /// An option that stands for a key, such as `--epochs 20`.
  init(flag key: String, text: String) throws(ConfigurationError) {
    try self.init(key: key, text: text, source: "--\(key)")
  }

  private init(key: String, text: String, source: String) throws(ConfigurationError) {
    path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard path.count <= 64, path.allSatisfy({ !$0.isEmpty }) else {
      throw ConfigurationError(
        "'\(shown(key))' is no key; write dotted names, such as generator.optimizer.lr",
        at: Place(source: source, line: nil), kind: .usage)
    }
    do {
      let place = Place(source: source, line: nil)
      let tree = try Tree(yaml: text, source: source)?.placed(at: place)
      value = tree ?? .scalar(Scalar(text: "", isQuoted: false), place)
    } catch {
      throw ConfigurationError(error.message, at: Place(source: source, line: nil), kind: .usage)
    }
  }
}

extension Tree {
  /// The same tree with one place for all of it.
  package func placed(at place: Place) -> Tree {
    switch self {
    case .scalar(let scalar, _): .scalar(scalar, place)
    case .list(let elements, _): .list(elements.map { $0.placed(at: place) }, place)
    case .map(let entries, _):
      .map(
        entries.map { Entry(key: $0.key, place: place, value: $0.value.placed(at: place)) }, place)
    }
  }
}
