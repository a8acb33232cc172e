import Foundation
import GRDB
import RunModel

/// A state on its way to become a checkpoint.
struct PendingCheckpoint: Sendable {
  /// Whose checkpoint it becomes.
  enum Owner: Sendable {
    case attempt(AttemptKey)
    /// A run that is there no sooner than its checkpoint.
    case imported(ImportedRun)
  }

  var source: any CheckpointSource
  var owner: Owner
  var step: Int
  var epoch: Int
  var isEpochEnd: Bool
  var retention: Retention
  /// Whether a later one may take its place while it waits.
  var isReplaceable = false
}

/// Stores one state: its chunks first, in small transactions, then the row that makes them a checkpoint,
/// in one durable transaction; only then may go what retention no longer keeps.
struct CheckpointWriting {
  /// Raw bytes that one transaction stores, give or take a chunk: the page cache holds them all.
  ///
  /// A page that leaves the cache before its commit, and changes again, has SQLite read and sum all that
  /// followed it in the WAL once more (wal.c, `walRewriteChecksums`).
  static let transactionSize = 8 << 20
  /// Seconds that a transaction waits for another chunk: it holds the lock meanwhile.
  static let chunkDelay: TimeInterval = 0.02
  /// After how many raw bytes the disk is given what came: so much at the most is left for the sync in the
  /// end, and each time is a large piece of work for the disk.
  private static let writeOutSize = 8 << 20

  let connection: WriterConnection
  let pending: PendingCheckpoint
  private let between: () -> Void

  /// - Parameter between: called between two transactions, for what must not wait until the end.
  init(
    _ connection: WriterConnection, _ pending: PendingCheckpoint,
    between: @escaping () -> Void = {}
  ) {
    self.connection = connection
    self.pending = pending
    self.between = between
  }

  /// Stores the checkpoint; from then on it is there, whatever becomes of older ones.
  func store() throws {
    try RegistryError.mapping(connection.path) {
      var rounds = 0
      // Another process's collection may take chunks that nothing names yet: they are stored again.
      while try !publish(try storeChunks(), storingMissing: rounds == 3) { rounds += 1 }
    }
  }

  /// Drops the checkpoints of its run that its retention no longer keeps.
  func dropSurplus() throws {
    guard case .attempt(let attempt) = pending.owner else { return }
    try RegistryError.mapping(connection.path) {
      try CheckpointRetention(connection, attempt.run, pending.retention, between).apply()
    }
  }

  /// Stores the chunks that the registry does not hold yet, or holds damaged.
  private func storeChunks() throws -> [ChunkedContent] {
    let encoding = ChunkEncoding(pending.source, lacking: connection.chunkIndex)
    defer { encoding.stop() }
    var isFirst = true
    var unwritten = 0
    while let first = try encoding.next() {
      if !isFirst { between() }
      isFirst = false
      try connection.transaction { transaction in
        var chunk: EncodedChunk? = first
        var size = 0
        while let current = chunk {
          try transaction.insert(current)
          size += current.byteCount
          unwritten += current.byteCount
          if unwritten >= Self.writeOutSize {
            RegistryFile.beginWritingWAL(of: connection.path)
            unwritten = 0
          }
          chunk =
            size < Self.transactionSize
            ? try encoding.next(by: Date(timeIntervalSinceNow: Self.chunkDelay)) : nil
        }
      }
      Milestone.chunksStored.reached()
    }
    return try encoding.contents()
  }
}

extension Transaction {
  /// Stores a chunk, in place of what is stored under its digest.
  func insert(_ chunk: EncodedChunk) throws {
    guard let address = chunk.data.baseAddress else {
      throw DatabaseError(resultCode: .SQLITE_INTERNAL)
    }
    // The statement ends, and with it SQLite's use of the bytes, before they can go.
    let data = Data(
      bytesNoCopy: UnsafeMutableRawPointer(mutating: address), count: chunk.data.count,
      deallocator: .none)
    try execute(
      """
      INSERT INTO chunk(digest, bytes, codec, data) VALUES(?, ?, ?, ?)
      ON CONFLICT(digest) DO UPDATE
      SET bytes = excluded.bytes, codec = excluded.codec, data = excluded.data
      """, [Data(chunk.digest.bytes), chunk.byteCount, chunk.codec.rawValue, data])
  }
}
