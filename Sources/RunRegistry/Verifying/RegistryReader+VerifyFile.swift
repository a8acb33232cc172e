import GRDB
import Migrations
import RunModel
import Synchronization

extension RegistryReader {
  /// Lets SQLite check its pages and indexes, and compares the schema with the migrations'.
  func checkFile(_ result: inout Verification) throws {
    try part(
      Finding(.file, place: "the file", "SQLite can't follow its pages"), &result
    ) { database, result in
      for row in try Row.fetchAll(database, sql: "PRAGMA integrity_check(100)") {
        for line in try row.text(0).split(separator: "\n")
        where line != "ok" && !line.hasPrefix("*** in database") {
          result.add(
            Finding(.file, place: "the file", "its pages or indexes are damaged (\(line))"))
        }
      }
    }
    try part(
      Finding(.schema, place: "the schema", "it can't be read"), &result
    ) { database, result in
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      let found = try Self.schema(database)
      let expected = try Self.expectedSchema(version)
      for (name, text) in found where expected[name] != text {
        result.add(
          Finding(
            .schema, place: name,
            expected[name] == nil ? "no version of the schema has it" : "its definition was changed"
          ))
      }
      for name in expected.keys.sorted() where found[name] == nil {
        result.add(Finding(.schema, place: name, "it is missing"))
      }
    }
  }

  /// The definition of each table, index, view and trigger by its kind and name.
  private static func schema(_ database: Database) throws -> [String: String] {
    var texts: [String: String] = [:]
    let rows = try Row.fetchCursor(
      database, sql: "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema")
    while let row = try rows.next() {
      let name = "\(try row.text(0)) \(try row.text(1))"
      texts[name] = "\(try row.text(2)): \(try row.text(3))"
    }
    return texts
  }

  /// What the migrations up to a version make, made once.
  private static func expectedSchema(_ version: Int) throws -> [String: String] {
    if let known = schemas.withLock({ $0[version] }) { return known }
    let queue = try DatabaseQueue()
    defer { try? queue.close() }
    let made = try queue.writeWithoutTransaction { database in
      for migration in migrations.prefix(version) { try database.execute(sql: migration.sql) }
      return try schema(database)
    }
    schemas.withLock { $0[version] = made }
    return made
  }

  private static let schemas = Mutex<[Int: [String: String]]>([:])

  /// Finds rows that name others that are not there.
  func checkReferences(_ result: inout Verification) throws {
    var tables: [String] = []
    try part(Finding(.schema, place: "the schema", "it can't be read"), &result) { database, _ in
      tables = try Row.fetchAll(
        database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
      ).map { try $0.text(0) }
    }
    for table in tables {
      try part(
        Finding(.file, place: "table \(table)", "its rows can't be read"), &result
      ) { try Self.checkReferences(of: table, $0, &$1) }
    }
  }

  /// Every key of a table that names a row of another, by SQLite's own list of them.
  private static func checkReferences(
    of table: String, _ database: Database, _ result: inout Verification
  ) throws {
    let quoted = quote(table)
    let own = try Row.fetchAll(
      database, sql: "SELECT name FROM pragma_table_info(?, 'main') WHERE pk > 0 ORDER BY pk",
      arguments: [table]
    ).map { try $0.text(0) }
    let keys = Dictionary(
      grouping: try Row.fetchAll(database, sql: "PRAGMA main.foreign_key_list(\(quoted))"),
      by: { $0.value(0) })
    for parts in keys.values {
      let parent = try parts[0].text(2)
      let pairs = try parts.map { (from: try $0.text(3), to: try $0.text(4)) }
      let fits = pairs.map { "parent.\(quote($0.to)) = child.\(quote($0.from))" }
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT \(own.map { "child.\(quote($0))" }.joined(separator: ", ")) FROM main.\(quoted) AS child
          WHERE \(pairs.map { "child.\(quote($0.from)) IS NOT NULL" }.joined(separator: " AND "))
            AND NOT EXISTS (SELECT 1 FROM main.\(quote(parent)) AS parent
              WHERE \(fits.joined(separator: " AND ")))
          """)
      while let row = try rows.next() {
        let key = own.enumerated().map { "\($0.element) \(row.value($0.offset))" }
        result.add(
          Finding(
            .reference, place: "table \(table), row \(key.joined(separator: ", "))",
            "it names a row of \(parent) that is not there"))
      }
    }
  }

  private static func quote(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
  }
}
