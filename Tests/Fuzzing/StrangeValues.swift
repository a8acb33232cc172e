import Foundation
import GRDB

/// What no gan-runs writes into a registry, and a stranger may.
enum StrangeValues {
  /// A value for a cell.
  static func value(_ script: inout ByteScript) -> DatabaseValue {
    let choice = Int(script.next(UInt8.self))
    switch choice % (values.count + 4) {
    case let place where place < values.count: return values[place]
    case values.count: return script.next(Int64.self).databaseValue
    case values.count + 1: return Double(bitPattern: script.next()).databaseValue
    case values.count + 2:
      let text = script.take(script.next(below: 24))
      return String(decoding: text, as: UTF8.self).databaseValue
    default: return Data(script.take(script.next(below: 40))).databaseValue
    }
  }

  private static let values: [DatabaseValue] = [
    .null, 0.databaseValue, 1.databaseValue, (-1).databaseValue, 2.databaseValue,
    (1 << 20).databaseValue, (1 << 20 + 1).databaseValue, (1 << 31).databaseValue,
    (1 << 32).databaseValue, Int64.max.databaseValue, Int64.min.databaseValue,
    (Int64.max - 1).databaseValue, (1.5).databaseValue, Double.infinity.databaseValue,
    (-1e300).databaseValue, "".databaseValue, "NaN".databaseValue, "x".databaseValue,
    "\u{1B}[2J\n\u{0}".databaseValue, "r0000000000000".databaseValue, "running".databaseValue,
    "[1]".databaseValue, "[-1]".databaseValue, "[4611686018427387904,4]".databaseValue,
    "[9223372036854775807]".databaseValue, "[1e9]".databaseValue, "[0]".databaseValue,
    "{}".databaseValue, "[1,".databaseValue,
    String(repeating: "[", count: 5000).databaseValue,
    String(repeating: "y", count: 300_000).databaseValue, Data().databaseValue,
    Data(repeating: 0, count: 32).databaseValue, Data(repeating: 0xFF, count: 31).databaseValue,
    Data(repeating: 0xA5, count: 2_000_000).databaseValue,
  ]

  /// SQL that makes a file with another schema, or far too much in it.
  static func statement(_ script: inout ByteScript) -> String {
    statements[Int(script.next(UInt8.self)) % statements.count]
  }

  private static let statements: [String] = [
    "DROP TABLE point", "DROP TABLE checkpoint", "DROP INDEX run_by_creation",
    "DELETE FROM run", "DELETE FROM registry", "PRAGMA user_version = 1",
    "PRAGMA user_version = 0", "PRAGMA user_version = 99", "PRAGMA user_version = -1",
    "PRAGMA application_id = 0", "CREATE TABLE other(a); INSERT INTO other VALUES(1)",
    "ALTER TABLE setting RENAME COLUMN value TO worth", "ALTER TABLE run ADD COLUMN more TEXT",
    """
    DROP TABLE tag;
    CREATE VIEW tag(run, key, value) AS
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 1, i || '', 'x' FROM n
    """,
    """
    DROP TABLE chunk;
    CREATE VIEW chunk(id, digest, bytes, codec, data) AS
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
      SELECT i, zeroblob(32), 1048576, 0, zeroblob(1048576) FROM n
    """,
    "CREATE TRIGGER deletes AFTER INSERT ON run BEGIN DELETE FROM point; END",
    "UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'point'",
    "UPDATE sqlite_schema SET rootpage = 999999 WHERE name = 'checkpoint'",
    "UPDATE sqlite_schema SET type = 'index' WHERE name = 'tag'",
    "UPDATE sqlite_schema SET sql = 'CREATE TABLE note(run INTEGER PRIMARY KEY)' WHERE name = 'note'",
    """
    UPDATE sqlite_schema SET sql = 'CREATE TABLE tag(run INTEGER, key TEXT,
      value TEXT AS (hex(zeroblob(8000000))), PRIMARY KEY(run, key)) WITHOUT ROWID'
    WHERE name = 'tag'
    """,
    """
    INSERT INTO tag WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200)
      SELECT 1, i || '', 'x' FROM n
    """,
    "UPDATE content_chunk SET chunk = 1", "UPDATE tensor SET content = 1",
    "UPDATE content SET bytes = 9223372036854775807",
    "UPDATE chunk SET bytes = 1048576, data = zeroblob(1048576), codec = 0",
    "UPDATE attempt SET visible_to = -1", "UPDATE run SET parent_run_id = run_id",
    "UPDATE step SET step = 9223372036854775807",
  ]
}
