/// A configuration that many runs vary: a preset or none, with settings laid over it.
package struct BaseConfiguration: Sendable {
  /// One dotted key with what it is set to.
  package typealias Change = (key: String, value: Tree)

  private let tree: Tree

  /// A base from a preset's name and settings, each at the place that its values say.
  ///
  /// - Parameter place: where the base stands.
  package init(
    preset: (name: String, place: Place)?, changes: [Change], at place: Place
  ) throws(ConfigurationError) {
    let start: Tree
    if let preset {
      start = try RunConfiguration.presetTree(preset.name, at: preset.place, kind: .invalid)
    } else {
      start = .map([], place)
    }
    tree = try start.setting(Self.paths(changes))
  }

  /// Whether it says what a key at the top is.
  package func holds(_ key: String) -> Bool { tree[key] != nil }

  /// The whole configuration that it is with settings laid over it, in their order.
  package func configuration(
    with changes: [Change]
  ) throws(ConfigurationError) -> RunConfiguration {
    try RunConfiguration(tree.setting(Self.paths(changes)))
  }

  private static func paths(
    _ changes: [Change]
  ) throws(ConfigurationError) -> [(path: [String], value: Tree)] {
    var paths: [(path: [String], value: Tree)] = []
    for change in changes {
      let path = change.key.split(separator: ".", omittingEmptySubsequences: false)
      guard path.count <= 64, path.allSatisfy({ !$0.isEmpty }) else {
        throw ConfigurationError(
          "'\(shown(change.key))' is no key; write dotted names, such as generator.optimizer.lr",
          at: change.value.place)
      }
      paths.append((path.map(String.init), change.value))
    }
    return paths
  }
}
