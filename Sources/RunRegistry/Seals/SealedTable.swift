import GRDB
import RunModel

/// The tables whose rows are under a run's seal.
enum SealedTable: String, CaseIterable {
  case run, setting, attempt, environment, tag, note, line, step, point, picture, checkpoint, pin
  /// The columns of `run` that follow from other rows.
  case progress
  /// The column of `attempt` that tells of life.
  case heartbeat

  /// Hands over a run's rows of the table, one at a time.
  ///
  /// - Throws: `DatabaseError` where a value is not one that its column may hold; what `body` throws.
  func forEachRow(
    of run: Int64, _ database: Database, _ body: (SealedRow) throws -> Void
  ) throws {
    switch self {
    case .run: try body(RunRow.fetch(database, key: run).sealed)
    case .attempt:
      for row in try AttemptRow.fetchAll(database, run: run) { try body(row.sealed) }
    case .checkpoint:
      for row in try CheckpointRow.all(database, run: run) { try body(row.sealed(in: database)) }
    case .pin:
      for row in try CheckpointRow.all(database, run: run) {
        for name in try row.pins(database) {
          try body(.pin(name: name, step: row.step, digest: row.digest.bytes))
        }
      }
    case .progress:
      if let row = try SealedRow.progress(of: run, database) { try body(row) }
    case .heartbeat:
      for row in try AttemptRow.fetchAll(database, run: run) where row.status == .running {
        try body(.heartbeat(attempt: row.number, time: row.heartbeatAt))
      }
    default:
      let rows = try Row.fetchCursor(
        database.cachedStatement(sql: selection), arguments: [run])
      while let row = try rows.next() { try body(sealed(row)) }
    }
  }

  /// Hands over the first of a run's rows, in the order of their keys, of a table that grows as a run is
  /// trained.
  func forEachRow(
    of run: Int64, atMost limit: Int, _ database: Database, _ body: (SealedRow) throws -> Void
  ) throws {
    let rows = try Row.fetchCursor(
      database.cachedStatement(sql: "\(selection) ORDER BY \(order) LIMIT ?"),
      arguments: [run, limit])
    while let row = try rows.next() { try body(sealed(row)) }
  }

  /// Deletes the rows that `forEachRow(of:atMost:)` hands over, and takes the same arguments.
  var removal: String {
    let rows = self == .point ? "series JOIN point ON series = series.id" : rawValue
    return """
      DELETE FROM \(rawValue) WHERE (\(key)) IN
        (SELECT \(key) FROM \(rows) WHERE run = ? ORDER BY \(order) LIMIT ?)
      """
  }

  /// The columns that name a row of a table that grows as a run is trained.
  private var key: String {
    switch self {
    case .line: "run, number"
    case .step: "run, step, attempt"
    case .point: "series, step, attempt"
    case .picture: "id"
    default: ""
    }
  }

  /// By which of its columns an index gives a run's rows without sorting them.
  private var order: String {
    switch self {
    case .point: "series.name, step, attempt"
    case .picture: "name, step, attempt"
    default: key
    }
  }

  /// What `sealed(_:)` reads of a run's rows.
  private var selection: String {
    switch self {
    case .setting: "SELECT key, kind, value FROM setting WHERE run = ?"
    case .environment: "SELECT attempt, name, value FROM environment WHERE run = ?"
    case .tag: "SELECT key, value FROM tag WHERE run = ?"
    case .note: "SELECT text FROM note WHERE run = ?"
    case .line: "SELECT number, attempt, time, text FROM line WHERE run = ?"
    case .step: "SELECT step, attempt, epoch, images, time FROM step WHERE run = ?"
    case .point:
      """
      SELECT series.name, step, attempt, value FROM series JOIN point ON series = series.id
      WHERE run = ?
      """
    case .picture: "SELECT name, step, attempt, epoch, time, png FROM picture WHERE run = ?"
    case .run, .attempt, .checkpoint, .pin, .progress, .heartbeat: ""
    }
  }

  private func sealed(_ row: Row) throws -> SealedRow {
    switch self {
    case .setting: return .setting(key: try row.text(0), try ParameterValue(row, 1))
    case .environment:
      return .environment(
        attempt: try Int(row.integer(0)), name: try row.text(1), value: try row.text(2))
    case .tag: return .tag(key: try row.text(0), value: try row.text(1))
    case .note: return .note(try row.text(0))
    case .line:
      return .line(
        number: try Int(row.integer(0)), attempt: try Int(row.integer(1)),
        time: try row.integer(2), text: try row.text(3))
    case .step:
      return .step(
        step: try Int(row.integer(0)), attempt: try Int(row.integer(1)),
        epoch: try row.optionalInteger(2).map(Int.init),
        images: try row.optionalInteger(3).map(Int.init), time: try row.integer(4))
    case .point:
      return .point(
        metric: try row.text(0), step: try Int(row.integer(1)), attempt: try Int(row.integer(2)),
        value: try row.real(3))
    case .picture:
      return .picture(
        name: try row.text(0), step: try Int(row.integer(1)), attempt: try Int(row.integer(2)),
        epoch: try Int(row.integer(3)), time: try row.integer(4),
        png: SHA256.digest(try row.decodeBytes(5)))
    case .run, .attempt, .checkpoint, .pin, .progress, .heartbeat: throw row.unexpected
    }
  }
}

extension SealedRow {
  /// How far a run has come, `nil` where there is no such run.
  static func progress(of run: Int64, _ database: Database) throws -> SealedRow? {
    let statement = try database.cachedStatement(
      sql: "SELECT epoch, step, images, checkpoints FROM run WHERE id = ?")
    return try Row.fetchOne(statement, arguments: [run]).map { row in
      .progress(
        epoch: try Int(row.integer(0)), step: try Int(row.integer(1)),
        images: try Int(row.integer(2)), checkpoints: try Int(row.integer(3)))
    }
  }
}
