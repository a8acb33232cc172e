import GRDB
package import RunModel

extension RegistryReader {
  /// The seal of a run as it is stored.
  package func storedSeal(of id: RunID) throws -> Seal {
    try read { database in
      try Self.seal(
        database, "SELECT seal FROM run WHERE id = ?", [key(of: id, database)])
    }
  }

  /// The seal over all runs as it is stored.
  package func storedSeal() throws -> Seal {
    try read { try Self.seal($0, "SELECT seal FROM registry WHERE id = ?", [1]) }
  }

  /// A run's seal, computed anew from all of its rows.
  package func seal(recomputedFor id: RunID) throws -> Seal {
    try read { database in
      let run = try key(of: id, database)
      var sum = try RunRow.fetch(database, key: run).sealed.seal
      for attempt in try AttemptRow.fetchAll(database, run: run) { sum += attempt.sealed.seal }
      for row in try sealedTexts(of: run, database) + sealedMeasurements(of: run, database) {
        sum += row.seal
      }
      let checkpoints = try Row.fetchAll(
        database, sql: "SELECT \(CheckpointRow.columns) FROM checkpoint WHERE run = ?",
        arguments: [run]
      ).map(CheckpointRow.init)
      for checkpoint in checkpoints {
        sum += try checkpoint.sealed(in: database).seal
        for pin in try checkpoint.pins(database) {
          sum +=
            SealedRow.pin(name: pin, step: checkpoint.step, digest: checkpoint.digest.bytes).seal
        }
      }
      return sum
    }
  }

  private static func seal(
    _ database: Database, _ sql: String, _ arguments: StatementArguments
  ) throws -> Seal {
    guard let row = try Row.fetchOne(database, sql: sql, arguments: arguments),
      let seal = Seal(bytes: try row.decodeBytes(0))
    else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
    return seal
  }

  private func sealedTexts(of run: Int64, _ database: Database) throws -> [SealedRow] {
    var rows: [SealedRow] = []
    try forEachRow(database, "SELECT key, kind, value FROM setting WHERE run = ?", [run]) {
      rows.append(.setting(key: try $0.text(0), try ParameterValue($0, 1)))
    }
    try forEachRow(database, "SELECT attempt, name, value FROM environment WHERE run = ?", [run]) {
      rows.append(
        .environment(attempt: try Int($0.integer(0)), name: try $0.text(1), value: try $0.text(2)))
    }
    try forEachRow(database, "SELECT key, value FROM tag WHERE run = ?", [run]) {
      rows.append(.tag(key: try $0.text(0), value: try $0.text(1)))
    }
    try forEachRow(database, "SELECT text FROM note WHERE run = ?", [run]) {
      rows.append(.note(try $0.text(0)))
    }
    try forEachRow(
      database, "SELECT number, attempt, time, text FROM line WHERE run = ?", [run]
    ) {
      rows.append(
        .line(
          number: try Int($0.integer(0)), attempt: try Int($0.integer(1)),
          time: try $0.integer(2), text: try $0.text(3)))
    }
    return rows
  }

  private func sealedMeasurements(of run: Int64, _ database: Database) throws -> [SealedRow] {
    var rows: [SealedRow] = []
    try forEachRow(
      database, "SELECT step, attempt, epoch, images, time FROM step WHERE run = ?", [run]
    ) {
      rows.append(
        .step(
          step: try Int($0.integer(0)), attempt: try Int($0.integer(1)),
          epoch: try $0.optionalInteger(2).map(Int.init),
          images: try $0.optionalInteger(3).map(Int.init), time: try $0.integer(4)))
    }
    try forEachRow(
      database,
      """
      SELECT series.name, step, attempt, value FROM series JOIN point ON series = series.id
      WHERE run = ?
      """, [run]
    ) {
      rows.append(
        .point(
          metric: try $0.text(0), step: try Int($0.integer(1)), attempt: try Int($0.integer(2)),
          value: try $0.real(3)))
    }
    try forEachRow(
      database, "SELECT name, step, attempt, epoch, time, png FROM picture WHERE run = ?", [run]
    ) {
      rows.append(
        .picture(
          name: try $0.text(0), step: try Int($0.integer(1)), attempt: try Int($0.integer(2)),
          epoch: try Int($0.integer(3)), time: try $0.integer(4),
          png: SHA256.digest(try $0.decodeBytes(5))))
    }
    return rows
  }
}
