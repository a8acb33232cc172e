import Foundation
import GRDB
import RunModel
import Synchronization

/// Tells which chunks a registry holds, to a thread that does not write, by a connection of its own.
final class ChunkIndex: Sendable {
  private let path: String
  private let queue = Mutex<DatabaseQueue?>(nil)

  init(path: String) { self.path = path }

  /// Whether a chunk is stored at this moment, and nothing else under its digest; a collection may take
  /// it the next.
  ///
  /// A run that goes on from before a damaged checkpoint comes to the same bytes again: believed by its
  /// digest, the damaged chunk would spoil the new checkpoint too. A save mends what it meets.
  ///
  /// - Parameter raw: the chunk's bytes.
  func holds(
    _ digest: SHA256Digest, _ raw: UnsafeRawBufferPointer, by decoding: ChunkDecoding
  ) throws -> Bool {
    try RegistryError.mapping(path) {
      try queue.withLock { queue in
        let open =
          try queue
          ?? DatabaseQueue(path: path, configuration: Connection.configuration(readonly: true))
        queue = open
        return try open.unsafeRead { try Self.holds(digest, raw, by: decoding, $0) }
      }
    }
  }

  private static func holds(
    _ digest: SHA256Digest, _ raw: UnsafeRawBufferPointer, by decoding: ChunkDecoding,
    _ database: Database
  ) throws -> Bool {
    let statement = try database.cachedStatement(
      sql: "SELECT bytes, codec, data FROM chunk WHERE digest = ?")
    let rows = try Row.fetchCursor(statement, arguments: [Data(digest.bytes)])
    guard let row = try rows.next() else { return false }
    do {
      let stored = try decoding.bytes(of: row, at: 0)
      guard stored.count == raw.count, let one = stored.baseAddress, let other = raw.baseAddress
      else { return false }
      return memcmp(one, other, raw.count) == 0
    } catch is UndecodableChunk { return false }
  }

  /// The key of a chunk's row, `nil` where there is none.
  static func key(of digest: SHA256Digest, in database: Database) throws -> Int64? {
    let statement = try database.cachedStatement(sql: "SELECT id FROM chunk WHERE digest = ?")
    return try Int64.fetchOne(statement, arguments: [Data(digest.bytes)])
  }

  /// Closes the connection; the next question opens another.
  func close() throws {
    try queue.withLock { queue in
      try queue?.close()
      queue = nil
    }
  }
}
