import CShuffle
import CZstd

/// How a chunk's raw bytes are held in the registry.
///
/// As they are, or gathered by their place in a word and then compressed;
/// docs/decisions/0012-chunk-encoding.md has the measurements.
/// One belongs to one thread: it keeps zstd's working memory and a chunk's between two calls.
package final class ChunkCodec {
  /// The numbers that column `chunk.codec` knows.
  package enum Number: Int64, Sendable {
    /// The bytes as they are.
    case raw = 0
    /// The four bytes of each word apart (`gr_shuffle4`), then one zstd frame.
    case shuffledZstd = 1
  }

  /// Raw bytes of a chunk at most; the last of a tensor may be shorter.
  package static let chunkSize = 1 << 20
  /// zstd's level: one at which it all but skips the search for repetitions, of which weights have none.
  private static let level: Int32 = -1000

  private let compression: OpaquePointer
  private let decompression: OpaquePointer
  private let shuffled: UnsafeMutableRawBufferPointer

  /// The version of zstd.
  package static var library: String { String(cString: ZSTD_versionString()) }

  /// A codec with working memory of its own.
  package init() {
    guard let compression = ZSTD_createCCtx(), let decompression = ZSTD_createDCtx() else {
      preconditionFailure("no memory for zstd")
    }
    // At such levels zstd leaves literals as they are unless told; their Huffman codes are all there is to
    // gain. A library that does not know the parameter searches instead.
    let isTold =
      ZSTD_isError(ZSTD_CCtx_setParameter(compression, ZSTD_c_experimentalParam5, 1)) == 0
    ZSTD_CCtx_setParameter(compression, ZSTD_c_compressionLevel, isTold ? Self.level : 1)
    self.compression = compression
    self.decompression = decompression
    shuffled = .allocate(byteCount: Self.chunkSize, alignment: 64)
  }

  deinit {
    ZSTD_freeCCtx(compression)
    ZSTD_freeDCtx(decompression)
    shuffled.deallocate()
  }

  /// Encodes a chunk where that makes it shorter.
  ///
  /// - Parameter target: at least as long as `raw`.
  /// - Returns: how many bytes of `target` the encoding takes, fewer than `raw` has; `nil` where it would
  ///   not be shorter, and then `target` holds nothing of use.
  package func encode(
    _ raw: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) -> Int? {
    precondition(raw.count <= Self.chunkSize && raw.count <= target.count)
    guard let bytes = raw.baseAddress, let gathered = shuffled.baseAddress, raw.count > 1 else {
      return nil
    }
    gr_shuffle4(bytes, gathered, raw.count)
    // zstd reports room that is too small as an error: such a chunk is not shorter.
    let count = ZSTD_compress2(
      compression, target.baseAddress, raw.count - 1, gathered, raw.count)
    return ZSTD_isError(count) == 0 ? count : nil
  }

  /// Writes a chunk's raw bytes, as many as `target` holds, never more.
  ///
  /// - Parameters:
  ///   - codec: as `chunk.codec` has it.
  ///   - stored: as `chunk.data` has it.
  ///   - target: as long as `chunk.bytes` says, at most `chunkSize`.
  /// - Throws: `UndecodableChunk` for an unknown codec, and for bytes that come to another length.
  package func decode(
    codec: Int64, _ stored: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) throws(UndecodableChunk) {
    guard target.count <= Self.chunkSize else { throw UndecodableChunk() }
    switch Number(rawValue: codec) {
    case .raw:
      guard stored.count == target.count else { throw UndecodableChunk() }
      target.copyMemory(from: stored)
    case .shuffledZstd:
      let count = ZSTD_decompressDCtx(
        decompression, shuffled.baseAddress, target.count, stored.baseAddress, stored.count)
      guard ZSTD_isError(count) == 0, count == target.count, let gathered = shuffled.baseAddress,
        let bytes = target.baseAddress
      else { throw UndecodableChunk() }
      gr_unshuffle4(gathered, bytes, count)
    case nil: throw UndecodableChunk()
    }
  }
}

/// Stored bytes that no encoding of a chunk looks like.
package struct UndecodableChunk: Error {
  package init() {}
}
