import GRDB

/// Edits of `RegistryBase`, as bytes tell them: rows first, to anything that a file could hold in them;
/// then bytes of the file.
struct RegistryEdits {
  /// A change of the rows, made by SQL.
  private enum Change {
    case set(table: UInt8, column: UInt8, row: UInt8, DatabaseValue)
    case copy(table: UInt8, column: UInt8, row: UInt8, from: UInt8)
    case delete(table: UInt8, row: UInt8)
    case run(String)
  }

  /// A change of the file's bytes.
  private enum Damage {
    case flip(place: Int, bit: UInt8)
    case write(place: Int, [UInt8])
    case cut(Int)
  }

  private var changes: [Change] = []
  private var damages: [Damage] = []
  /// Whether a writer opens the file after the readers.
  let isWritten: Bool

  /// The edits that some bytes tell; all bytes tell some.
  init(_ script: [UInt8]) {
    var script = ByteScript(script)
    isWritten = script.next(UInt8.self) & 1 == 1
    while !script.isAtEnd, changes.count + damages.count < 16 {
      switch script.next(UInt8.self) % 8 {
      case 0: damages.append(.flip(place: script.next(below: .max), bit: script.next() % 8))
      case 1:
        damages.append(.write(place: script.next(below: .max), script.take(script.next(below: 16))))
      case 2: damages.append(.cut(script.next(below: .max)))
      case 3: changes.append(.delete(table: script.next(), row: script.next()))
      case 4:
        changes.append(
          .copy(
            table: script.next(), column: script.next(), row: script.next(), from: script.next()))
      case 5: changes.append(.run(StrangeValues.statement(&script)))
      default:
        changes.append(
          .set(
            table: script.next(), column: script.next(), row: script.next(),
            StrangeValues.value(&script)))
      }
    }
  }

  /// The base with these edits.
  func apply() throws -> [UInt8] {
    var bytes = RegistryBase.bytes
    if !changes.isEmpty { bytes = try change(bytes) }
    for damage in damages where !bytes.isEmpty {
      switch damage {
      case .flip(let place, let bit): bytes[place % bytes.count] ^= 1 << bit
      case .write(let place, let values):
        for (offset, value) in values.enumerated() { bytes[(place + offset) % bytes.count] = value }
      case .cut(let place): bytes.removeLast(bytes.count - place % bytes.count)
      }
    }
    return bytes
  }

  /// Bytes 18 and 19 of the header: 1 for a rollback journal, 2 for a WAL (sqlite.org/fileformat.html,
  /// 1.3.3); an edit is one connection's alone.
  private static func setJournal(_ mode: UInt8, in bytes: inout [UInt8]) {
    guard bytes.count > 19 else { return }
    bytes[18] = mode
    bytes[19] = mode
  }

  private func change(_ bytes: [UInt8]) throws -> [UInt8] {
    var bytes = bytes
    Self.setJournal(1, in: &bytes)
    let file = try ScratchFile("edited.db", bytes)
    var configuration = Configuration()
    configuration.journalMode = .default
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: file.path, configuration: configuration)
    try queue.writeWithoutTransaction { database in
      try database.execute(
        sql: """
          PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
          PRAGMA ignore_check_constraints = 1; PRAGMA writable_schema = 1;
          """)
      // A strict table takes no value of another type; a file may hold one.
      let strict = try Row.fetchAll(
        database, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'table'")
      for table in strict {
        try database.execute(
          sql: "UPDATE sqlite_schema SET sql = ? WHERE name = ?",
          arguments: [Self.relaxed(table["sql"]), table["name"]])
      }
      try database.execute(sql: "PRAGMA writable_schema = RESET; PRAGMA writable_schema = 1")
      // What does not fit together, such as a row of a dropped table, is no edit.
      for change in changes { try? Self.make(change, database) }
      for table in strict {
        try database.execute(
          sql: "UPDATE sqlite_schema SET sql = ? WHERE name = ? AND sql = ?",
          arguments: [table["sql"], table["name"], Self.relaxed(table["sql"])])
      }
    }
    try queue.close()
    var changed = try file.read()
    Self.setJournal(2, in: &changed)
    return changed
  }

  private static func relaxed(_ sql: String) -> String {
    sql.replacing("STRICT, WITHOUT ROWID", with: "WITHOUT ROWID").replacing(") STRICT", with: ")")
  }

  private static func make(_ change: Change, _ database: Database) throws {
    switch change {
    case .run(let sql): try database.execute(sql: sql)
    case .delete(let table, let row):
      let table = tables[Int(table) % tables.count]
      try database.execute(
        sql: "DELETE FROM \(table.name) WHERE \(table.isRow("?"))", arguments: [row])
    case .set(let table, let column, let row, let value):
      let table = tables[Int(table) % tables.count]
      try database.execute(
        sql: """
          UPDATE OR IGNORE \(table.name) SET \(table.column(column)) = ? WHERE \(table.isRow("?"))
          """, arguments: [value, row])
    case .copy(let table, let column, let row, let from):
      let table = tables[Int(table) % tables.count]
      try database.execute(
        sql: """
          UPDATE OR IGNORE \(table.name) SET \(table.column(column)) =
            (SELECT \(table.column(column)) FROM \(table.name) WHERE \(table.isRow("?1")))
          WHERE \(table.isRow("?2"))
          """, arguments: [from, row])
    }
  }

  /// A table of the base.
  private struct Table {
    var name: String
    var columns: [String]
    /// The columns that name a row.
    var key: String
    var count: Int

    func column(_ number: UInt8) -> String { columns[Int(number) % columns.count] }

    /// A condition that takes one row, by its place.
    func isRow(_ place: String) -> String {
      "(\(key)) = (SELECT \(key) FROM \(name) ORDER BY \(key) LIMIT 1 OFFSET \(place) % \(max(1, count)))"
    }
  }

  private static let tables: [Table] = {
    do {
      let file = try ScratchFile("base.db", RegistryBase.bytes)
      let queue = try DatabaseQueue(path: file.path)
      return try queue.read { database in
        let names = try String.fetchAll(
          database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        return try names.map { name in
          let columns = try database.columns(in: name)
          let key = columns.filter { $0.primaryKeyIndex > 0 }
            .sorted { $0.primaryKeyIndex < $1.primaryKeyIndex }
          return Table(
            name: name, columns: columns.map(\.name),
            key: key.map(\.name).joined(separator: ", "),
            count: try Int.fetchOne(database, sql: "SELECT count(*) FROM \(name)") ?? 0)
        }
      }
    } catch { fatalError("\(error)") }
  }()
}
