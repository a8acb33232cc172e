import GRDB

/// Which runs a reader knows of.
public enum RunChoice: Sendable, CaseIterable {
  /// Those that were not deleted.
  case present
  /// Those that were deleted and not yet removed.
  case deleted
  /// Both.
  case all

  /// Puts a view of the chosen runs in the place of the table `run`, for this connection alone: no
  /// statement of a reader can forget to leave the others out. (`main.run` is the table.)
  ///
  /// It also gives files of earlier versions, which a reader can't migrate, the column and the tables that
  /// they lack.
  func apply(to database: Database, version: Int) throws {
    let runs = version == 1 ? "(SELECT *, NULL AS deleted_at FROM main.run)" : "main.run"
    let condition =
      switch self {
      case .present: " WHERE deleted_at IS NULL"
      case .deleted:
        // A collection that was ended half-way leaves a run of which nothing can be restored.
        """
         WHERE deleted_at IS NOT NULL AND (
          SELECT visible_to FROM main.attempt WHERE attempt.run = run.id ORDER BY number DESC LIMIT 1
        ) IS NOT \(AttemptRow.nothingVisible)
        """
      case .all: ""
      }
    try database.execute(sql: "CREATE TEMP VIEW run AS SELECT * FROM \(runs) AS run\(condition)")
    guard version < 4 else { return }
    for (table, columns) in Self.sweepTables {
      let empty = columns.split(separator: ", ").map { "NULL AS \($0)" }.joined(separator: ", ")
      try database.execute(
        sql: "CREATE TEMP VIEW IF NOT EXISTS \(table) AS SELECT \(empty) WHERE 0")
    }
  }

  /// Files before the fourth version hold no sweeps.
  private static let sweepTables = [
    ("sweep", SweepRow.columns + ", file, row_seal, seal"),
    ("sweep_extent", "sweep, number, first_entry, points, epochs"),
    ("trial", "sweep, number, repeats, seal"),
    ("trial_setting", "sweep, number, position, key, kind, value"),
    ("job", JobRow.columns + ", seal"),
  ]

  /// Runs `body` while the name `run` means the table: SQLite would look for the table's indexes at the
  /// view when it copies the file.
  func withoutView<Result>(in database: Database, _ body: () throws -> Result) throws -> Result {
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    try database.execute(sql: "DROP VIEW temp.run")
    let result = Swift.Result { try body() }
    try apply(to: database, version: version)
    return try result.get()
  }
}
