#if canImport(Glibc)
  import Glibc
#endif

/// A file of another program that can't be taken.
package struct ExchangeError: Error, CustomStringConvertible {
  /// What sort of trouble it is; each maps to one exit code of the command line.
  package enum Kind: Sendable {
    /// No such file.
    case missing
    /// It is not what it should be.
    case invalid
    /// The disk can't be read.
    case disk
  }

  package let kind: Kind
  /// What went wrong, where, and how to mend it.
  package let description: String

  /// An error with its sentence.
  package init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}

/// A file read from its beginning, through a buffer.
final class FileStream {
  let path: String
  private let descriptor: Int32
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
  private var unread: Range<Int> = 0..<0
  /// Bytes that were handed on so far.
  private(set) var offset = 0

  /// Opens a file.
  ///
  /// - Throws: `ExchangeError`.
  init(path: String) throws(ExchangeError) {
    self.path = path
    // A named pipe would wait for a writer.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      throw ExchangeError(
        errno == ENOENT || errno == ENOTDIR ? .missing : .disk,
        "\(path) can't be read: \(String(cString: strerror(errno))). Name another file.")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ExchangeError(.invalid, "\(path) is no file of bytes. Name another.")
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    buffer.deallocate()
  }

  /// Goes to a byte, counted from 0.
  func seek(to place: Int) throws(ExchangeError) {
    guard lseek(descriptor, place, SEEK_SET) == place else {
      throw ExchangeError(
        .disk, "\(path) can't be read: \(String(cString: strerror(errno))). Check the disk.")
    }
    (offset, unread) = (place, 0..<0)
  }

  /// What comes next: as much as is in memory, at the file's end nothing.
  ///
  /// Valid until the next call.
  func next() throws(ExchangeError) -> UnsafeRawBufferPointer {
    if unread.isEmpty { try fill() }
    defer { unread = unread.upperBound..<unread.upperBound }
    offset += unread.count
    return UnsafeRawBufferPointer(rebasing: buffer[unread])
  }

  /// Fills as much of the memory as the file still has.
  ///
  /// - Returns: how many bytes; fewer than asked for at the file's end alone.
  func read(into memory: UnsafeMutableRawBufferPointer) throws(ExchangeError) -> Int {
    var filled = 0
    while filled < memory.count {
      if unread.isEmpty { try fill() }
      let count = min(unread.count, memory.count - filled)
      if count == 0 { break }
      let part = unread.lowerBound..<unread.lowerBound + count
      UnsafeMutableRawBufferPointer(rebasing: memory[filled...])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[part]))
      unread = part.upperBound..<unread.upperBound
      filled += count
    }
    offset += filled
    return filled
  }

  private func fill() throws(ExchangeError) {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw ExchangeError(
          .disk, "\(path) can't be read: \(String(cString: strerror(errno))). Check the disk.")
      }
      unread = 0..<count
      return
    }
  }
}
