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
      let stored = try storedParts(of: run, database)
      var sum = Seal()
      for table in SealedTable.allCases {
        try table.forEachRow(of: run, database) { if $0.isSealed(among: stored) { sum += $0.seal } }
      }
      return sum
    }
  }

  /// The parts of a run's seal as they are stored; in files of earlier versions the whole is one.
  func storedParts(of run: Int64, _ database: Database) throws -> [String: Seal] {
    guard try Int.fetchOne(database, sql: "PRAGMA main.user_version") ?? 0 >= 3 else {
      return [
        SealedRow.earlierPart: try Self.seal(database, "SELECT seal FROM run WHERE id = ?", [run])
      ]
    }
    let rows = try Row.fetchAll(
      database.cachedStatement(sql: "SELECT part, seal FROM seal_part WHERE run = ?"),
      arguments: [run])
    return try Dictionary(rows.map { (try $0.text(0), try $0.seal(1)) }) { first, _ in first }
  }

  private static func seal(
    _ database: Database, _ sql: String, _ arguments: StatementArguments
  ) throws -> Seal {
    guard let row = try Row.fetchOne(database, sql: sql, arguments: arguments) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT)
    }
    return try row.seal(0)
  }
}
