#if canImport(Glibc)
  import Glibc
#endif

/// A file's bytes.
///
/// - Parameter limit: the most bytes that it may have.
/// - Throws: `BadLine`, where there is no such file, it can't be read, or is larger.
func readFile(_ path: String, limit: Int) throws -> [UInt8] {
  // A named pipe would wait for a writer.
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else {
    throw BadLine("\(path) can't be read: \(String(cString: strerror(errno)))")
  }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
    throw BadLine("\(path) is no file of bytes")
  }
  guard status.st_size <= limit else {
    throw BadLine("\(path) has \(status.st_size) bytes, and may have \(limit)")
  }
  let size = Int(status.st_size)
  return try [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
    while filled < size {
      let count = read(descriptor, buffer.baseAddress?.advanced(by: filled), size - filled)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw BadLine("\(path) was cut short while it was read") }
      filled += count
    }
  }
}
