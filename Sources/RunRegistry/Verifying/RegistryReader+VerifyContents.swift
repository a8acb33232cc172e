import Foundation
import GRDB
import RunModel

extension RegistryReader {
  /// Checks every content: its chunks, and where the sample takes it, their bytes.
  func checkContents(_ result: inout Verification) throws {
    try checkContents("SELECT min(id) FROM content WHERE id > ?", [], &result)
  }

  /// Checks the contents that checkpoints name.
  func checkNamedContents(_ result: inout Verification) throws {
    try checkContents("SELECT min(content) FROM tensor WHERE content > ?", [], &result)
  }

  /// Checks the contents that checkpoints of a run name.
  ///
  /// - Parameter only: the digest of the checkpoint to look at; all without it.
  func checkContents(of run: Int64, only: SHA256Digest?, _ result: inout Verification) throws {
    try checkContents(
      """
      SELECT min(content) FROM checkpoint JOIN tensor ON tensor.checkpoint = checkpoint.id
      WHERE content > ? AND run = ? AND digest = coalesce(?, digest)
      """, [run, only.map { Data($0.bytes) }], &result)
  }

  /// - Parameter next: asks for the next key after one, then takes `arguments`.
  private func checkContents(
    _ next: String, _ arguments: StatementArguments, _ result: inout Verification
  ) throws {
    let decoding = ChunkDecoding()
    var last: Int64? = -1
    while let content = last {
      // One content is read at a time, so that no reader holds on to an old moment for long.
      try part(
        Finding(.file, place: "table content", "a row after \(content) can't be read"), &result
      ) { database, result in
        last = try Self.next(
          Int64.fetchOne(database.cachedStatement(sql: next), arguments: [content] + arguments),
          after: content)
        if let key = last { try checkContent(key, by: decoding, database, &result) }
      }
      // Where even the next can't be found, the loop must end.
      if last == content { last = nil }
    }
  }

  /// The key that a walk goes on with: damaged pages may lead back, and a walk in a circle never ends.
  private static func next(_ key: Int64?, after last: Int64) throws -> Int64? {
    guard let key else { return nil }
    guard key > last else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
    return key
  }

  private func checkContent(
    _ key: Int64, by decoding: ChunkDecoding, _ database: Database, _ result: inout Verification
  ) throws {
    func report(_ position: Int64?, _ detail: String) throws {
      let (run, user) = try self.user(of: key, database)
      result.add(
        Finding(
          .content, run: run, place: user + (position.map { ", chunk \($0)" } ?? ""), detail))
    }
    result.checked.contents += 1
    do {
      guard
        let content = try Row.fetchOne(
          database.cachedStatement(sql: "SELECT digest, bytes FROM content WHERE id = ?"),
          arguments: [key])
      else { return }
      let (digest, bytes) = (try content.digest(0), try content.integer(1))
      let isRead = result.data.takes(digest)
      let hash = SHA256()
      var (expected, sum) = (Int64(0), Int64(0))
      let rows = try Row.fetchCursor(
        database.cachedStatement(
          sql: """
            SELECT position, chunk.digest, bytes, codec, \(isRead ? "data" : "length(data)")
            FROM content_chunk JOIN chunk ON chunk.id = chunk WHERE content = ? ORDER BY position
            """), arguments: [key])
      while let row = try rows.next() {
        let position = try row.integer(0)
        if position != expected || sum % Int64(ChunkCodec.chunkSize) != 0 {
          try report(position, "it is not where it belongs")
        }
        sum &+= try row.integer(2)
        expected = position &+ 1
        result.checked.chunks += 1
        if isRead {
          do {
            result.checked.bytes += try read(row, by: decoding, into: hash)
          } catch is DamagedContent {
            try report(position, "its bytes are not what they are named by")
          }
        }
      }
      if sum != bytes { try report(nil, "its chunks do not come to its bytes") }
      if isRead, hash.finish() != digest {
        try report(nil, "its bytes are not what they are named by")
      }
    } catch let error where Self.isDamage(error) { try report(nil, "it can't be read") }
  }

  /// Decodes a chunk, compares it with its name and takes it into a hash.
  ///
  /// - Returns: how many bytes it has.
  private func read(_ row: Row, by decoding: ChunkDecoding, into hash: SHA256) throws -> Int {
    let digest = try row.digest(1)
    let raw: UnsafeRawBufferPointer
    do { raw = try decoding.bytes(of: row, at: 2) } catch is UndecodableChunk {
      throw DamagedContent()
    }
    guard hash.take(raw) == digest else { throw DamagedContent() }
    return raw.count
  }

  /// Where a content is used first, in words.
  private func user(of content: Int64, _ database: Database) throws -> (RunID?, String) {
    guard
      let row = try Row.fetchOne(
        database.cachedStatement(
          sql: """
            SELECT run_id, run.name, checkpoint.step, tensor.name,
              (SELECT count(*) FROM tensor AS other WHERE other.content = ?1)
            FROM tensor JOIN checkpoint ON checkpoint.id = tensor.checkpoint
            JOIN run ON run.id = checkpoint.run WHERE tensor.content = ?1
            ORDER BY run.id, checkpoint.id LIMIT 1
            """), arguments: [content])
    else { return (nil, "content \(content), which no checkpoint names") }
    let others = try row.integer(4) - 1
    return (
      RunID(rawValue: try row.text(0)),
      "run \(try row.text(0)) (\(try row.text(1))): checkpoint @step:\(try row.integer(2)), tensor "
        + "\(try row.text(3))" + (others > 0 ? " (and \(others) more)" : "")
    )
  }

  /// Checks chunks that no content names: a save may take them up again by their names.
  func checkLooseChunks(_ result: inout Verification) throws {
    guard result.data.percent >= 100 else { return }
    let decoding = ChunkDecoding()
    var last: Int64? = -1
    while let chunk = last {
      try part(Finding(.file, place: "table chunk", "a row after \(chunk) can't be read"), &result)
      { database, result in
        let row = try Row.fetchOne(
          database.cachedStatement(
            sql: """
              SELECT chunk.id, digest, bytes, codec, data FROM chunk
              WHERE id > ? AND NOT EXISTS (SELECT 1 FROM content_chunk WHERE chunk = chunk.id)
              ORDER BY id LIMIT 1
              """), arguments: [chunk])
        last = try Self.next(row?.integer(0), after: chunk)
        guard let row else { return }
        result.checked.chunks += 1
        do {
          result.checked.bytes += try read(row, by: decoding, into: SHA256())
        } catch is DamagedContent {
          result.add(
            Finding(
              .content, place: "chunk \(try row.integer(0)), which no content names",
              "its bytes are not what they are named by"))
        }
      }
      if last == chunk { last = nil }
    }
  }
}
