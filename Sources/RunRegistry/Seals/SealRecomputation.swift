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
      var sum = Seal()
      for table in SealedTable.allCases {
        try table.forEachRow(of: run, database) { sum += $0.seal }
      }
      return sum
    }
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
