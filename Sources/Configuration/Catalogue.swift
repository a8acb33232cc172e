import RunModel

/// Every key that a configuration may hold.
enum Catalogue {
  /// All but the layers' own, in the order of the reference page.
  static let settings: [Setting] =
    general + data + training + network("generator") + network("discriminator") + upkeep

  /// Settings by key; a key that means something else under another kind stands there twice.
  static let byKey = Dictionary(grouping: settings, by: \.key)
  static let layerByKey = Dictionary(grouping: layer, by: \.key)

  /// Every dotted beginning of a key: the maps.
  private static let mapKeys = beginnings(of: settings)
  private static let layerMapKeys = beginnings(of: layer)

  /// What may stand directly under a map, by the map's key (`""` for the whole configuration).
  private static let childNames = children(of: settings)
  private static let layerChildNames = children(of: layer)

  private static func beginnings(of settings: [Setting]) -> Set<String> {
    Set(
      settings.flatMap { setting in
        setting.key.indices.filter { setting.key[$0] == "." }.map { String(setting.key[..<$0]) }
      })
  }

  private static func children(of settings: [Setting]) -> [String: [String]] {
    var children: [String: [String]] = [:]
    for setting in settings {
      var parent = ""
      for name in setting.key.split(separator: ".").map(String.init) {
        if children[parent]?.contains(name) != true { children[parent, default: []].append(name) }
        parent = parent.isEmpty ? name : parent + "." + name
      }
    }
    return children
  }

  /// The kind that a map has where it says none.
  static func defaultKind(of mapKey: String) -> String? {
    for setting in byKey[mapKey + ".kind"] ?? [] {
      if case .value(let value) = setting.fallback { return value.description }
    }
    return nil
  }

  /// Whether a value is what stands where a key is left out, of a layer's keys one behind its index.
  static func isDefault(_ value: ParameterValue, of key: String) -> Bool {
    if let settings = byKey[key] { return settings.contains { $0.isDefault(value) } }
    let parts = key.split(separator: ".")
    guard let index = parts.dropLast().lastIndex(where: { Int($0) != nil }) else { return false }
    let name = parts[(index + 1)...].joined(separator: ".")
    return (layerByKey[name] ?? []).contains { $0.isDefault(value) }
  }

  /// Whether two runs that differ in a key may differ in their results.
  static func changesResults(_ key: String) -> Bool {
    if let settings = byKey[key] { return settings.contains(where: \.changesResults) }
    // A list's element counts as its list; layers and what is unknown change results.
    guard let dot = key.lastIndex(of: "."), Int(key[key.index(after: dot)...]) != nil else {
      return true
    }
    return changesResults(String(key[..<dot]))
  }
}

extension Catalogue {
  /// Where in the catalogue a tree's node stands: a key of the configuration, or of a layer.
  struct Position {
    /// Dotted, without the path to the layer.
    var key: String
    var isInLayer: Bool

    static let root = Position(key: "", isInLayer: false)
    static let layer = Position(key: "", isInLayer: true)

    /// The node behind one more key.
    func appending(_ name: String) -> Position {
      Position(key: key.isEmpty ? name : key + "." + name, isInLayer: isInLayer)
    }

    var settings: [Setting] { (isInLayer ? layerByKey : byKey)[key] ?? [] }
    var isMap: Bool { key.isEmpty || (isInLayer ? layerMapKeys : mapKeys).contains(key) }
    var isKnown: Bool { isMap || !settings.isEmpty }
    var childNames: [String] {
      (isInLayer ? Catalogue.layerChildNames : Catalogue.childNames)[key] ?? []
    }
  }
}
