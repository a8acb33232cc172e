import CZlib
import Glibc

/// A file that gzip (RFC 1952) packed.
struct GzipFile {
  let path: String

  /// The unpacked content, which must have exactly the size that its beginning tells.
  ///
  /// A file that is not packed is read as it is; so zlib's `gzread` has it.
  ///
  /// - Parameters:
  ///   - headerSize: bytes that `size` needs.
  ///   - size: the whole content's size from its header; throws where the header is wrong.
  /// - Throws: ``DatasetError``: missing, unreadable, damaged, too short or too long.
  func content(
    headerSize: Int, size: (ArraySlice<UInt8>) throws -> Int
  ) throws -> [UInt8] {
    errno = 0
    guard let file = gzopen(path, "rb") else { throw refusalToOpen(errno) }
    defer { gzclose_r(file) }
    var bytes = try read(headerSize, from: file)
    let whole = try size(bytes[...])
    bytes += try read(whole - headerSize, from: file)
    // Only the read that meets the end checks the packed data's checksum and length.
    var beyond: UInt8 = 0
    let more = gzread(file, &beyond, 1)
    guard more == 0 else {
      throw more < 0
        ? damage(of: file)
        : DatasetError(
          .invalid,
          "\(path) holds more than the \(whole) bytes that its header tells; fetch it again")
    }
    return bytes
  }

  private func read(_ count: Int, from file: gzFile) throws -> [UInt8] {
    var failure: DatasetError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count, let start = buffer.baseAddress {
        // zlib counts in 32 bits.
        let wanted = min(count - filled, 1 << 30)
        let got = gzread(file, start + filled, UInt32(wanted))
        if got < 0 { failure = damage(of: file) }
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

  private func damage(of file: gzFile) -> DatasetError {
    var code: Int32 = 0
    let problem = gzerror(file, &code).map { String(cString: $0) } ?? ""
    if code == Z_ERRNO {
      return DatasetError(.unreadable, "\(path) can't be read: \(String(cString: strerror(errno)))")
    }
    // zlib begins its messages with the path.
    let detail = problem.split(separator: ": ").last.map(String.init) ?? "not gzip"
    return DatasetError(.invalid, "\(path) is damaged (\(detail)); fetch it again")
  }

  private func refusalToOpen(_ code: Int32) -> DatasetError {
    if code == ENOENT || code == ENOTDIR { return DatasetError(.missing, "\(path) is not there") }
    return DatasetError(.unreadable, "\(path) can't be opened: \(String(cString: strerror(code)))")
  }
}
