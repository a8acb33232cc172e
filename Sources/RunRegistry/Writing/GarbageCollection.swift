import Files
import GRDB
import RunModel

/// Removes what nothing needs any more: deleted runs whose grace period is over, contents without a
/// tensor, chunks without a content; then gives free pages back to the file system.
///
/// Every transaction is small and leaves the registry whole, so that it can be ended at any moment.
struct GarbageCollection {
  let connection: WriterConnection
  let grace: Duration
  /// Called between two transactions, for what must not wait until the end.
  let between: () -> Void

  /// Does all of it.
  func run() throws -> Garbage {
    let before = try connection.byteCount()
    // Chunks that a training process has stored for a checkpoint that is not yet published are the
    // newest. It would store them again; there is no need to make it.
    let newest = try connection.read { database in
      try Int64.fetchOne(
        database,
        sql: """
          SELECT CASE WHEN EXISTS(SELECT 1 FROM run WHERE status = 'running')
            THEN coalesce((SELECT max(chunk) FROM content_chunk), 0)
            ELSE (SELECT max(id) FROM chunk) END
          """) ?? 0
    }
    var garbage = try removeRuns()
    let removal = ContentRemoval(connection: connection, between: takeTurns)
    try forEachUnnamed("content", by: "tensor", upTo: .max) {
      garbage.contents += try removal.remove(contents: $0).count
    }
    try forEachUnnamed("chunk", by: "content_chunk", upTo: newest) {
      garbage.chunks += try removal.remove(chunks: $0)
    }
    try connection.shrink(completely: true, between: takeTurns)
    garbage.fileBytes = try connection.byteCount()
    garbage.bytesFreed = max(0, before - garbage.fileBytes)
    return garbage
  }

  /// Does what must not wait, and lets other processes write: a collection is in no hurry.
  private func takeTurns() {
    between()
    connection.lock.giveTurn()
  }

  /// Removes deleted runs whose grace period is over.
  private func removeRuns() throws -> Garbage {
    var garbage = Garbage()
    let due = connection.clock().microseconds - grace.microseconds
    while true {
      let row = try connection.read { database in
        try Row.fetchOne(
          database,
          sql: "SELECT \(RunRow.columns) FROM run WHERE deleted_at <= ? LIMIT 1", arguments: [due]
        ).map(RunRow.init)
      }
      guard let row else { return garbage }
      let removal = RunRemoval(connection: connection, run: row, between: takeTurns)
      guard let checkpoints = try removal.remove() else { continue }
      garbage.runs += 1
      garbage.checkpoints += checkpoints
    }
  }

  /// Hands over the rows of a table that another one's column of its name does not hold, some at a time.
  private func forEachUnnamed(
    _ table: String, by user: String, upTo last: Int64, _ body: ([Int64]) throws -> Void
  ) throws {
    var reached: Int64 = 0
    while true {
      let keys = try connection.read { database in
        try Int64.fetchAll(
          database,
          sql: """
            SELECT id FROM \(table) WHERE id > ? AND id <= ?
              AND NOT EXISTS(SELECT 1 FROM \(user) WHERE \(user).\(table) = \(table).id)
            ORDER BY id LIMIT \(ContentRemoval.slice)
            """, arguments: [reached, last])
      }
      guard let end = keys.last else { return }
      try body(keys)
      reached = end
    }
  }
}

/// What a collection removed, or would remove.
public struct Garbage: Sendable, Equatable {
  /// Deleted runs.
  public var runs = 0
  /// Their checkpoints.
  public var checkpoints = 0
  /// Contents of tensors that nothing named.
  public var contents = 0
  /// Chunks that nothing named.
  public var chunks = 0
  /// Bytes that the file gives back to the file system; an estimate where nothing was removed yet.
  public var bytesFreed = 0
  /// Bytes of the file, before what would be removed, or after what was.
  public var fileBytes = 0

  /// Nothing.
  public init() {}
}

extension Duration {
  /// Whole microseconds.
  var microseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }
}

extension RegistryWriter {
  /// Removes what nothing needs any more, and gives free pages back to the file system.
  ///
  /// It may be ended at any moment, and run beside training and reading.
  ///
  /// - Parameter grace: how long ago a run was deleted at least, to be removed.
  public func collectGarbage(grace: Duration = gracePeriod) throws -> Garbage {
    let garbage = try perform { [thread] connection in
      try GarbageCollection(connection: connection, grace: grace, between: thread.storeDue).run()
    }
    Draft.sweep(beside: path)
    return garbage
  }
}
