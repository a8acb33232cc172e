#if canImport(Glibc)
  import Glibc
#endif

/// Lines of a stream, as they come: memory holds one of them, whatever the stream holds.
package final class LineReader {
  /// Bytes that a line may have.
  package static let longestLine = 1 << 20

  /// One line without its end.
  package enum Line {
    case whole(UnsafeBufferPointer<UInt8>)
    /// It is longer than ``longestLine``, and passed over.
    case tooLong
  }

  /// Bytes that are asked for at once.
  private static let piece = 1 << 18

  private let memory = UnsafeMutableRawBufferPointer.allocate(
    byteCount: longestLine + piece, alignment: 16)
  private let source: (UnsafeMutableRawBufferPointer) throws -> Int
  private var filled = 0
  private var isPassingOver = false
  private var isAtEnd = false
  /// Lines so far, the one that is handed over among them.
  package private(set) var count = 0

  /// A reader of a stream.
  ///
  /// - Parameter source: fills some of the memory and tells how many bytes; 0 at the end.
  package init(_ source: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) {
    self.source = source
  }

  deinit { memory.deallocate() }

  /// Reads what has come, and hands over the lines that are whole; at the end also one without a line end.
  ///
  /// - Returns: whether more may come.
  /// - Throws: what the source and `body` throw.
  package func read(_ body: (Line) throws -> Void) throws -> Bool {
    guard !isAtEnd else { return false }
    let room = UnsafeMutableRawBufferPointer(rebasing: memory[filled...].prefix(Self.piece))
    let added = try source(room)
    guard added > 0 else {
      isAtEnd = true
      if filled > 0 || isPassingOver { try handOver(0..<filled, body) }
      return false
    }
    var start = 0
    var searched = filled
    filled += added
    while let end = lineEnd(from: searched) {
      try handOver(start..<end, body)
      start = end + 1
      searched = start
    }
    keep(from: start)
    return true
  }

  private func lineEnd(from start: Int) -> Int? {
    guard let base = memory.baseAddress,
      let found = memchr(base + start, 0x0A, filled - start)
    else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  private func handOver(_ range: Range<Int>, _ body: (Line) throws -> Void) throws {
    count += 1
    let isTooLong = isPassingOver || range.count > Self.longestLine
    isPassingOver = false
    if isTooLong { return try body(.tooLong) }
    try body(.whole(UnsafeBufferPointer(rebasing: memory.bindMemory(to: UInt8.self)[range])))
  }

  /// Keeps the beginning of a line, unless it is too long already.
  private func keep(from start: Int) {
    guard filled - start <= Self.longestLine else {
      isPassingOver = true
      filled = 0
      return
    }
    if isPassingOver {
      filled = 0
    } else if start > 0, let base = memory.baseAddress {
      memmove(base, base + start, filled - start)
      filled -= start
    }
  }
}
