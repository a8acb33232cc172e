import Foundation
import GRDB
import RunModel

/// Tells which chunks a registry holds, to a thread that does not write, by a connection of its own.
// Unchecked: everything mutable is read and written under `lock`.
final class ChunkIndex: @unchecked Sendable {
  private let path: String
  private let lock = NSLock()
  private var queue: DatabaseQueue?

  init(path: String) { self.path = path }

  /// Whether a chunk is stored at this moment; a collection may take it the next.
  func holds(_ digest: SHA256Digest) throws -> Bool {
    try lock.withLock {
      let queue =
        try self.queue
        ?? DatabaseQueue(path: path, configuration: Connection.configuration(readonly: true))
      self.queue = queue
      return try queue.unsafeRead { try Self.key(of: digest, in: $0) != nil }
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
