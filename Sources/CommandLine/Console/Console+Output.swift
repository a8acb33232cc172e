import Files
import Reports

#if canImport(Glibc)
  import Glibc
#endif

extension Console {
  /// Writes a long result to a file, whole or not at all, or to standard output.
  ///
  /// - Parameters:
  ///   - path: `nil` and `-` mean standard output.
  ///   - option: what named the file.
  ///   - registry: the registry's path, which is never written over.
  func withOutput(
    to path: String?, option: String = "-o", registry: String, _ body: (OutputBuffer) throws -> Void
  ) throws {
    guard let path, path != "-" else {
      let buffer = OutputBuffer(write)
      try body(buffer)
      return try buffer.flush()
    }
    try refuse(path, option: option, where: registry)
    let file = try OutputFile(path: path, sweepsDrafts: true)
    let buffer = OutputBuffer(file.write)
    try body(buffer)
    try buffer.flush()
    try file.finish()
  }

  /// Refuses an output file that is the registry itself or one of its companions.
  func refuse(_ path: String, option: String = "-o", where registry: String) throws {
    for own in [registry, registry + "-wal", registry + "-shm", registry + ".lock"]
    where Self.isSameFile(path, own) {
      throw Failure(.usage, "\(option) \(path) is the registry itself; give another file's name")
    }
  }

  /// Whether two paths lead to one file that is there.
  static func isSameFile(_ first: String, _ second: String) -> Bool {
    var one = stat()
    var other = stat()
    guard stat(first, &one) == 0, stat(second, &other) == 0 else { return false }
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino
  }
}
