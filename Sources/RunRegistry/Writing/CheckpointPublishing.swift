import Foundation
import GRDB
import RunModel

extension CheckpointWriting {
  /// Writes the rows that make the stored chunks a checkpoint.
  ///
  /// - Returns: false where a chunk was missing, and then nothing was written.
  func publish(_ contents: [ChunkedContent], storingMissing: Bool) throws -> Bool {
    let digest = Snapshot.digest(
      tensors: contents.map { ($0.tensor.name, $0.tensor.shape, $0.digest) },
      counters: pending.source.counters, seed: pending.source.seed)
    do {
      try connection.transaction(isDurable: true) { transaction in
        let attempt = try transaction.attempt(of: pending.owner)
        // Also for a state that is stored already: of its lists of chunks, what is damaged is mended.
        var named: [SHA256Digest: Int64] = [:]
        for (place, content) in contents.enumerated() where named[content.digest] == nil {
          named[content.digest] = try name(
            content, at: place, in: transaction, storingMissing: storingMissing)
        }
        if try !markSame(digest, of: attempt.run, in: transaction) {
          try insert(digest, contents, named, of: attempt, in: transaction)
        }
        if let best = pending.retention.best {
          try transaction.pinBest(of: attempt.run, by: best)
        }
        Milestone.publishing.reached()
      }
      Milestone.checkpointPublished.reached("\(digest)")
      return true
    } catch is MissingChunk { return false }
  }

  /// The key of a content's row, written where the registry does not know the content.
  private func name(
    _ content: ChunkedContent, at place: Int, in transaction: Transaction, storingMissing: Bool
  ) throws -> Int64 {
    let digest = Data(content.digest.bytes)
    let known = try transaction.database.cachedStatement(
      sql: "SELECT id, bytes FROM content WHERE digest = ?")
    let key: Int64
    if let row = try Row.fetchOne(known, arguments: [digest]) {
      let old = try row.integer(0)
      if try row.integer(1) == content.tensor.byteCount,
        try chunks(of: old, in: transaction.database) == content.chunks
      {
        return old
      }
      // What was damaged is mended where a save meets it.
      try transaction.execute("DELETE FROM content_chunk WHERE content = ?", [old])
      try transaction.execute(
        "UPDATE content SET bytes = ? WHERE id = ?", [content.tensor.byteCount, old])
      key = old
    } else {
      try transaction.execute(
        "INSERT INTO content(digest, bytes) VALUES(?, ?)", [digest, content.tensor.byteCount])
      key = transaction.database.lastInsertedRowID
    }
    for (position, chunk) in content.chunks.enumerated() {
      var chunkKey = try ChunkIndex.key(of: chunk, in: transaction.database)
      if chunkKey == nil && storingMissing {
        let range = ChunkedContent.range(ofChunk: position, in: content.tensor.byteCount)
        try pending.source.withBytes(of: place, in: range) { raw in
          try transaction.insert(
            EncodedChunk(digest: chunk, byteCount: raw.count, codec: .raw, data: raw))
        }
        chunkKey = try ChunkIndex.key(of: chunk, in: transaction.database)
      }
      guard let chunkKey else { throw MissingChunk() }
      try transaction.execute(
        "INSERT INTO content_chunk(content, position, chunk) VALUES(?, ?, ?)",
        [key, position, chunkKey])
    }
    return key
  }

  /// The chunks that a content has in its list.
  private func chunks(of content: Int64, in database: Database) throws -> [SHA256Digest] {
    let statement = try database.cachedStatement(
      sql: """
        SELECT chunk.digest FROM content_chunk JOIN chunk ON chunk.id = content_chunk.chunk
        WHERE content_chunk.content = ? ORDER BY content_chunk.position
        """)
    return try Row.fetchAll(statement, arguments: [content]).map { try $0.digest(0) }
  }

  /// Whether the run's newest checkpoint is this very state; then it is not stored twice.
  private func markSame(
    _ digest: SHA256Digest, of run: Int64, in transaction: Transaction
  ) throws -> Bool {
    guard let newest = try CheckpointRow.visible(transaction.database, run: run).last,
      newest.digest == digest, newest.step == pending.step, newest.epoch == pending.epoch
    else { return false }
    if pending.isEpochEnd && !newest.isEpochEnd {
      let before = try newest.sealed(in: transaction.database)
      var now = newest
      now.isEpochEnd = true
      try transaction.execute("UPDATE checkpoint SET is_epoch_end = 1 WHERE id = ?", [newest.key])
      transaction.unseal(before, of: newest.run)
      transaction.seal(try now.sealed(in: transaction.database), of: newest.run)
    }
    return true
  }

  private func insert(
    _ digest: SHA256Digest, _ contents: [ChunkedContent], _ named: [SHA256Digest: Int64],
    of attempt: AttemptKey, in transaction: Transaction
  ) throws {
    let source = pending.source
    var row = CheckpointRow(
      key: 0, run: attempt.run, attempt: attempt.number, step: pending.step,
      epoch: pending.epoch, isEpochEnd: pending.isEpochEnd,
      createdAt: transaction.now.microseconds, digest: digest, seed: source.seed,
      tensors: contents.count, bytes: contents.reduce(0) { $0 + $1.tensor.byteCount },
      storedBytes: try CheckpointRow.storedBytes(
        of: named.values.sorted(), in: transaction.database))
    try transaction.insert(&row)
    for content in contents {
      let shape = "[" + content.tensor.shape.map(String.init).joined(separator: ",") + "]"
      try transaction.execute(
        "INSERT INTO tensor(checkpoint, name, dtype, shape, content) VALUES(?, ?, 'F32', ?, ?)",
        [row.key, content.tensor.name, shape, named[content.digest]])
    }
    try transaction.insert(counters: source.counters, clocks: source.clocks, of: row.key)
    transaction.seal(try row.sealed(in: transaction.database), of: row.run)
    var images: Int?
    if case .integer(let count)? = source.counters["images"] { images = Int(count) }
    try transaction.progress(of: row.run, to: row.step, epoch: row.epoch, images: images)
  }
}

/// A chunk that a collection took before its checkpoint was published.
private struct MissingChunk: Error {}
