import Foundation
import GRDB
import RunModel

/// Copies what checkpoints are made of from one registry to another, as it is encoded there; every chunk and
/// every tensor is compared with its digest on the way.
struct ContentCopying {
  private let source: Database
  private let path: String
  private let connection: WriterConnection
  private let decoding = ChunkDecoding()

  init(from source: Database, path: String, to connection: WriterConnection) {
    self.source = source
    self.path = path
    self.connection = connection
  }

  /// Stores the chunks of a checkpoint that are not here yet.
  func copy(of checkpoint: CheckpointRow) throws {
    var content = try Content.all(of: checkpoint, source).makeIterator()
    var next = content.next()
    while next != nil {
      try connection.transaction { transaction in
        var size = 0
        while let current = next, size < CheckpointWriting.transactionSize {
          size += try copy(current, transaction)
          next = content.next()
        }
      }
      Milestone.chunksStored.reached()
    }
  }

  /// - Returns: bytes that were stored.
  private func copy(_ content: Content, _ transaction: Transaction) throws -> Int {
    let known = try transaction.database.cachedStatement(
      sql: "SELECT 1 FROM content WHERE digest = ?")
    guard try Row.fetchOne(known, arguments: [Data(content.digest.bytes)]) == nil else { return 0 }
    let hash = SHA256()
    var stored = 0
    try forEachChunk(of: content) { row, digest in
      let raw = try decoding.bytes(of: row, at: 1)
      guard SHA256.digest(raw) == digest else { throw UndecodableChunk() }
      hash.update(raw)
      let data = try row.decodeBytes(3)
      try transaction.execute(
        "INSERT INTO chunk(digest, bytes, codec, data) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [Data(digest.bytes), row.integer(1), row.integer(2), Data(data)])
      stored += data.count
    }
    guard hash.finish() == content.digest else { throw damage(of: content) }
    return stored
  }

  private func forEachChunk(of content: Content, _ body: (Row, SHA256Digest) throws -> Void) throws
  {
    let statement = try source.cachedStatement(
      sql: """
        SELECT chunk.digest, chunk.bytes, chunk.codec, chunk.data FROM content_chunk
        JOIN chunk ON chunk.id = content_chunk.chunk
        WHERE content_chunk.content = ? ORDER BY content_chunk.position
        """)
    do {
      let rows = try Row.fetchCursor(statement, arguments: [content.key])
      while let row = try rows.next() { try body(row, row.digest(0)) }
    } catch is UndecodableChunk { throw damage(of: content) }
  }

  private func damage(of content: Content) -> RegistryError {
    RegistryError.damaged(path, "the tensor of digest \(content.digest) is not what was stored")
  }

  /// Writes the rows that make stored chunks a checkpoint of a run here.
  ///
  /// - Throws: `MissingContent` where a chunk was taken meanwhile.
  func publish(_ checkpoint: CheckpointRow, of run: Int64, _ transaction: Transaction) throws {
    let tensors = try Content.all(of: checkpoint, source)
    let stored = try StoredCounters.fetch(source, checkpoint: checkpoint.key)
    let digest = Snapshot.digest(
      tensors: try tensors.map { ($0.name, try RegistryReader.shape($0.shape), $0.digest) },
      counters: stored.counters, seed: checkpoint.seed)
    guard digest == checkpoint.digest else {
      throw RegistryError.damaged(
        path, "a checkpoint @step:\(checkpoint.step) does not have the digest it was stored with")
    }
    var keys: [SHA256Digest: Int64] = [:]
    for tensor in tensors where keys[tensor.digest] == nil {
      keys[tensor.digest] = try key(of: tensor, transaction)
    }
    var row = checkpoint
    row.run = run
    row.storedBytes = try CheckpointRow.storedBytes(
      of: keys.values.sorted(), in: transaction.database)
    try transaction.insert(&row)
    for tensor in tensors {
      try transaction.execute(
        "INSERT INTO tensor(checkpoint, name, dtype, shape, content) VALUES(?, ?, 'F32', ?, ?)",
        [row.key, tensor.name, tensor.shape, keys[tensor.digest]])
    }
    try transaction.insert(counters: stored.counters, clocks: stored.clocks, of: row.key)
    transaction.seal(try row.sealed(in: transaction.database), of: run)
  }

  private func key(of content: Content, _ transaction: Transaction) throws -> Int64 {
    let database = transaction.database
    let known = try database.cachedStatement(sql: "SELECT id FROM content WHERE digest = ?")
    if let row = try Row.fetchOne(known, arguments: [Data(content.digest.bytes)]) {
      return try row.integer(0)
    }
    try transaction.execute(
      "INSERT INTO content(digest, bytes) VALUES(?, ?)",
      [Data(content.digest.bytes), content.bytes])
    let key = database.lastInsertedRowID
    var position = 0
    let statement = try source.cachedStatement(
      sql: """
        SELECT chunk.digest FROM content_chunk JOIN chunk ON chunk.id = content_chunk.chunk
        WHERE content_chunk.content = ? ORDER BY content_chunk.position
        """)
    for row in try Row.fetchAll(statement, arguments: [content.key]) {
      guard let chunk = try ChunkIndex.key(of: row.digest(0), in: database) else {
        throw MissingContent()
      }
      try transaction.execute(
        "INSERT INTO content_chunk(content, position, chunk) VALUES(?, ?, ?)",
        [key, position, chunk])
      position += 1
    }
    return key
  }
}

/// A chunk that a collection took before its checkpoint was published.
struct MissingContent: Error {}

/// A tensor of a checkpoint in the other registry.
private struct Content {
  var name: String
  var shape: String
  var key: Int64
  var digest: SHA256Digest
  var bytes: Int64

  static func all(of checkpoint: CheckpointRow, _ database: Database) throws -> [Content] {
    let statement = try database.cachedStatement(
      sql: """
        SELECT tensor.name, tensor.shape, content.id, content.digest, content.bytes, tensor.dtype
        FROM tensor JOIN content ON content.id = tensor.content WHERE tensor.checkpoint = ?
        ORDER BY tensor.name
        """)
    return try Row.fetchAll(statement, arguments: [checkpoint.key]).map { row in
      guard try row.text(5) == "F32" else { throw row.unexpected }
      return Content(
        name: try row.text(0), shape: try row.text(1), key: try row.integer(2),
        digest: try row.digest(3), bytes: try row.integer(4))
    }
  }
}
