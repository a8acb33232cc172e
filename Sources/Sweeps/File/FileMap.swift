import Configuration
import RunModel

/// One map of a sweep's file, whose keys are all known.
struct FileMap {
  /// The map's own dotted key; empty for the whole file.
  let key: String
  let place: Place
  private let values: [String: Tree]

  /// A map from its tree.
  ///
  /// - Throws: `ConfigurationError` for what is no map, and for a key that is none of `names`.
  init(_ tree: Tree, key: String, names: [String]) throws(ConfigurationError) {
    guard case .map(let entries, let place) = tree else {
      let what = key.isEmpty ? "a sweep" : key
      throw ConfigurationError(
        "\(what) must be a map of \(names.joined(separator: ", ")), not \(tree.kindOfNode)",
        at: tree.place)
    }
    self.key = key
    self.place = place
    var values: [String: Tree] = [:]
    for entry in entries {
      guard names.contains(entry.key) else {
        let near = suggestion(for: entry.key, among: names)
        let whole = key.isEmpty ? "a sweep" : key
        throw ConfigurationError(
          "unknown key '\(key.isEmpty ? "" : key + ".")\(shown(entry.key))'"
            + (near.isEmpty ? "; \(whole) takes \(names.joined(separator: ", "))" : near),
          at: entry.place)
      }
      values[entry.key] = entry.value
    }
    self.values = values
  }

  subscript(name: String) -> Tree? { values[name] }

  /// A key of this map, dotted.
  func path(_ name: String) -> String { key.isEmpty ? name : key + "." + name }

  /// A whole number, `nil` where the key is left out.
  func integer(_ name: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
    guard let tree = values[name] else { return nil }
    guard case .scalar(let scalar, _) = tree, case .integer(let value)? = scalar.value,
      let number = Int(exactly: value), range.contains(number)
    else {
      throw mistyped(
        name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A text on one line, `nil` where the key is left out.
  func text(_ name: String, _ what: String) throws(ConfigurationError) -> String? {
    guard let tree = values[name] else { return nil }
    guard case .scalar(let scalar, _) = tree, scalar.value != nil, !scalar.text.isEmpty else {
      throw mistyped(name, what)
    }
    return scalar.text
  }

  /// What is one of several kinds: a word alone, or a map that says it as `kind` beside the kind's own keys.
  ///
  /// - Parameter kinds: the names, each with its keys.
  func kind(
    _ name: String, of kinds: [(name: String, keys: [String])]
  ) throws(ConfigurationError) -> (name: String, map: FileMap)? {
    guard let tree = values[name] else { return nil }
    let path = path(name)
    let names = kinds.map(\.name)
    let named = tree["kind"] ?? tree
    guard case .scalar(let scalar, _) = named,
      let kind = kinds.first(where: { $0.name == scalar.text })
    else {
      var hint = ""
      if case .scalar(let scalar, _) = named { hint = suggestion(for: scalar.text, among: names) }
      let isNamed = tree["kind"] != nil
      throw ConfigurationError(
        "\(path)\(isNamed ? ".kind" : "") must be one of \(names.joined(separator: ", ")), not "
          + named.kindOfNode + hint, at: named.place)
    }
    let map = tree["kind"] == nil ? Tree.map([], tree.place) : tree
    return (kind.name, try FileMap(map, key: path, names: ["kind"] + kind.keys))
  }

  /// A value of the wrong type.
  func mistyped(_ name: String, _ what: String) -> ConfigurationError {
    ConfigurationError(
      "\(path(name)) must be \(what), not \(values[name]?.kindOfNode ?? "nothing")",
      at: values[name]?.place ?? place)
  }

  /// A key that has no default.
  func missing(_ name: String, _ hint: String) -> ConfigurationError {
    ConfigurationError("\(path(name)) is missing: \(hint)", at: place)
  }
}
