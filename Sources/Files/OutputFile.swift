import Glibc
import RunModel

/// A file that takes another's place whole, or not at all.
///
/// Bytes go to a file beside it, which is synced and renamed at the end. What exists and is no
/// regular file (`/dev/stdout`, a named pipe) is written to as it is.
package final class OutputFile {
  private let path: String
  /// `nil` where the bytes go straight to what is no regular file.
  private let draft: Draft?
  private var descriptor: Int32
  /// Bytes written so far.
  package private(set) var count = 0

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: a symbolic link is followed, so that it stays one.
  ///   - sweepsDrafts: whether what killed calls left of the same file is removed, which takes a look through
  ///     its folder.
  /// - Throws: `FileError`.
  package init(path: String, sweepsDrafts: Bool = false) throws {
    var status = stat()
    let exists = stat(path, &status) == 0
    switch exists ? status.st_mode & S_IFMT : S_IFREG {
    case S_IFDIR: throw FileError(place: path, code: EISDIR)
    case S_IFREG:
      let target = exists ? Self.resolved(path) : path
      if sweepsDrafts { Draft.sweep(beside: target) }
      let draft = Draft(of: target)
      self.path = target
      self.draft = draft
      descriptor = try draft.make()
    default:
      self.path = path
      draft = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
      if descriptor < 0 { throw FileError(place: path) }
    }
  }

  deinit {
    // Reached without `finish`: an error came between.
    guard descriptor >= 0 else { return }
    close(descriptor)
    draft?.remove()
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Writes a text.
  ///
  /// - Throws: `FileError`, or `ReaderGone` where it is a pipe that nobody reads.
  package func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }

  /// Writes bytes.
  ///
  /// - Throws: `FileError`, or `ReaderGone` where it is a pipe that nobody reads.
  package func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes(write) }

  /// Writes bytes.
  ///
  /// - Throws: `FileError`, or `ReaderGone` where it is a pipe that nobody reads.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    try writeAll(bytes, to: descriptor, place: path)
    count += bytes.count
  }

  /// Syncs the file and puts it in its place, durably.
  ///
  /// - Throws: `FileError`.
  package func finish() throws {
    if let draft {
      Milestone.outputWritten.reached(path)
      try draft.replaceTarget()
      Milestone.outputPlaced.reached(path)
    }
    let closed = close(descriptor)
    descriptor = -1
    // Reported by file systems that write late, such as NFS.
    if closed != 0 { throw FileError(place: path) }
  }
}
