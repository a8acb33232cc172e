import Foundation
import GRDB
import RunModel

/// The row of a checkpoint.
struct CheckpointRow {
  var key: Int64
  var run: Int64
  var attempt: Int
  var step: Int
  var epoch: Int
  var isEpochEnd: Bool
  var createdAt: Int64
  var digest: SHA256Digest
  var seed: UInt64
  var tensors: Int
  var bytes: Int
  var storedBytes: Int

  static let columns =
    "id, run, attempt, step, epoch, is_epoch_end, created_at, digest, seed, tensors, bytes, "
    + "stored_bytes"

  init(
    key: Int64, run: Int64, attempt: Int, step: Int, epoch: Int, isEpochEnd: Bool,
    createdAt: Int64, digest: SHA256Digest, seed: UInt64, tensors: Int, bytes: Int,
    storedBytes: Int
  ) {
    self.key = key
    self.run = run
    self.attempt = attempt
    self.step = step
    self.epoch = epoch
    self.isEpochEnd = isEpochEnd
    self.createdAt = createdAt
    self.digest = digest
    self.seed = seed
    self.tensors = tensors
    self.bytes = bytes
    self.storedBytes = storedBytes
  }

  init(_ row: Row) throws {
    key = try row.integer(0)
    run = try row.integer(1)
    attempt = try Int(row.integer(2))
    step = try Int(row.integer(3))
    epoch = try Int(row.integer(4))
    isEpochEnd = try row.integer(5) != 0
    createdAt = try row.integer(6)
    digest = try row.digest(7)
    seed = UInt64(bitPattern: try row.wideInteger(8))
    tensors = try Int(row.integer(9))
    bytes = try Int(row.integer(10))
    storedBytes = try Int(row.integer(11))
  }

  /// A run's checkpoints, the shadowed ones among them, oldest first.
  static func all(_ database: Database, run: Int64) throws -> [CheckpointRow] {
    let statement = try database.cachedStatement(
      sql: "SELECT \(columns) FROM checkpoint WHERE run = ? ORDER BY id")
    return try Row.fetchAll(statement, arguments: [run]).map(CheckpointRow.init)
  }

  /// A run's checkpoints that no later attempt shadows, oldest first.
  static func visible(_ database: Database, run: Int64) throws -> [CheckpointRow] {
    let statement = try database.cachedStatement(
      sql: """
        SELECT \(qualified(columns, by: "checkpoint")) FROM checkpoint
        JOIN attempt ON attempt.run = checkpoint.run AND attempt.number = checkpoint.attempt
        WHERE checkpoint.run = ?
          AND (attempt.visible_to IS NULL OR checkpoint.step <= attempt.visible_to)
        ORDER BY checkpoint.id
        """)
    return try Row.fetchAll(statement, arguments: [run]).map(CheckpointRow.init)
  }

  /// The bytes that contents take in the file, a chunk that several of them name counted once.
  static func storedBytes(of contents: [Int64], in database: Database) throws -> Int {
    // The length of a blob stands in its row's header: nothing of the blob itself is read.
    let statement = try database.cachedStatement(
      sql: """
        SELECT chunk.id, length(chunk.data) FROM content_chunk
        JOIN chunk ON chunk.id = content_chunk.chunk WHERE content_chunk.content = ?
        """)
    var lengths: [Int64: Int] = [:]
    for content in contents {
      for row in try Row.fetchAll(statement, arguments: [content]) {
        lengths[try row.integer(0)] = try Int(row.integer(1))
      }
    }
    return lengths.values.reduce(0, +)
  }

  /// The pins on it, sorted.
  func pins(_ database: Database) throws -> [String] {
    let statement = try database.cachedStatement(
      sql: "SELECT name FROM pin WHERE checkpoint = ? ORDER BY name")
    return try Row.fetchAll(statement, arguments: [key]).map { try $0.text(0) }
  }

  /// The row as its run's seal sees it, with the clocks, which no digest covers.
  func sealed(in database: Database) throws -> SealedRow {
    .checkpoint(
      attempt: attempt, step: step, epoch: epoch, isEpochEnd: isEpochEnd, createdAt: createdAt,
      digest: digest.bytes, sizes: [tensors, bytes, storedBytes],
      clocks: try StoredCounters.fetch(database, checkpoint: key).clocks)
  }
}

