#if canImport(Glibc)
  import Glibc
#endif

/// A file that takes another's place whole, or not at all.
///
/// Bytes go to a file beside it, which is synced and renamed at the end. What exists and is no
/// regular file (`/dev/stdout`, a named pipe) is written to as it is.
final class OutputFile {
  private let path: String
  private let aside: String?
  private var descriptor: Int32

  /// Begins a file.
  ///
  /// - Parameter path: a symbolic link is followed, so that it stays one.
  /// - Throws: `OutputError`.
  init(path: String) throws {
    var status = stat()
    let exists = stat(path, &status) == 0
    let kind = status.st_mode & S_IFMT
    if exists, kind == S_IFDIR { throw OutputError(place: path, code: EISDIR) }
    if exists, kind != S_IFREG {
      self.path = path
      aside = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    } else {
      let target = exists ? Self.resolved(path) : path
      let split = target.lastIndex(of: "/").map(target.index(after:)) ?? target.startIndex
      let name = "\(target[..<split]).\(target[split...]).\(getpid()).part"
      self.path = target
      aside = name
      // What an earlier process of the same number left, or someone laid there, is not written into.
      unlink(name)
      descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if exists, descriptor >= 0 { fchmod(descriptor, status.st_mode & 0o7777) }
    }
    if descriptor < 0 { throw OutputError(place: path, code: errno) }
  }

  deinit {
    // Reached without `finish`: an error came between.
    if descriptor >= 0 {
      close(descriptor)
      if let aside { unlink(aside) }
    }
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Writes a text.
  ///
  /// - Throws: `OutputError`, or `ReaderGone` where it is a pipe that nobody reads.
  func write(_ text: String) throws {
    var text = text
    try text.withUTF8 {
      try writeAll(UnsafeRawBufferPointer($0), to: descriptor, place: path)
    }
  }

  /// Writes bytes.
  ///
  /// - Throws: `OutputError`, or `ReaderGone` where it is a pipe that nobody reads.
  func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try writeAll($0, to: descriptor, place: path) }
  }

  /// Syncs the file and puts it in its place.
  ///
  /// - Throws: `OutputError`.
  func finish() throws {
    // Reported by file systems that write late, such as NFS.
    if let aside, fsync(descriptor) != 0 || rename(aside, path) != 0 {
      throw OutputError(place: path, code: errno)
    }
    let closed = close(descriptor)
    descriptor = -1
    if closed != 0 { throw OutputError(place: path, code: errno) }
  }
}
