import Glibc

/// A regular file whose bytes are read where they are wanted.
final class FileBytes {
  /// Bytes in it when it was opened.
  let size: Int
  private let path: String
  private let descriptor: Int32

  /// Opens a file; a pipe or a device, which could make a reader wait for ever, is refused.
  ///
  /// - Throws: ``DatasetError``: missing, unreadable, or no file.
  convenience init(path: String) throws { try self.init(path: Array(path.utf8)) }

  /// Opens a file whose path is any bytes.
  init(path bytes: [UInt8]) throws {
    path = shown(bytes)
    let descriptor = open(
      (bytes + [0]).map { CChar(bitPattern: $0) }, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR {
        throw DatasetError(.missing, "\(path) is not there")
      }
      throw DatasetError(
        .unreadable, "\(path) can't be opened: \(String(cString: strerror(errno)))")
    }
    self.descriptor = descriptor
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
      size = 0
      throw DatasetError(.invalid, "\(path) is no file")
    }
    size = Int(information.st_size)
  }

  deinit { close(descriptor) }

  /// Some of its bytes.
  ///
  /// - Throws: ``DatasetError`` where the file ends before, or the system would not read it.
  func read(at place: Int, count: Int) throws -> [UInt8] {
    guard place >= 0, count >= 0, place + count <= size else { throw short }
    var failed: Int32?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count, let start = buffer.baseAddress {
        let got = pread(descriptor, start + filled, count - filled, off_t(place + filled))
        if got < 0, errno == EINTR { continue }
        if got < 0 { failed = errno }
        if got <= 0 { break }
        filled += got
      }
    }
    if let failed {
      throw DatasetError(.unreadable, "\(path) can't be read: \(String(cString: strerror(failed)))")
    }
    guard bytes.count == count else { throw short }
    return bytes
  }

  private var short: DatasetError {
    DatasetError(.invalid, "\(path) ends too early; fetch it again")
  }
}
