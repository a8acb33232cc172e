import CZlib
import Glibc

/// Reads a file that gzip (RFC 1952) packed, front to back; one that is not packed as it is.
final class GzipReader {
  private let path: String
  private let file: gzFile

  /// Bytes unpacked at once: a hash follows that closely.
  private static let piece = 1 << 20

  /// Opens a file.
  ///
  /// - Throws: ``DatasetError``: missing or unreadable.
  init(path: String) throws {
    self.path = path
    errno = 0
    guard let file = gzopen(path, "rb") else {
      if errno == ENOENT || errno == ENOTDIR {
        throw DatasetError(.missing, "\(path) is not there")
      }
      throw DatasetError(
        .unreadable, "\(path) can't be opened: \(String(cString: strerror(errno)))")
    }
    self.file = file
    // zlib's own 8 KiB make an inflate call for every 20 KiB unpacked.
    gzbuffer(file, 1 << 16)
  }

  deinit { gzclose_r(file) }

  /// The next bytes, unpacked.
  ///
  /// - Parameter hash: takes them as they come.
  /// - Throws: ``DatasetError`` where the file is damaged or ends before.
  func read(_ count: Int, hash: ContentHash? = nil) throws -> [UInt8] {
    var failure: DatasetError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      useLargePages(for: buffer)
      defer { hash?.wait() }
      while filled < count, let start = buffer.baseAddress {
        let got = gzread(file, start + filled, UInt32(min(count - filled, Self.piece)))
        if got < 0 { failure = damage }
        if got <= 0 { break }
        hash?.update(UnsafeRawBufferPointer(start: start + filled, count: Int(got)))
        filled += Int(got)
      }
    }
    if let failure { throw failure }
    guard bytes.count == count else {
      throw DatasetError(
        .invalid,
        "\(path) ends too early (\(count - bytes.count) bytes are missing); fetch it again")
    }
    return bytes
  }

  /// Asks for large pages: 47 MB in small ones are 11,500 page faults, a tenth of the time to unpack them.
  private func useLargePages(for buffer: UnsafeMutableBufferPointer<UInt8>) {
    guard let start = buffer.baseAddress, buffer.count >= 1 << 22 else { return }
    let page = 4096
    let aligned = UnsafeMutableRawPointer(start).alignedUp(toMultipleOf: page)
    // Advice: where the system does not take it, everything works as well.
    _ = madvise(aligned, buffer.count - 2 * page, MADV_HUGEPAGE)
  }

  /// All that follows, unpacked, as long as it is no more than some bytes.
  ///
  /// - Throws: ``DatasetError`` where it is more, or the file is damaged.
  func readAll(atMost most: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = gzread(file, &piece, UInt32(piece.count))
      if got < 0 { throw damage }
      if got == 0 { break }
      bytes += piece[..<Int(got)]
      guard bytes.count <= most else {
        throw DatasetError(.invalid, "\(path) holds more than the \(most) bytes that are read")
      }
    }
    // A packed file that was cut is no error to gzread before it is closed or asked.
    var code: Int32 = 0
    _ = gzerror(file, &code)
    guard code == Z_OK || code == Z_STREAM_END else { throw damage }
    return bytes
  }

  /// Makes sure that nothing follows; only now are the packed data's checksum and length checked.
  ///
  /// - Throws: ``DatasetError`` where something does, or the check fails.
  func expectEnd() throws {
    var beyond: UInt8 = 0
    let more = gzread(file, &beyond, 1)
    if more < 0 { throw damage }
    guard more == 0 else {
      throw DatasetError(.invalid, "\(path) holds more bytes than its header tells; fetch it again")
    }
  }

  private var damage: DatasetError {
    var code: Int32 = 0
    let problem = gzerror(file, &code).map { String(cString: $0) } ?? ""
    if code == Z_ERRNO, errno == EISDIR {
      return DatasetError(.invalid, "\(path) is a folder; name the file itself")
    }
    if code == Z_ERRNO {
      return DatasetError(.unreadable, "\(path) can't be read: \(String(cString: strerror(errno)))")
    }
    // zlib begins its messages with the path.
    let detail = problem.split(separator: ": ").last.map(String.init) ?? "not gzip"
    return DatasetError(.invalid, "\(path) is damaged (\(detail)); fetch it again")
  }
}
