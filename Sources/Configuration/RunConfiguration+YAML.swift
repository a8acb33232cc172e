import RunModel

extension RunConfiguration {
  /// The whole configuration as YAML that reads back to an equal one.
  ///
  /// Keys stand in the order of the catalogue; maps and layers that fit on a line stand on one.
  package func yaml() throws -> String {
    let tree = try Tree(parameters: parameters, source: Self.storedSource)
    var lines: [String] = []
    tree.write(to: &lines, indent: "", rank: Self.rank(of: ""))
    return lines.joined(separator: "\n") + "\n"
  }

  /// The order of the names under a map.
  fileprivate static func rank(of key: String) -> [String: Int] {
    // Behind the last index of a list of layers stands what belongs to one layer.
    let names = key.split(separator: ".").map(String.init)
    let index = names.lastIndex { Int($0) != nil }
    let position = Catalogue.Position(
      key: names[(index.map { $0 + 1 } ?? 0)...].joined(separator: "."), isInLayer: index != nil)
    return Dictionary(
      zip(position.childNames, 0...), uniquingKeysWith: { first, _ in first })
  }
}

extension Tree {
  private static let width = 100

  fileprivate func write(
    to lines: inout [String], indent: String, rank: [String: Int], key: String = ""
  ) {
    guard case .map(let entries, _) = self else { return }
    for entry in Self.sorted(entries, by: rank) {
      let path = key.isEmpty ? entry.key : key + "." + entry.key
      let flow = indent + Self.plain(entry.key) + ": " + entry.value.flow(at: path)
      switch entry.value {
      case .list(let elements, _) where !elements.allSatisfy(\.isScalar):
        lines.append(indent + Self.plain(entry.key) + ":")
        for (index, element) in elements.enumerated() {
          lines.append(indent + "  - " + element.flow(at: "\(path).\(index)"))
        }
      case .map where flow.count > Self.width || entry.value.holdsLayers:
        lines.append(indent + Self.plain(entry.key) + ":")
        entry.value.write(
          to: &lines, indent: indent + "  ", rank: RunConfiguration.rank(of: path), key: path)
      default: lines.append(flow)
      }
    }
  }

  private var isScalar: Bool { if case .scalar = self { true } else { false } }

  private var holdsLayers: Bool { self["layers"] != nil }

  private func flow(at key: String) -> String {
    switch self {
    case .scalar(let scalar, _): Self.flow(scalar)
    case .list(let elements, _):
      "[" + elements.map { $0.flow(at: key) }.joined(separator: ", ") + "]"
    case .map(let entries, _):
      "{"
        + Self.sorted(entries, by: RunConfiguration.rank(of: key)).map {
          Self.plain($0.key) + ": " + $0.value.flow(at: key + "." + $0.key)
        }.joined(separator: ", ") + "}"
    }
  }

  private static func sorted(_ entries: [Entry], by rank: [String: Int]) -> [Entry] {
    entries.sorted { (rank[$0.key] ?? .max, $0.key) < (rank[$1.key] ?? .max, $1.key) }
  }

  private static func flow(_ scalar: Scalar) -> String {
    switch scalar.value {
    case .number(let number): number.isFinite ? number.description : ".nan"
    case .text(let text): plain(text)
    case let value: value?.description ?? "null"
    }
  }

  /// A text without quotes where YAML would read that as the same text, else double-quoted.
  private static func plain(_ text: String) -> String {
    let isSafe = text.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || "0123456789_-./~+".unicodeScalars.contains($0))
    }
    if isSafe, text.first?.isLetter ?? false || text.first == "/",
      Scalar(text: text, isQuoted: false).value == .text(text)
    {
      return text
    }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default:
        if scalar.value < 32 || (127..<160).contains(scalar.value) || scalar.value == 0xFEFF {
          let hex = String(scalar.value, radix: 16)
          quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        } else {
          quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }
}
