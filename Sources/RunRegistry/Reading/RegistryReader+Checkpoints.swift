import Foundation
import GRDB
public import RunModel

extension RegistryReader {
  /// A run's checkpoints, oldest first.
  public func checkpoints(of id: RunID) throws -> [Checkpoint] {
    try read { try checkpoints(of: id, $0) }
  }

  func checkpoints(of id: RunID, _ database: Database) throws -> [Checkpoint] {
    try CheckpointRow.visible(database, run: key(of: id, database))
      .map { try Checkpoint($0, of: id, database) }
  }

  /// Loads the state that a checkpoint holds, every chunk checked by its name and the whole by its
  /// digest.
  ///
  /// - Throws: `RegistryError`: `.missing` where retention dropped it meanwhile, `.invalid` where a byte
  ///   of it changed.
  public func snapshot(of checkpoint: Checkpoint) throws -> Snapshot {
    try read { try snapshot(of: checkpoint, $0) }
  }

  func snapshot(of checkpoint: Checkpoint, _ database: Database) throws -> Snapshot {
    let name = "checkpoint @step:\(checkpoint.step) of run \(checkpoint.runID)"
    let run = try key(of: checkpoint.runID, database)
    guard
      let row = try CheckpointRow.visible(database, run: run)
        .last(where: { $0.digest == checkpoint.digest })
    else {
      throw RegistryError(
        .missing, "The \(name) is not stored any more. Name another, such as @last.")
    }
    let snapshot: Snapshot
    do { snapshot = try Self.load(row, database) } catch is DamagedContent {
      throw RegistryError.damaged(path, "the \(name) is not what was stored")
    } catch is UndecodableChunk {
      throw RegistryError.damaged(path, "the \(name) holds a chunk that can't be decoded")
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
      throw RegistryError.damaged(path, "the \(name) can't be read")
    }
    guard snapshot.digest == row.digest else {
      throw RegistryError.damaged(path, "the \(name) does not have the digest it was stored with")
    }
    return snapshot
  }

  private static func load(_ row: CheckpointRow, _ database: Database) throws -> Snapshot {
    var places: [Snapshot.Tensor] = []
    var contents: [Int64] = []
    var end = 0
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT tensor.name, tensor.shape, tensor.content, content.bytes FROM tensor
        JOIN content ON content.id = tensor.content WHERE tensor.checkpoint = ?
        """, arguments: [row.key])
    for stored in rows {
      let shape = try shape(stored.text(1))
      let bytes = try Int(stored.integer(3))
      guard elementBytes(shape) == bytes, end <= Int.max - bytes - 64 else {
        throw DamagedContent()
      }
      places.append(Snapshot.Tensor(name: try stored.text(0), shape: shape, byteOffset: end))
      contents.append(try stored.integer(2))
      // Each tensor begins on a cache line.
      end = (end + bytes + 63) / 64 * 64
    }
    // What the chunks come to is known before memory is asked for.
    let total = try Int.fetchOne(
      database,
      sql: """
        SELECT coalesce(sum(chunk.bytes), 0) FROM tensor
        JOIN content_chunk ON content_chunk.content = tensor.content
        JOIN chunk ON chunk.id = content_chunk.chunk WHERE tensor.checkpoint = ?
        """, arguments: [row.key])
    guard total == places.reduce(0, { $0 + $1.byteCount }) else { throw DamagedContent() }
    let counters = try StoredCounters.fetch(database, checkpoint: row.key)
    return try Snapshot(
      tensors: places, counters: counters.counters, clocks: counters.clocks, seed: row.seed,
      byteCount: end
    ) { memory in
      let codec = ChunkCodec()
      for (place, content) in zip(places, contents) {
        let range = place.byteOffset..<place.byteOffset + place.byteCount
        try fill(
          UnsafeMutableRawBufferPointer(rebasing: memory[range]), content, by: codec, database)
      }
    }
  }

  /// Decodes a content's chunks into memory, each checked by its name.
  private static func fill(
    _ memory: UnsafeMutableRawBufferPointer, _ content: Int64, by codec: ChunkCodec,
    _ database: Database
  ) throws {
    let statement = try database.cachedStatement(
      sql: """
        SELECT chunk.digest, chunk.bytes, chunk.codec, chunk.data FROM content_chunk
        JOIN chunk ON chunk.id = content_chunk.chunk
        WHERE content_chunk.content = ? ORDER BY content_chunk.position
        """)
    var filled = 0
    let rows = try Row.fetchCursor(statement, arguments: [content])
    while let row = try rows.next() {
      let (digest, count) = (try row.digest(0), try Int(row.integer(1)))
      guard count > 0, count <= memory.count - filled else { throw DamagedContent() }
      let target = UnsafeMutableRawBufferPointer(rebasing: memory[filled..<filled + count])
      let number = try row.integer(2)
      try row.withUnsafeData(atIndex: 3) { data in
        guard let data else { throw DamagedContent() }
        try data.withUnsafeBytes { try codec.decode(codec: number, $0, into: target) }
      }
      guard SHA256.digest(UnsafeRawBufferPointer(target)) == digest else { throw DamagedContent() }
      filled += count
    }
    guard filled == memory.count else { throw DamagedContent() }
  }

  /// The extents of a stored shape, such as `[64,256]`.
  static func shape(_ text: String) throws -> [Int] {
    guard text.hasPrefix("["), text.hasSuffix("]") else { throw DamagedContent() }
    return try text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
      .filter { !$0.isEmpty || text.count > 2 }
      .map { part in
        guard let extent = Int(part), extent >= 0 else { throw DamagedContent() }
        return extent
      }
  }

  /// The bytes of a tensor of a shape, `nil` where no machine could hold them.
  static func elementBytes(_ shape: [Int]) -> Int? {
    var bytes = 4
    for extent in shape {
      let (product, overflows) = bytes.multipliedReportingOverflow(by: extent)
      if overflows { return nil }
      bytes = product
    }
    return bytes
  }
}

extension Checkpoint {
  /// What is known of a checkpoint from its row and its pins.
  init(_ row: CheckpointRow, of id: RunID, _ database: Database) throws {
    self.init(
      runID: id, epoch: row.epoch, step: row.step, isEpochEnd: row.isEpochEnd, digest: row.digest,
      bytes: row.bytes, storedBytes: row.storedBytes, tensors: row.tensors,
      pins: try row.pins(database), createdAt: Timestamp(microseconds: row.createdAt))
  }
}

/// Stored bytes that are not what their names say.
struct DamagedContent: Error {}
