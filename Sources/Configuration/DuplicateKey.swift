import Yams

/// A key that a map names twice.
struct DuplicateKey {
  private let key: String
  private let firstLine: Int
  private let secondLine: Int?

  /// Finds the second place of a key whose first place the parser reports.
  ///
  /// The parser names only the first. With that one renamed, the map either parses, and holds the
  /// second beside the renamed one, or fails again and names the second as first of the rest.
  init(keys: [String], mark: Mark, text: String) {
    let key = keys.first ?? ""
    self.key = key
    firstLine = mark.line
    let name = "gan-runs renamed key"
    guard let renamed = Self.rename(key, at: mark, in: text, to: name) else {
      secondLine = nil
      return
    }
    do {
      let root = try Yams.compose(yaml: renamed)
      secondLine = root.flatMap { Self.line(of: key, beside: name, in: $0) }
    } catch YamlError.duplicatedKeysInMapping(let others, let context) where others.contains(key) {
      secondLine = context.mark.line
    } catch {
      secondLine = nil
    }
  }

  func refusal(source: String) -> ConfigurationError {
    let first = Place(source: source, line: firstLine)
    guard let secondLine, secondLine != firstLine else {
      return ConfigurationError(
        "the key '\(shown(key))' stands here twice in one map; keep one", at: first)
    }
    return ConfigurationError(
      "the key '\(shown(key))' stands here again, first on line \(firstLine); keep one",
      at: Place(source: source, line: secondLine))
  }

  private static func rename(
    _ key: String, at mark: Mark, in text: String, to name: String
  ) -> String? {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard mark.line >= 1, mark.line <= lines.count else { return nil }
    let line = lines[mark.line - 1]
    let rest = line.unicodeScalars.dropFirst(mark.column - 1)
    let quote = rest.first.map { $0 == "\"" || $0 == "'" } ?? false
    let body = String(String.UnicodeScalarView(quote ? rest.dropFirst() : rest))
    guard body.hasPrefix(key) else { return nil }
    let before = String(
      String.UnicodeScalarView(line.unicodeScalars.prefix(mark.column - 1 + (quote ? 1 : 0))))
    lines[mark.line - 1] = before + name + String(body.dropFirst(key.count))
    return lines.joined(separator: "\n")
  }

  private static func line(of key: String, beside name: String, in node: Node) -> Int? {
    switch node {
    case .mapping(let mapping):
      if mapping.keys.contains(where: { $0.string == name }) {
        return mapping.keys.first { $0.string == key }?.mark?.line
      }
      for (_, value) in mapping {
        if let line = line(of: key, beside: name, in: value) { return line }
      }
      return nil
    case .sequence(let sequence):
      for element in sequence {
        if let line = line(of: key, beside: name, in: element) { return line }
      }
      return nil
    case .scalar, .alias: return nil
    }
  }
}
