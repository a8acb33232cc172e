import Foundation
import GRDB
package import RunModel

/// A checkpoint in an open transaction, its bytes asked for a chunk at a time.
///
/// Counters, seed, names and the digests of its tensors have been compared with its digest; bytes are
/// compared with their tensor's as they come.
package struct StoredCheckpoint {
  /// The run that it belongs to.
  package let run: Run
  /// The attempts of its run.
  package let attempts: [Attempt]
  /// Its row.
  package let checkpoint: Checkpoint
  /// Names and shapes, sorted by name.
  package let layout: [TensorShape]
  /// Steps, epochs, images, updates, positions, running sums of its epoch.
  package let counters: [String: Snapshot.Counter]
  /// Running sums of time, in seconds, which no digest covers.
  package let clocks: [String: Double]
  /// The seed that all random numbers of its run follow from.
  package let seed: UInt64

  /// Where a tensor's bytes are kept, and what they come to.
  private struct Content {
    var key: Int64
    var digest: SHA256Digest
  }
  /// In the order of `layout`.
  private let contents: [Content]
  private let database: Database
  private let path: String
  private let name: String

  /// - Throws: `RegistryError`, `.invalid` where what is stored is not what the digest was taken of.
  init(
    _ row: CheckpointRow, _ run: Run, _ attempts: [Attempt], _ checkpoint: Checkpoint,
    _ database: Database, path: String
  ) throws {
    self.run = run
    self.attempts = attempts
    self.checkpoint = checkpoint
    self.database = database
    self.path = path
    name = "checkpoint @step:\(row.step) of run \(run.id)"
    (layout, contents) = try Self.naming(name, path) {
      let tensors = try Self.tensors(of: row, database).sorted { $0.shape.name < $1.shape.name }
      return (tensors.map(\.shape), tensors.map(\.content))
    }
    let stored = try Self.naming(name, path) {
      try StoredCounters.fetch(database, checkpoint: row.key)
    }
    (counters, clocks, seed) = (stored.counters, stored.clocks, row.seed)
    let digest = Snapshot.digest(
      tensors: zip(layout, contents).map { ($0.name, $0.shape, $1.digest) }, counters: counters,
      seed: seed)
    guard digest == row.digest else {
      throw RegistryError.damaged(path, "the \(name) does not have the digest it was stored with")
    }
  }

  /// The digest of a tensor's bytes, as the checkpoint's own covers it.
  ///
  /// - Parameter index: its place in `layout`.
  package func digest(of index: Int) -> SHA256Digest { contents[index].digest }

  /// Hands over a tensor's bytes, little-endian float32 row by row, in pieces of at most 1 MiB.
  ///
  /// What was handed over is the tensor only when this returns: its digest is known at its end.
  ///
  /// - Parameter index: its place in `layout`.
  /// - Throws: `RegistryError`, `.invalid` where a byte of it changed; and what `body` throws.
  package func forEachChunk(of index: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let hash = SHA256()
    try decode(index, by: ChunkDecoding()) { bytes in
      hash.update(bytes)
      try body(bytes)
    }
    try check(hash.finish(), of: index)
  }

  /// Hands over the whole of a tensor in memory: little-endian float32, row by row.
  ///
  /// - Parameter index: its place in `layout`.
  /// - Throws: `RegistryError`, as `snapshot` does; and what `body` throws.
  package func withTensor<Result>(
    _ index: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let memory = try pages(layout[index].byteCount, for: "tensor \(layout[index].name) of \(name)")
    var place = 0
    try forEachChunk(of: index) { chunk in
      UnsafeMutableRawBufferPointer(rebasing: memory.bytes[place...]).copyMemory(from: chunk)
      place += chunk.count
    }
    return try withExtendedLifetime(memory) { try body(UnsafeRawBufferPointer(memory.bytes)) }
  }

  /// The whole state in memory.
  ///
  /// - Throws: `RegistryError`, as `forEachChunk` does; `.invalid` where this machine has no memory for it.
  package func snapshot() throws -> Snapshot {
    var end = 0
    let places = layout.map { tensor in
      // Each tensor begins on a cache line.
      defer { end += (tensor.byteCount + 63) / 64 * 64 }
      return Snapshot.Tensor(name: tensor.name, shape: tensor.shape, byteOffset: end)
    }
    return try Snapshot(
      tensors: places, counters: counters, clocks: clocks, seed: seed, in: pages(end, for: name)
    ) { memory in
      let decoding = ChunkDecoding()
      let hashing = BackgroundHashing()
      // Whatever happens, the bytes stay until the other thread is done with them.
      defer { hashing.wait() }
      for (index, place) in places.enumerated() {
        let range = place.byteOffset..<place.byteOffset + place.byteCount
        try decode(
          index, by: decoding, into: UnsafeMutableRawBufferPointer(rebasing: memory[range])
        ) { hashing.update(index, $0) }
      }
      for (index, digest) in hashing.finish(count: places.count).enumerated() {
        try check(digest, of: index)
      }
    }
  }

  /// Memory for so many bytes: a stranger's file may name one chunk again and again, and so come to any
  /// number of them.
  private func pages(_ byteCount: Int, for what: String) throws -> SnapshotPages {
    guard let pages = SnapshotPages(checking: byteCount) else {
      throw RegistryError(
        .invalid,
        "The \(what) in \(path) comes to \(byteCount) bytes, more than this machine has memory for. Use "
          + "another checkpoint, or a larger machine.")
    }
    return pages
  }

  private func check(_ digest: SHA256Digest, of index: Int) throws {
    try naming(index) {
      guard digest == contents[index].digest else { throw DamagedContent() }
    }
  }

  /// Decodes a tensor's chunks one after the other.
  ///
  /// - Parameter target: memory for the whole tensor; without it each chunk takes the place of the one
  ///   before.
  private func decode(
    _ index: Int, by decoding: ChunkDecoding, into target: UnsafeMutableRawBufferPointer? = nil,
    _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try naming(index) {
      // Not a cached statement: another tensor may be read while this one is.
      let statement = try database.makeStatement(
        sql: """
          SELECT chunk.bytes, chunk.codec, chunk.data FROM content_chunk
          JOIN chunk ON chunk.id = content_chunk.chunk
          WHERE content_chunk.content = ? ORDER BY content_chunk.position
          """)
      let total = layout[index].byteCount
      var filled = 0
      let rows = try Row.fetchCursor(statement, arguments: [contents[index].key])
      while let row = try rows.next() {
        let rest = target.map { UnsafeMutableRawBufferPointer(rebasing: $0[filled...]) }
        let bytes = try decoding.bytes(of: row, at: 0, into: rest)
        filled += bytes.count
        guard filled <= total else { throw DamagedContent() }
        try body(bytes)
      }
      guard filled == total else { throw DamagedContent() }
    }
  }

  private func naming(_ index: Int, _ body: () throws -> Void) throws {
    try Self.naming("tensor \(layout[index].name) of \(name)", path, body)
  }

  private static func naming<Result>(
    _ name: String, _ path: String, _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch is DamagedContent, is UndecodableChunk {
      throw RegistryError.damaged(path, "the \(name) is not what was stored")
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
      throw RegistryError.damaged(path, "the \(name) can't be read")
    }
  }

  private static func tensors(
    of checkpoint: CheckpointRow, _ database: Database
  ) throws -> [(shape: TensorShape, content: Content)] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT tensor.name, tensor.shape, tensor.content, content.digest, content.bytes FROM tensor
        JOIN content ON content.id = tensor.content WHERE tensor.checkpoint = ?
        """, arguments: [checkpoint.key])
    var total = 0
    let tensors = try rows.map { row in
      let shape = try RegistryReader.shape(row.text(1))
      guard let bytes = TensorShape.byteCount(of: shape), try row.integer(4) == bytes,
        bytes <= Int.max - 64 - total
      else { throw DamagedContent() }
      total += (bytes + 63) / 64 * 64
      return (
        TensorShape(name: try row.text(0), shape: shape),
        Content(key: try row.integer(2), digest: try row.digest(3))
      )
    }
    // What the chunks come to is known before anyone asks for memory.
    let stored = try Int.fetchOne(
      database,
      sql: """
        SELECT coalesce(sum(chunk.bytes), 0) FROM tensor
        JOIN content_chunk ON content_chunk.content = tensor.content
        JOIN chunk ON chunk.id = content_chunk.chunk WHERE tensor.checkpoint = ?
        """, arguments: [checkpoint.key])
    let bytes = tensors.reduce(0) { $0 + $1.0.byteCount }
    guard stored == bytes, checkpoint.bytes == bytes, checkpoint.tensors == tensors.count else {
      throw DamagedContent()
    }
    return tensors
  }
}
