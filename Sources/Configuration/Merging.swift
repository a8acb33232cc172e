import RunModel

extension Tree {
  /// This tree with another laid over it: maps merge by key, lists and scalars are replaced whole.
  ///
  /// A map that names another `kind` than this one's replaces it, so that it starts from that kind's
  /// defaults; a ramp of the other form does, too.
  func overlaid(by other: Tree, at key: String = "") -> Tree {
    guard case .map(var entries, _) = self, case .map(let others, let place) = other else {
      return other
    }
    if let kind = other.kind, kind != (self.kind ?? Catalogue.defaultKind(of: key)) { return other }
    if isOtherRamp(than: other) { return other }
    for entry in others {
      if let index = entries.firstIndex(where: { $0.key == entry.key }) {
        let childKey = key.isEmpty ? entry.key : key + "." + entry.key
        entries[index].value = entries[index].value.overlaid(by: entry.value, at: childKey)
        entries[index].place = entry.place
      } else {
        entries.append(entry)
      }
    }
    return .map(entries, place)
  }

  /// Whether this is a ramp to an end and the other one by a factor, or the other way round.
  private func isOtherRamp(than other: Tree) -> Bool {
    func isToEnd(_ tree: Tree) -> Bool { tree["end"] != nil || tree["over_epochs"] != nil }
    func isByFactor(_ tree: Tree) -> Bool { tree["factor"] != nil || tree["floor"] != nil }
    return isToEnd(self) && isByFactor(other) || isByFactor(self) && isToEnd(other)
  }

  /// This tree with one dotted key set; elements of lists by index.
  func setting(
    _ path: ArraySlice<String>, to value: Tree, at key: String = ""
  ) throws(ConfigurationError) -> Tree {
    guard let name = path.first else { return value }
    let rest = path.dropFirst()
    let childKey = key.isEmpty ? name : key + "." + name
    switch self {
    case .list(var elements, let place):
      guard let index = Int(name), elements.indices.contains(index) else {
        throw ConfigurationError(
          "'\(shown(name))' is no index of \(key), which holds \(elements.count) (0 is the first)",
          at: value.place)
      }
      elements[index] =
        rest.isEmpty
        ? elements[index].overlaid(by: value, at: childKey)
        : try elements[index].setting(rest, to: value, at: childKey)
      return .list(elements, place)
    case .map:
      let child =
        rest.isEmpty
        ? value : try (self[name] ?? .map([], value.place)).setting(rest, to: value, at: childKey)
      let entry = Entry(key: name, place: value.place, value: child)
      return overlaid(by: .map([entry], place), at: key)
    case .scalar(let scalar, let place):
      // `norm: batch` is short for `norm: {kind: batch}`; of other scalars nothing is kept.
      let entries =
        key.hasSuffix(".norm")
        ? [Entry(key: "kind", place: place, value: .scalar(scalar, place))] : []
      return try Tree.map(entries, place).setting(path, to: value, at: key)
    }
  }

  /// This tree with dotted keys set, in their order.
  ///
  /// A kind first: it clears its map, and a key set beside it must survive in either order.
  func setting(_ settings: [(path: [String], value: Tree)]) throws(ConfigurationError) -> Tree {
    var tree = self
    for isKind in [true, false] {
      for setting in settings where (setting.path.last == "kind") == isKind {
        tree = try tree.setting(setting.path[...], to: setting.value)
      }
    }
    return tree
  }

  /// The tree of dotted keys as a run stores them.
  init(parameters: [String: ParameterValue], source: String) throws(ConfigurationError) {
    let place = Place(source: source, line: nil)
    self = try Self.nested(
      parameters.map { (Array($0.key.split(separator: ".").map(String.init)[...]), $0.value) },
      at: place, depth: 0)
  }

  private static func nested(
    _ leaves: [(path: [String], value: ParameterValue)], at place: Place, depth: Int
  ) throws(ConfigurationError) -> Tree {
    if leaves.count == 1, leaves[0].path.isEmpty { return .scalar(Scalar(leaves[0].value), place) }
    guard depth < 64, !leaves.contains(where: \.path.isEmpty) else {
      throw ConfigurationError("a stored setting stands both alone and as a map", at: place)
    }
    let groups = Dictionary(grouping: leaves) { $0.path[0] }
    let isList = (0..<groups.count).allSatisfy { groups[String($0)] != nil } && !groups.isEmpty
    var children: [Entry] = []
    for name in isList ? (0..<groups.count).map(String.init) : groups.keys.sorted() {
      let inner = (groups[name] ?? []).map { (Array($0.path.dropFirst()), $0.value) }
      let value = try nested(inner, at: place, depth: depth + 1)
      children.append(Entry(key: name, place: place, value: value))
    }
    return isList ? .list(children.map(\.value), place) : .map(children, place)
  }
}
