import Foundation
import GRDB
import RunModel

/// A snapshot on its way to become a checkpoint.
struct PendingCheckpoint: Sendable {
  var snapshot: Snapshot
  var attempt: AttemptKey
  var step: Int
  var epoch: Int
  var isEpochEnd: Bool
  var retention: Retention
}

/// Stores one snapshot: its chunks first, in small transactions, then the row that makes them a
/// checkpoint, in one durable transaction; then what retention no longer keeps goes.
struct CheckpointWriting {
  /// Raw bytes of a chunk; the last of a tensor may be shorter.
  static let chunkSize = 1 << 20
  /// Raw bytes that one transaction stores at most, so that the WAL stays short.
  static let transactionSize = 32 << 20

  /// One tensor's content: its digest and those of its chunks.
  private struct Content {
    var tensor: Snapshot.Tensor
    var digest: SHA256Digest
    var chunks: [SHA256Digest]
  }

  private let connection: WriterConnection
  private let pending: PendingCheckpoint
  private let contents: [Content]
  private let between: () -> Void

  /// - Parameter between: called between two transactions, for what must not wait until the end.
  init(
    _ connection: WriterConnection, _ pending: PendingCheckpoint,
    between: @escaping () -> Void = {}
  ) {
    self.connection = connection
    self.pending = pending
    self.between = between
    contents = pending.snapshot.tensors.map { tensor in
      pending.snapshot.withBytes(of: tensor) { bytes in
        let chunks = stride(from: 0, to: bytes.count, by: Self.chunkSize).map { start in
          SHA256.digest(Self.chunk(of: bytes, at: start))
        }
        let digest = chunks.count == 1 ? chunks[0] : SHA256.digest(bytes)
        return Content(tensor: tensor, digest: digest, chunks: chunks)
      }
    }
  }

  /// Stores the checkpoint.
  func store() throws {
    let digest = Snapshot.digest(
      tensors: contents.map { ($0.tensor.name, $0.tensor.shape, $0.digest) },
      counters: pending.snapshot.counters, seed: pending.snapshot.seed)
    try storeChunks()
    // Another process's collection may take chunks that nothing names yet: they are stored again.
    var rounds = 0
    while try !publish(digest, storingMissing: rounds == 3) {
      rounds += 1
      try storeChunks()
    }
    try CheckpointRetention(connection, pending.attempt.run, pending.retention, between).apply()
  }

