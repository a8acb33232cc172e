import Foundation
import GRDB

/// Decodes one stored chunk after the other, into memory of its own or a caller's.
///
/// One belongs to one thread, as its codec does.
final class ChunkDecoding {
  let codec = ChunkCodec()
  // As malloc aligns it: glibc 2.36 does not use freed memory again for a larger alignment.
  private let memory = UnsafeMutableRawBufferPointer.allocate(
    byteCount: ChunkCodec.chunkSize, alignment: 16)

  deinit { memory.deallocate() }

  /// The raw bytes of the chunk in a row, valid until the next one is decoded.
  ///
  /// - Parameters:
  ///   - column: the place of `bytes` in the row; `codec` and `data` follow it.
  ///   - target: where the bytes go in place of the own memory; a longer chunk is refused.
  /// - Throws: `UndecodableChunk`, and `DatabaseError` where a value is not of its column's type.
  func bytes(
    of row: Row, at column: Int, into target: UnsafeMutableRawBufferPointer? = nil
  ) throws -> UnsafeRawBufferPointer {
    let target = target ?? memory
    let (count, number) = (try Int(row.integer(column)), try row.integer(column + 1))
    guard count > 0, count <= min(ChunkCodec.chunkSize, target.count) else {
      throw UndecodableChunk()
    }
    let raw = UnsafeMutableRawBufferPointer(rebasing: target[..<count])
    try row.withUnsafeData(atIndex: column + 2) { data in
      guard let data else { throw UndecodableChunk() }
      try data.withUnsafeBytes { try codec.decode(codec: number, $0, into: raw) }
    }
    return UnsafeRawBufferPointer(raw)
  }
}
