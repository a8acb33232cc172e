import RunModel

/// Lays out dotted keys by their group, one paragraph a group, wrapped to the medium's width.
///
/// `generator.layers.0.dense` stands as `dense` in the group `generator.layers.0`; keys without a dot
/// come first, in a group without a name.
///
/// - Parameter pairs: sorted, so that the keys of a group follow one another.
func groupsText(_ pairs: [(key: String, value: String)], for medium: Medium, indent: Int = 2)
  -> String
{
  var groups: [(name: String, entries: [String])] = [("", [])]
  for (key, value) in pairs {
    let (group, name) = split(key)
    let entry = "\(printable(name)) \(printable(value))"
    if let place = groups.firstIndex(where: { $0.name == group }) {
      groups[place].entries.append(entry)
    } else {
      groups.append((group, [entry]))
    }
  }
  let named = groups.filter { !$0.entries.isEmpty }
  let nameWidth = named.reduce(0) { max($0, columns(of: $1.name)) }
  let start = indent + nameWidth + 2
  return named.reduce(into: "") { text, group in
    var line = String(repeating: " ", count: indent) + padded(group.name, to: nameWidth) + "  "
    var room = medium.width - start
    for (place, entry) in group.entries.enumerated() {
      let shown = place == group.entries.count - 1 ? entry : entry + ","
      let needed = columns(of: shown)
      if place > 0, needed + 1 > room {
        text += line + "\n"
        line = String(repeating: " ", count: start)
        room = medium.width - start
      } else if place > 0 {
        line += " "
        room -= 1
      }
      line += shown
      room -= needed
    }
    text += line + "\n"
  }
}

/// A dotted key as its group and its name within: a layer, whatever is nested in it, is one group.
private func split(_ key: String) -> (group: String, name: String) {
  let parts = key.split(separator: ".", omittingEmptySubsequences: false)
  let layer = parts.firstIndex { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
  let end = layer.map { $0 + 1 } ?? parts.count - 1
  guard end < parts.count else { return ("", key) }
  return (parts[..<end].joined(separator: "."), parts[end...].joined(separator: "."))
}