/// The counters and clocks of a checkpoint.
struct StoredCounters {
  var counters: [String: Snapshot.Counter] = [:]
  var clocks: [String: Double] = [:]

  static func fetch(_ database: Database, checkpoint: Int64) throws -> StoredCounters {
    let statement = try database.cachedStatement(
      sql: "SELECT kind, name, value FROM counter WHERE checkpoint = ?")
    var stored = StoredCounters()
    for row in try Row.fetchAll(statement, arguments: [checkpoint]) {
      let name = try row.text(1)
      switch (try row.text(0), row.value(2).storage) {
      case ("integer", .int64(let value)): stored.counters[name] = .integer(value)
      case ("real", .double(let value)): stored.counters[name] = .real(value)
      case ("real", .blob(let data)):
        stored.counters[name] = .real(try nan(from: data, row))
      case ("clock", .double(let value)): stored.clocks[name] = value
      case ("clock", .blob(let data)): stored.clocks[name] = try nan(from: data, row)
      default: throw row.unexpected
      }
    }
    return stored
  }

  private static func nan(from data: Data, _ row: Row) throws -> Double {
    guard data.count == 8 else { throw row.unexpected }
    return Double(bitPattern: data.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }
}

extension Transaction {
  /// Writes a checkpoint's row and sets its key; its seal is taken when its clocks are written.
  func insert(_ row: inout CheckpointRow) throws {
    try execute(
      "INSERT INTO checkpoint(\(CheckpointRow.columns)) VALUES(NULL,?,?,?,?,?,?,?,?,?,?,?)",
      [
        row.run, row.attempt, row.step, row.epoch, row.isEpochEnd ? 1 : 0, row.createdAt,
        Data(row.digest.bytes), Int64(bitPattern: row.seed), row.tensors, row.bytes,
        row.storedBytes,
      ])
    row.key = database.lastInsertedRowID
    try execute("UPDATE run SET checkpoints = checkpoints + 1 WHERE id = ?", [row.run])
    sealProgress(of: row.run)
  }

  /// Writes a checkpoint's counters and clocks.
  func insert(
    counters: [String: Snapshot.Counter], clocks: [String: Double], of checkpoint: Int64
  ) throws {
    let sql = "INSERT INTO counter(checkpoint, kind, name, value) VALUES(?, ?, ?, ?)"
    for (name, counter) in counters {
      switch counter {
      case .integer(let value): try execute(sql, [checkpoint, "integer", name, value])
      case .real(let value): try execute(sql, [checkpoint, "real", name, Self.stored(value)])
      }
    }
    for (name, value) in clocks {
      try execute(sql, [checkpoint, "clock", name, Self.stored(value)])
    }
  }

  /// A real as the schema keeps it bit for bit: SQLite would turn NaN into NULL.
  private static func stored(_ value: Double) -> DatabaseValue {
    guard value.isNaN else { return value.databaseValue }
    return withUnsafeBytes(of: value.bitPattern.bigEndian) { Data($0) }.databaseValue
  }

  /// Notes how far a run has come; it never goes back but by a resume.
  func progress(of run: Int64, to step: Int, epoch: Int?, images: Int?) throws {
    try execute(
      """
      UPDATE run SET step = ?, epoch = coalesce(?, epoch), images = coalesce(?, images)
      WHERE id = ? AND step <= ?
      """, [step, epoch, images, run, step])
    sealProgress(of: run)
  }

  /// Deletes a checkpoint's row with its tensors, counters and pins.
  func delete(_ row: CheckpointRow) throws {
    for pin in try row.pins(database) {
      unseal(.pin(name: pin, step: row.step, digest: row.digest.bytes), of: row.run)
    }
    unseal(try row.sealed(in: database), of: row.run)
    try execute("DELETE FROM checkpoint WHERE id = ?", [row.key])
    try execute(
      """
      UPDATE run SET checkpoints = checkpoints - 1 WHERE id = ?1 AND EXISTS(
        SELECT 1 FROM attempt
        WHERE run = ?1 AND number = ?2 AND (visible_to IS NULL OR ?3 <= visible_to))
      """, [row.run, row.attempt, row.step])
    sealProgress(of: row.run)
  }
}
