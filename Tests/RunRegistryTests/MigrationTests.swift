import Foundation
import GRDB
import Migrations
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

@Suite("Migrations and schema")
struct MigrationTests {
  /// SHA-256 of every released file.
  ///
  /// A line is added with a release and never changes.
  static let released = [
    "0001_initial.sql": "699fd44551a4871dd2838682f2738c78d30cc305b3547d53896e3eaf0ce02803",
    "0002_deleted_runs.sql": "7e402864fad5d08b22154938ba68c1815e57c078031c8ae7adc54e70c9c9fc6f",
    "0003_seal_parts.sql": "64d1dacd5dc23497906b2f4b6db15017bc8e051a4386e67a3abc1caedb261e41",
    "0004_sweeps.sql": "ce5ac62701a4fe79a297aaf55bf1e5c6cdf3e2fe1cf470eab100fb9250699118",
  ]

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test("every migration on disk is embedded, in order, and is as it was released")
  func ledger() throws {
    let folder = Self.root.appendingPathComponent("migrations")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".sql") }.sorted()
    #expect(migrations.map(\.name) == names)
    for migration in migrations {
      let bytes = try Data(contentsOf: folder.appendingPathComponent(migration.name))
      #expect(Array(bytes) == Array(migration.sql.utf8))
      #expect(
        SHA256.digest(bytes).description == Self.released[migration.name], "\(migration.name)")
    }
  }

  /// Tables, views and indexes of a new registry with their columns, one a line.
  private func shape() throws -> [(kind: String, name: String, columns: [String])] {
    let folder = try TemporaryFolder()
    try RegistryWriter(path: folder.file()).close()
    return try RegistryReader(path: folder.file()).read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name
          """
      ).map { row in
        let name = try row.text(1)
        let pragma = try row.text(0) == "index" ? "index_info" : "table_info"
        let columns = try Row.fetchAll(database, sql: "PRAGMA \(pragma)(\(name))").map { column in
          pragma == "index_info" ? try column.text(2) : try column.text(1)
        }
        return (try row.text(0), name, columns)
      }
    }
  }

  @Test("the schema after all migrations is the recorded one")
  func snapshot() throws {
    let found = try shape().map { "\($0.kind) \($0.name)(\($0.columns.joined(separator: ", ")))\n" }
      .joined()
    let file = Self.root.appendingPathComponent("Tests/RunRegistryTests/Fixtures/schema.txt")
    #expect(found == (try? String(contentsOf: file, encoding: .utf8)))
  }

  @Test("docs/schema.md names every table, column and view")
  func documentation() throws {
    let text = try String(
      contentsOf: Self.root.appendingPathComponent("docs/schema.md"), encoding: .utf8)
    var sections: [String: Substring] = [:]
    for section in text.split(separator: "\n### ").dropFirst() {
      guard let name = section.split(separator: "`").first else { continue }
      sections[String(name)] = section
    }
    for (kind, name, columns) in try shape() where kind != "index" {
      let section = try #require(sections[name], "\(name) is not described")
      for column in columns {
        #expect(section.contains("`\(column)`"), "\(name).\(column) is not described")
      }
    }
  }

  @Test("an older registry is brought up to date under the lock, and only once")
  func upgrade() throws {
    let folder = try TemporaryFolder()
    try RegistryWriter(path: folder.file()).close()
    let ledger =
      migrations + [Migration(name: "later", sql: "CREATE TABLE later(x INTEGER) STRICT;")]
    for _ in 1...2 {
      let connection = try WriterConnection(
        path: folder.file(), clock: Timestamp.now, patience: .seconds(1), liveness: Liveness(),
        ledger: ledger)
      let version = try connection.read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
      #expect(version == ledger.count)
      #expect(try connection.read { try $0.tableExists("later") })
      try connection.close()
    }
    let error = try #require(throws: RegistryError.self) { try RegistryReader(path: folder.file()) }
    #expect(error.kind == .invalid && error.description.contains("version \(ledger.count)"))
  }

  @Test("a migration that fails changes nothing")
  func failedUpgrade() throws {
    let folder = try TemporaryFolder()
    try RegistryWriter(path: folder.file()).close()
    let ledger =
      migrations + [
        Migration(name: "later", sql: "CREATE TABLE later(x INTEGER) STRICT; SELECT nothing;")
      ]
    #expect(throws: RegistryError.self) {
      try WriterConnection(
        path: folder.file(), clock: Timestamp.now, patience: .seconds(1), liveness: Liveness(),
        ledger: ledger)
    }
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.read { try $0.tableExists("later") } == false)
  }
}

@Suite("Views for the sqlite3 shell")
struct ViewTests {
  @Test("run_summary, points and checkpoints show what is visible")
  func views() throws {
    let folder = try TemporaryFolder()
    let writer = try RegistryWriter(path: folder.file())
    let first = try writer.begin()
    try first.record(measure(1, epoch: 1, ["d_loss": 0.5, "g_loss": .nan]))
    try first.save(makeSnapshot(), step: 1, epoch: 1, isEpochEnd: true)
    try first.record(measure(2, epoch: 2, ["d_loss": 7]))
    try first.finish(.interrupted)
    let reader = try RegistryReader(path: folder.file())
    let start = try reader.checkpoint("ring").checkpoint
    let second = try writer.resume(first.runID, from: start)
    try second.record(measure(2, epoch: 2, ["d_loss": 0.25]))
    try second.finish(.finished)
    try writer.close()
    let queue = try DatabaseQueue(path: folder.file())
    try queue.read { database in
      let summary = try #require(try Row.fetchOne(database, sql: "SELECT * FROM run_summary"))
      #expect(summary["id"] as String == first.runID.rawValue)
      #expect(summary["d_loss"] as Double == 0.25)
      #expect(summary["g_loss"] as String == "NaN")
      #expect(summary["d_accuracy"] as Double? == nil)
      #expect(summary["status"] as String == "finished")
      #expect((summary["created"] as String).hasSuffix("Z"))
      let points = try Row.fetchAll(
        database, sql: "SELECT value FROM points WHERE metric = 'd_loss' ORDER BY step")
      #expect(points.map { $0[0] as Double } == [0.5, 0.25])
      let checkpoint = try #require(try Row.fetchOne(database, sql: "SELECT * FROM checkpoints"))
      #expect(checkpoint["digest"] as String == start.digest.description)
    }
    try queue.close()
  }
}
