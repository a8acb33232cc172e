import GRDB
import RunModel

/// Removes contents and chunks that nothing names any more, a few in each transaction.
///
/// Whoever removes is no obstacle to whoever stores: each row is looked at again in the transaction that
/// removes it, and a save whose chunks were taken stores them anew. A removal that stops between two
/// transactions leaves rows that the next one finds.
struct ContentRemoval {
  /// Rows that one transaction removes at most.
  static let slice = 64

  let connection: WriterConnection
  /// Called between two transactions, for what must not wait until the end.
  let between: () -> Void

  /// Removes those of the contents that no tensor names.
  ///
  /// - Returns: how many went, and the chunks that they named.
  func remove(contents: [Int64]) throws -> (count: Int, chunks: [Int64]) {
    var count = 0
    var chunks: [Int64] = []
    try forEachSlice(of: contents) { content, transaction in
      let database = transaction.database
      let used = try database.cachedStatement(
        sql: "SELECT EXISTS(SELECT 1 FROM tensor WHERE content = ?)")
      guard try Int.fetchOne(used, arguments: [content]) == 0 else { return }
      let parts = try database.cachedStatement(
        sql: "SELECT DISTINCT chunk FROM content_chunk WHERE content = ?")
      chunks += try Int64.fetchAll(parts, arguments: [content])
      try transaction.execute("DELETE FROM content WHERE id = ?", [content])
      count += database.changesCount
    }
    return (count, chunks)
  }

  /// Removes those of the chunks that no content names.
  ///
  /// - Returns: how many went.
  @discardableResult
  func remove(chunks: [Int64]) throws -> Int {
    var count = 0
    try forEachSlice(of: chunks) { chunk, transaction in
      try transaction.execute(
        """
        DELETE FROM chunk
        WHERE id = ? AND NOT EXISTS(SELECT 1 FROM content_chunk WHERE chunk = chunk.id)
        """, [chunk])
      count += transaction.database.changesCount
    }
    return count
  }

  private func forEachSlice(
    of keys: [Int64], _ body: (Int64, Transaction) throws -> Void
  ) throws {
    for start in stride(from: 0, to: keys.count, by: Self.slice) {
      between()
      try connection.transaction { transaction in
        for key in keys[start..<min(start + Self.slice, keys.count)] { try body(key, transaction) }
      }
      Milestone.contentDropped.reached()
    }
  }
}
