import Files
import TestSupport
import Testing

@testable import CommandLine

#if canImport(Glibc)
  import Glibc
#endif

@Suite("An output file")
struct OutputFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func names() throws -> Set<String> {
    let open = try #require(opendir(folder.path))
    defer { closedir(open) }
    var names: Set<String> = []
    while let entry = readdir(open) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.insert(name) }
    }
    return names
  }

  @Test("takes its place whole, and only when it is finished")
  func replaces() throws {
    let path = folder.file("a.csv")
    writeFile("old", to: path)
    let file = try OutputFile(path: path)
    try file.write("new")
    #expect(readFile(path) == "old")
    try file.finish()
    #expect(readFile(path) == "new")
    #expect(try names() == ["a.csv"])
  }

  @Test("that is given up leaves the old one and nothing beside it")
  func givenUp() throws {
    let path = folder.file("a.csv")
    writeFile("old", to: path)
    func begin() throws { try OutputFile(path: path).write("new") }
    try begin()
    #expect(readFile(path) == "old")
    #expect(try names() == ["a.csv"])
  }

  @Test("keeps the permissions of the one it replaces, and a link stays a link")
  func keeps() throws {
    let path = folder.file("a.csv")
    writeFile("old", to: path)
    #expect(chmod(path, 0o640) == 0)
    #expect(symlink(path, folder.file("link.csv")) == 0)
    let file = try OutputFile(path: folder.file("link.csv"))
    try file.write("new")
    try file.finish()
    var status = stat()
    #expect(lstat(folder.file("link.csv"), &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFLNK)
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o640)
    #expect(readFile(path) == "new")
  }

  @Test("a buffer passes on all it was given, in its order, in few pieces")
  func buffer() throws {
    var pieces: [String] = []
    let buffer = OutputBuffer { pieces.append($0) }
    let lines = (0..<20_000).map { "\($0)\n" }
    for line in lines { try buffer.write(line) }
    try buffer.flush()
    try buffer.flush()
    #expect(pieces.joined() == lines.joined())
    #expect(pieces.count == 2)
  }
}
