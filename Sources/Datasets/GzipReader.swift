import CZlib
import Glibc

/// Reads a file that gzip (RFC 1952) packed, front to back; one that is not packed as it is.
final class GzipReader {
  private let path: String
  private let file: gzFile

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
  }

  deinit { gzclose_r(file) }

  /// The next bytes, unpacked.
  ///
  /// - Throws: ``DatasetError`` where the file is damaged or ends before.
  func read(_ count: Int) throws -> [UInt8] {
    var failure: DatasetError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count, let start = buffer.baseAddress {
        // zlib counts in 32 bits.
        let got = gzread(file, start + filled, UInt32(min(count - filled, 1 << 30)))
        if got < 0 { failure = damage }
        if got <= 0 { break }
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
    if code == Z_ERRNO {
      return DatasetError(.unreadable, "\(path) can't be read: \(String(cString: strerror(errno)))")
    }
    // zlib begins its messages with the path.
    let detail = problem.split(separator: ": ").last.map(String.init) ?? "not gzip"
    return DatasetError(.invalid, "\(path) is damaged (\(detail)); fetch it again")
  }
}
