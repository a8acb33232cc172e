import CSQLite
import GRDB

/// A prepared statement, bound, stepped and read by SQLite's own calls: over a million rows GRDB's rows and
/// lists of boxed values take longer than SQLite itself.
struct BareStatement {
  private let statement: Statement
  private var handle: SQLiteStatement { statement.sqliteStatement }

  /// A statement of its own: several of the same text may be read at once.
  init(_ sql: String, _ database: Database) throws {
    statement = try database.makeStatement(sql: sql)
  }

  /// A statement that is prepared once a connection; one user at a time.
  init(cached sql: String, _ database: Database) throws {
    statement = try database.cachedStatement(sql: sql)
  }

  /// Begins anew, with every parameter NULL.
  func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  /// Binds a parameter, counted from 1.
  func bind(_ parameter: Int32, _ value: Int64?) {
    if let value { sqlite3_bind_int64(handle, parameter, value) }
  }

  /// Binds a parameter, counted from 1; NaN becomes NULL (sqlite.org/floatingpoint.html), which is what NULL
  /// means in a column of values.
  func bind(_ parameter: Int32, _ value: Double) { sqlite3_bind_double(handle, parameter, value) }

  /// Binds values to the parameters, and begins anew.
  func bind(_ arguments: StatementArguments) throws { try statement.setArguments(arguments) }

  /// Goes on to the next row.
  ///
  /// - Returns: whether there is one.
  func next() throws -> Bool {
    let result = sqlite3_step(handle)
    if result == SQLITE_ROW { return true }
    guard result == SQLITE_DONE else {
      sqlite3_reset(handle)
      throw DatabaseError(resultCode: ResultCode(rawValue: result), sql: statement.sql)
    }
    return false
  }

  /// Runs it to its end.
  func run() throws {
    while try next() {}
    sqlite3_reset(handle)
  }
}

extension BareStatement: StoredRow {
  func kind(_ column: Int) -> StoredKind {
    switch sqlite3_column_type(handle, Int32(column)) {
    case SQLITE_INTEGER: .integer
    case SQLITE_FLOAT: .real
    case SQLITE_TEXT: .text
    case SQLITE_BLOB: .blob
    default: .null
    }
  }

  func wideInteger(_ column: Int) throws -> Int64 {
    guard sqlite3_column_type(handle, Int32(column)) == SQLITE_INTEGER else { throw unexpected }
    return sqlite3_column_int64(handle, Int32(column))
  }

  func text(_ column: Int) throws -> String {
    // In this order: asking for text turns a number of the row into one.
    guard sqlite3_column_type(handle, Int32(column)) == SQLITE_TEXT,
      let text = sqlite3_column_text(handle, Int32(column))
    else {
      throw unexpected
    }
    return String(cString: text)
  }

  func optionalReal(_ column: Int) throws -> Double? {
    switch sqlite3_column_type(handle, Int32(column)) {
    case SQLITE_FLOAT: return sqlite3_column_double(handle, Int32(column))
    case SQLITE_NULL: return nil
    default: throw unexpected
    }
  }

  func decodeBytes(_ column: Int) throws -> [UInt8] {
    guard kind(column) == .blob else { throw unexpected }
    // SQLite has no address for a blob of no bytes.
    guard let bytes = sqlite3_column_blob(handle, Int32(column)) else { return [] }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return Array(UnsafeRawBufferPointer(start: bytes, count: count))
  }
}

extension Database {
  /// Hands over the rows of a statement that is prepared once a connection; `body` may not run it again.
  func forEachRow(
    _ sql: String, _ arguments: StatementArguments, _ body: (BareStatement) throws -> Void
  ) throws {
    let rows = try BareStatement(cached: sql, self)
    try rows.bind(arguments)
    defer { rows.reset() }
    while try rows.next() { try body(rows) }
  }

  /// The rows of a statement that is prepared once a connection, each made a value.
  func rows<Value>(
    _ sql: String, _ arguments: StatementArguments, _ value: (BareStatement) throws -> Value
  ) throws -> [Value] {
    var values: [Value] = []
    try forEachRow(sql, arguments) { values.append(try value($0)) }
    return values
  }
}
