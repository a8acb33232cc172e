import CZlib
import Glibc

/// One file within a ZIP archive, such as a Python wheel, still packed as it lies there.
///
/// PKWARE, "APPNOTE.TXT: .ZIP file format specification", sections 4.3.7, 4.3.12 and 4.3.16. Archives
/// that are encrypted, cut in parts or larger than 4 GB are refused.
struct ZipEntry {
  private enum Method: Int {
    case stored = 0
    case deflated = 8
  }

  private let path: String
  private let name: String
  private let method: Method
  private let packed: [UInt8]
  private let size: Int

  /// Finds a file in an archive.
  ///
  /// - Throws: ``DatasetError``: no archive, no such file in it, or larger than 16 MiB.
  init(named name: String, in path: String) throws {
    let archive = try FileBytes(path: path)
    self.path = path
    self.name = name
    let damage = DatasetError(.invalid, "\(path) is not a whole ZIP archive; fetch it again")
    // The end record is the last 22 bytes, but for a comment of at most 65,535.
    let tail = try archive.read(
      at: max(0, archive.size - 65_557), count: min(archive.size, 65_557))
    guard
      let end = stride(from: tail.count - 22, through: 0, by: -1).first(where: {
        tail.number(at: $0, bytes: 4) == 0x0605_4B50
      }), let size = tail.number(at: end + 12, bytes: 4),
      let start = tail.number(at: end + 16, bytes: 4), start + size <= archive.size,
      size <= 1 << 26
    else { throw damage }
    let directory = try archive.read(at: start, count: size)
    var place = 0
    while directory.number(at: place, bytes: 4) == 0x0201_4B50,
      let flags = directory.number(at: place + 8, bytes: 2),
      let methodNumber = directory.number(at: place + 10, bytes: 2),
      let packedSize = directory.number(at: place + 20, bytes: 4),
      let size = directory.number(at: place + 24, bytes: 4),
      let nameLength = directory.number(at: place + 28, bytes: 2),
      let extraLength = directory.number(at: place + 30, bytes: 2),
      let commentLength = directory.number(at: place + 32, bytes: 2),
      let local = directory.number(at: place + 42, bytes: 4),
      place + 46 + nameLength <= directory.count
    {
      guard directory[place + 46..<place + 46 + nameLength].elementsEqual(name.utf8) else {
        place += 46 + nameLength + extraLength + commentLength
        continue
      }
      guard flags & 1 == 0, let method = Method(rawValue: methodNumber), packedSize <= 1 << 24,
        size <= 1 << 24
      else {
        throw DatasetError(
          .invalid, "\(name) in \(path) is packed in a way that can't be read; unpack it yourself")
      }
      let header = try archive.read(at: local, count: 30)
      guard header.number(at: 0, bytes: 4) == 0x0403_4B50,
        let ownName = header.number(at: 26, bytes: 2),
        let ownExtra = header.number(at: 28, bytes: 2)
      else { throw damage }
      packed = try archive.read(at: local + 30 + ownName + ownExtra, count: packedSize)
      self.method = method
      self.size = size
      return
    }
    throw DatasetError(
      .invalid, "\(path) holds no \(name); give data.path the wheel of scikit-learn itself")
  }

  /// The bytes of the file within, which gzip packed itself.
  func gunzipped(atMost most: Int) throws -> [UInt8] {
    let content = method == .stored ? packed : try inflated(packed, window: -15, atMost: size)
    return try inflated(content, window: 31, atMost: most)
  }

  /// - Parameter window: zlib's `windowBits`: −15 bare, 31 in gzip's frame.
  private func inflated(_ packed: [UInt8], window: Int32, atMost most: Int) throws -> [UInt8] {
    let damage = DatasetError(.invalid, "\(name) in \(path) is damaged; fetch it again")
    var stream = z_stream()
    guard
      inflateInit2_(&stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw damage }
    defer { inflateEnd(&stream) }
    var status = Z_OK
    var input = packed
    let bytes = [UInt8](unsafeUninitializedCapacity: most + 1) { output, filled in
      input.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        status = inflate(&stream, Z_FINISH)
      }
      filled = output.count - Int(stream.avail_out)
    }
    guard status == Z_STREAM_END, bytes.count <= most else { throw damage }
    return bytes
  }
}

extension [UInt8] {
  /// A number, its bytes from the lowest; `nil` beyond the end.
  fileprivate func number(at place: Int, bytes: Int) -> Int? {
    guard place >= 0, place + bytes <= count else { return nil }
    return self[place..<place + bytes].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