  private static func chunk(of bytes: UnsafeRawBufferPointer, at start: Int)
    -> UnsafeRawBufferPointer
  {
    UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + chunkSize, bytes.count)])
  }

  /// Stores the chunks that the registry does not hold yet.
  private func storeChunks() throws {
    var missing: [(content: Int, chunk: Int)] = []
    try connection.read { database in
      var seen: Set<SHA256Digest> = []
      for (place, content) in contents.enumerated() {
        for (number, digest) in content.chunks.enumerated() where seen.insert(digest).inserted {
          if try Self.key(of: digest, in: database) == nil { missing.append((place, number)) }
        }
      }
    }
    let perTransaction = Self.transactionSize / Self.chunkSize
    for start in stride(from: 0, to: missing.count, by: perTransaction) {
      if start > 0 { between() }
      try connection.transaction { transaction in
        for (content, chunk) in missing[start..<min(start + perTransaction, missing.count)] {
          _ = try store(chunk: chunk, of: contents[content], in: transaction)
        }
      }
    }
  }

  private static func key(of chunk: SHA256Digest, in database: Database) throws -> Int64? {
    let statement = try database.cachedStatement(sql: "SELECT id FROM chunk WHERE digest = ?")
    return try Int64.fetchOne(statement, arguments: [Data(chunk.bytes)])
  }

  private func store(chunk: Int, of content: Content, in transaction: Transaction) throws -> Int64 {
    try pending.snapshot.withBytes(of: content.tensor) { bytes in
      let bytes = Self.chunk(of: bytes, at: chunk * Self.chunkSize)
      guard let address = bytes.baseAddress else {
        throw DatabaseError(resultCode: .SQLITE_INTERNAL)
      }
      // The statement ends, and with it SQLite's use of the bytes, before they can go.
      let data = Data(
        bytesNoCopy: UnsafeMutableRawPointer(mutating: address), count: bytes.count,
        deallocator: .none)
      try transaction.execute(
        """
        INSERT INTO chunk(digest, bytes, codec, data) VALUES(?, ?, 0, ?)
        ON CONFLICT(digest) DO NOTHING
        """, [Data(content.chunks[chunk].bytes), bytes.count, data])
      guard let key = try Self.key(of: content.chunks[chunk], in: transaction.database) else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT)
      }
      return key
    }
  }

  /// Writes the rows that make the stored chunks a checkpoint.
  ///
  /// - Returns: false where a chunk was missing, and then nothing was written.
  private func publish(_ digest: SHA256Digest, storingMissing: Bool) throws -> Bool {
    do {
      try connection.transaction(isDurable: true) { transaction in
        try transaction.checkOwnership(of: pending.attempt)
        if try !markSame(digest, in: transaction) {
          var named: [SHA256Digest: Int64] = [:]
          for content in contents where named[content.digest] == nil {
            named[content.digest] = try name(
              content, in: transaction, storingMissing: storingMissing)
          }
          try insert(digest, named, in: transaction)
        }
        if let best = pending.retention.best {
          try transaction.pinBest(of: pending.attempt.run, by: best)
        }
      }
      return true
    } catch is MissingChunk { return false }
  }

  /// The key of a content's row, written where the registry does not know the content.
  private func name(_ content: Content, in transaction: Transaction, storingMissing: Bool) throws
    -> Int64
  {
    let digest = Data(content.digest.bytes)
    let known = try transaction.database.cachedStatement(
      sql: "SELECT id FROM content WHERE digest = ?")
    if let key = try Int64.fetchOne(known, arguments: [digest]) { return key }
    try transaction.execute(
      "INSERT INTO content(digest, bytes) VALUES(?, ?)", [digest, content.tensor.byteCount])
    let key = transaction.database.lastInsertedRowID
    for (position, chunk) in content.chunks.enumerated() {
      var chunkKey = try Self.key(of: chunk, in: transaction.database)
      if chunkKey == nil && storingMissing {
        chunkKey = try store(chunk: position, of: content, in: transaction)
      }
      guard let chunkKey else { throw MissingChunk() }
      try transaction.execute(
        "INSERT INTO content_chunk(content, position, chunk) VALUES(?, ?, ?)",
        [key, position, chunkKey])
    }
    return key
  }

  /// Whether the run's newest checkpoint is this very state; then it is not stored twice.
  private func markSame(_ digest: SHA256Digest, in transaction: Transaction) throws -> Bool {
    guard
      let newest = try CheckpointRow.visible(transaction.database, run: pending.attempt.run).last,
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
    _ digest: SHA256Digest, _ named: [SHA256Digest: Int64], in transaction: Transaction
  ) throws {
    let snapshot = pending.snapshot
    var chunks: Set<SHA256Digest> = []
    var storedBytes = 0
    for content in contents {
      for (number, chunk) in content.chunks.enumerated() where chunks.insert(chunk).inserted {
        storedBytes += min(
          Self.chunkSize, content.tensor.byteCount - number * Self.chunkSize)
      }
    }
    var row = CheckpointRow(
      key: 0, run: pending.attempt.run, attempt: pending.attempt.number, step: pending.step,
      epoch: pending.epoch, isEpochEnd: pending.isEpochEnd,
      createdAt: transaction.now.microseconds, digest: digest, seed: snapshot.seed,
      tensors: contents.count, bytes: contents.reduce(0) { $0 + $1.tensor.byteCount },
      storedBytes: storedBytes)
    try transaction.insert(&row)
    for content in contents {
      let shape = "[" + content.tensor.shape.map(String.init).joined(separator: ",") + "]"
      try transaction.execute(
        "INSERT INTO tensor(checkpoint, name, dtype, shape, content) VALUES(?, ?, 'F32', ?, ?)",
        [row.key, content.tensor.name, shape, named[content.digest]])
    }
    try transaction.insert(
      counters: snapshot.counters, clocks: snapshot.clocks, of: row.key)
    transaction.seal(try row.sealed(in: transaction.database), of: row.run)
    try transaction.progress(
      of: row.run, to: row.step, epoch: row.epoch, images: snapshot.integer("images"))
  }
}

/// A chunk that a collection took before its checkpoint was published.
private struct MissingChunk: Error {}
