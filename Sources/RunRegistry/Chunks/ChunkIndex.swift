import Foundation
import GRDB
import RunModel

/// Tells which chunks a registry holds, to a thread that does not write, by a connection of its own.
// Unchecked: everything mutable is read and written under `lock`.
final class ChunkIndex: @unchecked Sendable {
  private let path: String
  private let lock = NSLock()
  private var queue: DatabaseQueue?
  /// Room for what is stored of one chunk.
  private let decoded = UnsafeMutableRawBufferPointer.allocate(
    byteCount: ChunkCodec.chunkSize, alignment: 64)

  init(path: String) { self.path = path }

  deinit { decoded.deallocate() }

  /// Whether a chunk is stored at this moment, and nothing else under its digest; a collection may take
  /// it the next.
  ///
  /// A run that goes on from before a damaged checkpoint comes to the same bytes again: believed by its
  /// digest, the damaged chunk would spoil the new checkpoint too. A save mends what it meets.
  ///
  /// - Parameter raw: the chunk's bytes.
  func holds(
    _ digest: SHA256Digest, _ raw: UnsafeRawBufferPointer, decodedBy codec: ChunkCodec
  ) throws -> Bool {
    try RegistryError.mapping(path) {
      try lock.withLock {
        let queue =
          try self.queue
          ?? DatabaseQueue(path: path, configuration: Connection.configuration(readonly: true))
        self.queue = queue
        return try queue.unsafeRead { try holds(digest, raw, codec, $0) }
      }
    }
  }

  private func holds(
    _ digest: SHA256Digest, _ raw: UnsafeRawBufferPointer, _ codec: ChunkCodec,
    _ database: Database
  ) throws -> Bool {
    let statement = try database.cachedStatement(
      sql: "SELECT bytes, codec, data FROM chunk WHERE digest = ?")
    let rows = try Row.fetchCursor(statement, arguments: [Data(digest.bytes)])
    guard let row = try rows.next() else { return false }
    guard try row.integer(0) == raw.count, raw.count <= decoded.count else { return false }
    let target = UnsafeMutableRawBufferPointer(rebasing: decoded[..<raw.count])
    let number = try row.integer(1)
    return try row.withUnsafeData(atIndex: 2) { data in
      guard let data, let start = target.baseAddress, let other = raw.baseAddress else {
        return raw.isEmpty
      }
      do {
        try data.withUnsafeBytes { try codec.decode(codec: number, $0, into: target) }
      } catch is UndecodableChunk { return false }
      return memcmp(start, other, raw.count) == 0
    }
  }

  /// The key of a chunk's row, `nil` where there is none.
  static func key(of digest: SHA256Digest, in database: Database) throws -> Int64? {
    let statement = try database.cachedStatement(sql: "SELECT id FROM chunk WHERE digest = ?")
    return try Int64.fetchOne(statement, arguments: [Data(digest.bytes)])
  }

  /// Closes the connection; the next question opens another.
  func close() throws {
    try lock.withLock {
      try queue?.close()
      queue = nil
    }
  }
}
