import Glibc

/// A safetensors file opened to be read: its header checked, its bytes read as they are asked for.
///
/// Taken strictly: what two readers could understand differently is refused, by the name of the fault.
/// Memory is bounded by the header, and the header by the file.
public final class SafetensorsReader: Sendable {
  /// One tensor of the file.
  public struct Tensor: Sendable, Hashable {
    /// Its name, neither empty nor with a NUL.
    public var name: String
    /// What an element is.
    public var dtype: DType
    /// Extents, the slowest first.
    public var shape: [Int]
    /// Bytes it takes in the file.
    public var byteCount: Int
    /// Where they begin in the file.
    var offset: Int
  }

  /// The file as it was given.
  public let path: String
  /// In the order of their bytes.
  public let tensors: [Tensor]
  /// The texts of `__metadata__`.
  public let metadata: [String: String]
  private let descriptor: Int32
  private let stamp: Stamp

  /// What changes with a file's bytes.
  private struct Stamp: Equatable {
    var size: Int
    var times: [Int]

    init(_ descriptor: Int32, _ path: String) throws {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { throw SafetensorsReader.failure(path) }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw SafetensorsError(.invalid, "\(path) is no file of bytes. Give a safetensors file.")
      }
      size = status.st_size
      times = [
        status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
        status.st_ctim.tv_nsec,
      ]
    }
  }

  /// Opens a file and reads its header.
  ///
  /// - Throws: `SafetensorsError`: `.missing` for no file, `.disk` for one that can't be read, `.invalid`
  ///   where it is not sound.
  public init(path: String) throws {
    // A named pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(path) }
    do {
      stamp = try Stamp(descriptor, path)
      let size = stamp.size
      let header = try Self.header(descriptor, path, size)
      do {
        let parser = try header.withUnsafeBytes { (text) throws(HeaderFault) in
          try HeaderParser(text)
        }
        tensors = try Self.placed(parser.entries, from: 8 + header.count, to: size)
        metadata = parser.metadata
      } catch let fault as HeaderFault { throw Self.unsound(path, fault.reason) }
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Reads some of a tensor's bytes.
  ///
  /// - Parameters:
  ///   - start: the first byte, counted from the tensor's own.
  ///   - memory: all of it is filled; it must not reach beyond the tensor.
  /// - Throws: `SafetensorsError`, `.invalid` where the file was written to since it was opened: all that is
  ///   read is of one moment.
  public func read(
    _ tensor: Tensor, from start: Int = 0, into memory: UnsafeMutableRawBufferPointer
  ) throws {
    precondition(
      start >= 0 && start + memory.count <= tensor.byteCount, "bytes beyond the tensor")
    try Self.read(descriptor, path, from: tensor.offset + start, into: memory)
    guard try Stamp(descriptor, path) == stamp else {
      throw Self.unsound(path, "it changed while it was read")
    }
  }

  private static func header(_ descriptor: Int32, _ path: String, _ size: Int) throws -> [UInt8] {
    guard size >= 8 else {
      throw unsound(path, "it has \(size) bytes, and 8 tell the length of its header")
    }
    var length: UInt64 = 0
    try withUnsafeMutableBytes(of: &length) { try read(descriptor, path, from: 0, into: $0) }
    length = UInt64(littleEndian: length)
    guard length <= UInt64(SafetensorsHeader.limit) else {
      throw unsound(
        path, "its header would have \(length) bytes, and may have \(SafetensorsHeader.limit)")
    }
    guard length <= UInt64(size - 8) else {
      throw unsound(path, "its header would have \(length) bytes, and the file has \(size)")
    }
    return try [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
      let memory = UnsafeMutableRawBufferPointer(
        start: buffer.baseAddress, count: Int(length))
      try read(descriptor, path, from: 8, into: memory)
      count = Int(length)
    }
  }

  /// The tensors in the order of their bytes, which must fill the file from the header to its end.
  private static func placed(
    _ entries: [HeaderParser.Entry], from start: Int, to size: Int
  ) throws(HeaderFault) -> [Tensor] {
    var end: UInt64 = 0
    var tensors: [Tensor] = []
    tensors.reserveCapacity(entries.count)
    for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      let name = HeaderParser.shown(entry.name)
      guard entry.begin <= entry.end else {
        throw HeaderFault(reason: "tensor \(name) ends before it begins")
      }
      guard entry.begin >= end else {
        let before = HeaderParser.shown(tensors.last?.name ?? "")
        throw HeaderFault(reason: "the bytes of tensors \(before) and \(name) overlap")
      }
      guard entry.begin == end else {
        throw HeaderFault(
          reason: "the \(entry.begin - end) bytes before tensor \(name) belong to none")
      }
      guard entry.end <= UInt64(size - start) else {
        throw HeaderFault(reason: "tensor \(name) reaches beyond the file's end")
      }
      guard let bytes = byteCount(entry) else {
        throw HeaderFault(
          reason: "the shape \(shown(entry.shape)) of tensor \(name) comes to no whole number of "
            + "bytes that could be counted")
      }
      guard bytes == entry.end - entry.begin else {
        throw HeaderFault(
          reason: "tensor \(name) has \(entry.end - entry.begin) bytes, and its shape "
            + "\(shown(entry.shape)) of \(entry.dtype.rawValue) needs \(bytes)")
      }
      end = entry.end
      tensors.append(
        Tensor(
          name: entry.name, dtype: entry.dtype, shape: entry.shape, byteCount: Int(bytes),
          offset: start + Int(entry.begin)))
    }
    guard end == UInt64(size - start) else {
      throw HeaderFault(reason: "its last \(UInt64(size - start) - end) bytes belong to no tensor")
    }
    return tensors
  }

  private static func shown(_ shape: [Int]) -> String {
    shape.count <= 8 ? "\(shape)" : "of \(shape.count) extents"
  }

  private static func byteCount(_ entry: HeaderParser.Entry) -> UInt64? {
    var count: UInt64 = 1
    // Extents beside a 0 count too: a reader that multiplies in their order must not overflow either.
    for factor in entry.shape.map(UInt64.init) + [entry.dtype.bits] where factor > 0 {
      let (product, overflows) = count.multipliedReportingOverflow(by: factor)
      if overflows { return nil }
      count = product
    }
    if entry.shape.contains(0) { return 0 }
    return count.isMultiple(of: 8) ? count / 8 : nil
  }

  private static func read(
    _ descriptor: Int32, _ path: String, from offset: Int,
    into memory: UnsafeMutableRawBufferPointer
  ) throws {
    var filled = 0
    while filled < memory.count {
      let count = pread(
        descriptor, memory.baseAddress?.advanced(by: filled), memory.count - filled,
        offset + filled)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure(path) }
      guard count > 0 else { throw unsound(path, "it was cut short while it was read") }
      filled += count
    }
  }

  static func unsound(_ path: String, _ reason: String) -> SafetensorsError {
    SafetensorsError(
      .invalid, "\(path) is not a sound safetensors file: \(reason). Write or fetch it again.")
  }

  private static func failure(_ path: String) -> SafetensorsError {
    switch errno {
    case ENOENT, ENOTDIR:
      SafetensorsError(.missing, "There is no file \(path). Give a safetensors file's path.")
    case EACCES, EPERM:
      SafetensorsError(.disk, "\(path) can't be read: no permission. Ask its owner for it.")
    default:
      SafetensorsError(.disk, "\(path) can't be read: \(String(cString: strerror(errno))).")
    }
  }
}
