/// The known name that a mistyped one most likely means, `nil` where none is close.
///
/// Close is an optimal string alignment distance (insert, delete, replace, swap neighbours) of at most
/// a third of the longer name, at least 1 and at most 3.
package func nearest(to name: String, among known: some Sequence<String>) -> String? {
  var best: (name: String, distance: Int)?
  for candidate in known {
    let limit = min(3, max(1, max(name.count, candidate.count) / 3))
    guard abs(name.count - candidate.count) <= limit else { continue }
    let distance = alignmentDistance(Array(name.utf8), Array(candidate.utf8))
    if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

private func alignmentDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
  var beforePrevious = [Int](repeating: 0, count: second.count + 1)
  var previous = Array(0...second.count)
  for i in first.indices {
    var row = [i + 1] + [Int](repeating: 0, count: second.count)
    for j in second.indices {
      row[j + 1] = min(
        previous[j + 1] + 1, row[j] + 1, previous[j] + (first[i] == second[j] ? 0 : 1))
      if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
        row[j + 1] = min(row[j + 1], beforePrevious[j - 1] + 1)
      }
    }
    (beforePrevious, previous) = (previous, row)
  }
  return previous[second.count]
}

/// `(did you mean 'generator'?)` with a leading space, or nothing.
package func suggestion(for name: String, among known: some Sequence<String>) -> String {
  nearest(to: name, among: known).map { " (did you mean '\($0)'?)" } ?? ""
}
