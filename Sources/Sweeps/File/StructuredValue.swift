import Configuration
import RunModel

extension Tree {
  /// The tree as JSON on one line, which is YAML that reads back to the same; `nil` where it holds nothing
  /// or a number that is not finite.
  var json: String? {
    switch self {
    case .scalar(let scalar, _):
      switch scalar.value {
      case nil: return nil
      case .text(let text)?: return Self.quoted(text)
      case .number(let number)? where !number.isFinite: return nil
      case let value?: return value.description
      }
    case .list(let elements, _):
      let texts = elements.compactMap(\.json)
      return texts.count == elements.count ? "[" + texts.joined(separator: ",") + "]" : nil
    case .map(let entries, _):
      let texts = entries.compactMap { entry in
        entry.value.json.map { Self.quoted(entry.key) + ":" + $0 }
      }
      return texts.count == entries.count ? "{" + texts.joined(separator: ",") + "}" : nil
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _
      where scalar.value < 32 || (127..<160).contains(scalar.value) || scalar.value == 0xFEFF:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
