import RunModel

/// A tree's settings, each known to the catalogue and of its type, by dotted key.
struct Reading {
  /// One layer as it was written.
  struct LayerNode {
    /// `generator.layers.0`.
    var key: String
    var place: Place
    /// What the layer's map says.
    var names: [String]
  }

  private(set) var values: [String: ParameterValue] = [:]
  /// Where each key of `values`, and each map and list, was written.
  private(set) var places: [String: Place] = [:]
  private(set) var layers: [LayerNode] = []
  let source: Place

  /// Reads a tree, and refuses unknown keys and wrong types.
  init(_ tree: Tree) throws(ConfigurationError) {
    source = Place(source: tree.place.source, line: nil)
    guard case .map = tree else {
      throw ConfigurationError(
        "a configuration is a map of keys, not \(tree.kindOfNode)", at: tree.place)
    }
    try read(tree, key: "", position: .root)
  }

  /// Writes a default or a derived value.
  mutating func fill(_ key: String, _ value: ParameterValue) { values[key] = value }

  /// Takes a value away.
  mutating func drop(_ key: String) { values[key] = nil }

  private mutating func read(
    _ tree: Tree, key: String, position: Catalogue.Position
  ) throws(ConfigurationError) {
    places[key] = tree.place
    switch tree {
    case .map(let entries, let place):
      try readMap(entries, at: place, key: key, position: position)
    case .list(let elements, let place):
      try readList(elements, at: place, key: key, position: position)
    case .scalar(let scalar, let place):
      try readScalar(scalar, at: place, key: key, position: position)
    }
  }

  private mutating func readMap(
    _ entries: [Tree.Entry], at place: Place, key: String, position: Catalogue.Position
  ) throws(ConfigurationError) {
    guard position.isMap else { throw mistyped("a map", at: place, key: key, position: position) }
    for entry in entries {
      let child = position.appending(entry.key)
      guard child.isKnown, !entry.key.isEmpty, !entry.key.contains(".") else {
        throw unknown(entry, within: key, position: position)
      }
      try read(
        entry.value, key: key.isEmpty ? entry.key : key + "." + entry.key, position: child)
      places[key.isEmpty ? entry.key : key + "." + entry.key] = entry.place
    }
    if position.isInLayer, ["activation", "init"].contains(position.key), entries.count != 1 {
      throw ConfigurationError("\(key) must hold one key, not \(entries.count)", at: place)
    }
  }

  private mutating func readList(
    _ elements: [Tree], at place: Place, key: String, position: Catalogue.Position
  ) throws(ConfigurationError) {
    switch position.settings.first?.type {
    case .layers:
      guard !elements.isEmpty else {
        throw ConfigurationError("\(key) must hold at least one layer", at: place)
      }
      for (index, element) in elements.enumerated() {
        try readLayer(element, key: "\(key).\(index)")
      }
    case .list(let type, let count)? where count.contains(elements.count):
      for (index, element) in elements.enumerated() {
        guard case .scalar(let scalar, let place) = element, let value = type.value(of: scalar)
        else {
          throw mistyped(element.kindOfNode, at: element.place, key: key, position: position)
        }
        values["\(key).\(index)"] = value
        places["\(key).\(index)"] = place
      }
    default: throw mistyped("a list", at: place, key: key, position: position)
    }
  }

  private mutating func readLayer(_ tree: Tree, key: String) throws(ConfigurationError) {
    let entries: [Tree.Entry]
    switch tree {
    case .map(let written, _): entries = written
    case .scalar(let scalar, let place) where scalar.text == "flatten":
      let value = Tree.scalar(Scalar(.boolean(true)), place)
      entries = [Tree.Entry(key: "flatten", place: place, value: value)]
    case .scalar(let scalar, let place):
      throw ConfigurationError(
        "\(key) must be a layer such as {dense: 256}, not \(tree.kindOfNode)"
          + suggestion(for: scalar.text, among: ["flatten"]), at: place)
    case .list(_, let place):
      throw ConfigurationError(
        "\(key) must be a layer such as {dense: 256}, not a list", at: place)
    }
    layers.append(LayerNode(key: key, place: tree.place, names: entries.map(\.key)))
    try read(.map(entries, tree.place), key: key, position: .layer)
  }

  private mutating func readScalar(
    _ scalar: Scalar, at place: Place, key: String, position: Catalogue.Position
  ) throws(ConfigurationError) {
    if position.isInLayer, position.key == "norm" {
      return try readScalar(
        scalar, at: place, key: key + ".kind", position: position.appending("kind"))
    }
    let settings = position.settings
    guard !settings.isEmpty, scalar.value != nil,
      let value = settings.lazy.compactMap({ $0.type.value(of: scalar) }).first
    else {
      let node = Tree.scalar(scalar, place).kindOfNode
      throw mistyped(node, at: place, key: key, position: position, text: scalar.text)
    }
    if position.isInLayer, position.key == "activation", value == .text("leaky-relu") {
      values[key + ".leaky-relu"] = .number(0.2)
      places[key + ".leaky-relu"] = place
    } else {
      values[key] = value
      places[key] = place
    }
  }
}

extension Reading {
  private func unknown(
    _ entry: Tree.Entry, within key: String, position: Catalogue.Position
  ) -> ConfigurationError {
    let siblings = position.childNames
    var hint = suggestion(for: entry.key, among: siblings)
    if hint.isEmpty {
      hint =
        siblings.isEmpty
        ? ""
        : "; \(key.isEmpty ? "a configuration" : key) takes " + siblings.joined(separator: ", ")
    }
    let name = (key.isEmpty ? "" : key + ".") + shown(entry.key)
    return ConfigurationError("unknown key '\(name)'\(hint)", at: entry.place)
  }

  private func mistyped(
    _ found: String, at place: Place, key: String, position: Catalogue.Position,
    text: String? = nil
  ) -> ConfigurationError {
    guard let setting = position.settings.first else {
      let names = position.childNames.joined(separator: ", ")
      return ConfigurationError("\(key) must be a map of \(names), not \(found)", at: place)
    }
    var hint = ""
    if case .choice(let words) = setting.type, let text {
      hint = suggestion(for: text, among: words)
    }
    return ConfigurationError(
      "\(key) must be \(setting.type.demand), not \(found)\(hint)", at: place)
  }
}
