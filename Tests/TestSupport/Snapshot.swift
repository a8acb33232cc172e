package import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Compares a text with `Snapshots/NAME.txt` beside the calling test file.
///
/// `RECORD_SNAPSHOTS=1` writes the file instead; the change then shows in the diff.
package func expectSnapshot(
  _ text: String, named name: String, location: SourceLocation = #_sourceLocation,
  testFile: String = #filePath
) {
  let folder = testFile.split(separator: "/").dropLast().joined(separator: "/")
  expect(text, equalsFile: "/\(folder)/Snapshots/\(name).txt", location: location)
}

/// Compares a text with a file of the repository, or records it there.
package func expect(
  _ text: String, equalsFile path: String, location: SourceLocation = #_sourceLocation
) {
  if getenv("RECORD_SNAPSHOTS") != nil {
    writeFile(text, to: path)
    return
  }
  guard let expected = readFile(path) else {
    Issue.record("no file \(path); RECORD_SNAPSHOTS=1 records it", sourceLocation: location)
    return
  }
  guard expected != text else { return }
  let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
  let new = text.split(separator: "\n", omittingEmptySubsequences: false)
  let change = new.difference(from: old).map { change in
    switch change {
    case .remove(let offset, let line, _): (offset, "- \(line)")
    case .insert(let offset, let line, _): (offset, "+ \(line)")
    }
  }
  let lines = change.sorted { $0.0 < $1.0 }.map { "\($0.0 + 1): \($0.1)" }
  Issue.record(
    "\(path) differs (RECORD_SNAPSHOTS=1 records it):\n\(lines.joined(separator: "\n"))",
    sourceLocation: location)
}

/// A file's text, `nil` where it can't be read.
package func readFile(_ path: String) -> String? {
  readBytes(path).map { String(decoding: $0, as: UTF8.self) }
}

/// A file's bytes, `nil` where it can't be read.
package func readBytes(_ path: String) -> [UInt8]? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
    bytes += buffer[..<count]
  }
  return bytes
}

/// Writes a file anew.
package func writeFile(_ text: String, to path: String) {
  guard let file = fopen(path, "w") else {
    Issue.record("can't write \(path)")
    return
  }
  defer { fclose(file) }
  fputs(text, file)
}
