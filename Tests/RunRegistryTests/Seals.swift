import GRDB
import RunModel

@testable import RunRegistry

extension RegistryReader {
  /// The seal of a run as it is stored.
  func storedSeal(of id: RunID) throws -> Seal {
    try read { try RunRow.seal(of: key(of: id, $0), $0) }
  }

  /// The seal over all runs as it is stored.
  func storedSeal() throws -> Seal {
    try read { database in
      guard let row = try Row.fetchOne(database, sql: "SELECT seal FROM registry WHERE id = 1")
      else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
      return try row.seal(0)
    }
  }

  /// A run's seal, computed anew from all of its rows.
  func seal(recomputedFor id: RunID) throws -> Seal {
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
}
