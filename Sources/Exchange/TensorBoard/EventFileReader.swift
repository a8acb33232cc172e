import RunModel

/// Reads an event file record by record; each is compared with its checksums.
struct EventFileReader {
  /// Bytes of a record; none that a training writes is longer.
  static let longestRecord = 64 << 20

  private let file: FileStream
  private var memory: [UInt8] = []
  /// Whether the file ends within a record: its program was killed, or goes on writing.
  private(set) var isCut = false

  init(path: String) throws { file = try FileStream(path: path) }

  /// Whether a file begins as an event file does.
  static func isOne(_ path: String) throws -> Bool {
    let file = try FileStream(path: path)
    var head = [UInt8](repeating: 0, count: 12)
    let count = try file.read(head: &head)
    return count == 12 && isLength(head)
  }

  /// Whether twelve bytes are a record's length and its checksum.
  private static func isLength(_ head: [UInt8]) -> Bool {
    head.withUnsafeBytes { head in
      CRC32C.masked(UnsafeRawBufferPointer(rebasing: head[..<8]))
        == UInt32(littleEndian: head.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
    }
  }

  /// Hands over the next event's bytes.
  ///
  /// - Returns: false at the end.
  /// - Throws: `ExchangeError`, `.invalid` where a checksum does not agree or a record is too long.
  mutating func next(
    _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Bool {
    let start = file.offset
    var head = [UInt8](repeating: 0, count: 12)
    let count = try file.read(head: &head)
    if count == 0 { return false }
    guard count == 12 else {
      isCut = true
      return false
    }
    guard Self.isLength(head) else { throw damage(at: start, "the length of a record") }
    let length = head.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
    }
    guard length <= UInt64(Self.longestRecord) else {
      throw ExchangeError(
        .invalid,
        "\(file.path) has a record of \(length) bytes at byte \(start), and one may have "
          + "\(Self.longestRecord). Leave it out.")
    }
    let needed = Int(length) + 4
    if memory.count < needed { memory = [UInt8](repeating: 0, count: max(needed, 1 << 16)) }
    let filled = try file.read(&memory, needed)
    guard filled == needed else {
      isCut = true
      return false
    }
    return try memory.withUnsafeBytes { memory in
      let data = UnsafeRawBufferPointer(rebasing: memory[..<Int(length)])
      let checksum = UInt32(
        littleEndian: memory.loadUnaligned(fromByteOffset: Int(length), as: UInt32.self))
      guard CRC32C.masked(data) == checksum else { throw damage(at: start, "a record") }
      try body(data)
      return true
    }
  }

  private func damage(at place: Int, _ what: String) -> ExchangeError {
    ExchangeError(
      .invalid,
      "\(file.path) is damaged: the checksum of \(what) at byte \(place) does not agree. Fetch it again."
    )
  }
}

extension FileStream {
  fileprivate func read(head: inout [UInt8]) throws -> Int { try read(&head, 12) }

  fileprivate func read(_ bytes: inout [UInt8], _ count: Int) throws -> Int {
    try bytes.withUnsafeMutableBytes { memory in
      try read(into: UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    }
  }
}
