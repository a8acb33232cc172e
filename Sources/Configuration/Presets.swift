import RunModel

extension RunConfiguration {
  /// The names of the built-in presets.
  package static let presetNames = ["ring", "fashion-mlp"]

  /// A preset's YAML, as it stands in the package.
  ///
  /// - Throws: ``ConfigurationError`` for a name that is none.
  package static func presetText(_ name: String) throws -> String {
    try text(ofPreset: name, at: nil, kind: .usage)
  }

  /// A preset's tree, which says the preset's name.
  ///
  /// - Parameter kind: what an unknown name is; `place` tells where it was written.
  static func presetTree(
    _ name: String, at place: Place, kind: ConfigurationError.Kind
  ) throws(ConfigurationError) -> Tree {
    let source = "preset \(name)"
    guard let tree = try Tree(yaml: text(ofPreset: name, at: place, kind: kind), source: source)
    else {
      throw ConfigurationError("the preset \(name) is empty")
    }
    let value = Tree.scalar(Scalar(.text(name)), Place(source: source, line: nil))
    return try tree.setting(["preset"], to: value)
  }

  private static func text(
    ofPreset name: String, at place: Place?, kind: ConfigurationError.Kind
  ) throws(ConfigurationError) -> String {
    switch name {
    case "ring": String(decoding: PackageResources.ring_yaml, as: UTF8.self)
    case "fashion-mlp": String(decoding: PackageResources.fashion_mlp_yaml, as: UTF8.self)
    default:
      throw ConfigurationError(
        "there is no preset '\(shown(name))'\(suggestion(for: name, among: presetNames)); "
          + "there are \(presetNames.joined(separator: ", "))", at: place,
        kind: kind)
    }
  }
}
