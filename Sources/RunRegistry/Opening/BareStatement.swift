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

  /// An integer column, counted from 0.
  ///
  /// - Throws: `DatabaseError`, as `Row.integer(_:)` does: a value of another type, or beyond 2^53.
  func integer(_ column: Int32) throws -> Int64 {
    let value = sqlite3_column_int64(handle, column)
    guard sqlite3_column_type(handle, column) == SQLITE_INTEGER, value.magnitude <= 1 << 53 else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT)
    }
    return value
  }

  /// An integer column that may be NULL.
  func optionalInteger(_ column: Int32) throws -> Int64? {
    sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : try integer(column)
  }

  /// A real column in which NULL is NaN.
  func real(_ column: Int32) throws -> Double {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_FLOAT: return sqlite3_column_double(handle, column)
    case SQLITE_NULL: return .nan
    default: throw DatabaseError(resultCode: .SQLITE_CORRUPT)
    }
  }
}
