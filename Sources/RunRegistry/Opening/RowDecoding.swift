import GRDB
import RunModel

/// A row that a statement found, its columns counted from 0.
///
/// GRDB's subscripts trap on a value of another type; a registry may come from strangers, so every
/// column is read by these, which report damage instead.
protocol StoredRow {
  /// What a column holds, `.null` beyond the last.
  func kind(_ column: Int) -> StoredKind

  /// An integer column that uses all 64 bits.
  func wideInteger(_ column: Int) throws -> Int64

  /// A text column.
  func text(_ column: Int) throws -> String

  /// A real column that may be NULL.
  func optionalReal(_ column: Int) throws -> Double?

  /// A blob column.
  func decodeBytes(_ column: Int) throws -> [UInt8]
}

/// SQLite's types of a value (sqlite.org/datatype3.html).
enum StoredKind {
  case null, integer, real, text, blob
}

extension StoredRow {
  /// An integer column.
  ///
  /// Nothing that gan-runs counts or times comes to 2^53: a stranger's number beyond would overflow what
  /// is computed from it.
  func integer(_ column: Int) throws -> Int64 {
    let value = try wideInteger(column)
    guard value.magnitude <= 1 << 53 else { throw unexpected }
    return value
  }

  /// An integer column that counts or numbers something: what is out of its range is nothing that gan-runs
  /// writes, and would be no place in a list, or one that no memory holds.
  func count(_ column: Int, in range: ClosedRange<Int64> = 0...1 << 31) throws -> Int {
    let value = try integer(column)
    guard range.contains(value) else { throw unexpected }
    return Int(value)
  }

  /// A column that counts or numbers something and may be NULL.
  func optionalCount(_ column: Int, in range: ClosedRange<Int64> = 0...1 << 31) throws -> Int? {
    kind(column) == .null ? nil : try count(column, in: range)
  }

  /// An integer column that may be NULL.
  func optionalInteger(_ column: Int) throws -> Int64? {
    kind(column) == .null ? nil : try integer(column)
  }

  /// A text column that may be NULL.
  func optionalText(_ column: Int) throws -> String? {
    kind(column) == .null ? nil : try text(column)
  }

  /// A real column in which NULL is NaN.
  func real(_ column: Int) throws -> Double { try optionalReal(column) ?? .nan }

  /// A blob column of 32 bytes.
  func digest(_ column: Int) throws -> SHA256Digest {
    guard let digest = SHA256Digest(bytes: try decodeBytes(column)) else { throw unexpected }
    return digest
  }

  /// A column that holds a seal.
  func seal(_ column: Int) throws -> Seal {
    guard let seal = Seal(bytes: try decodeBytes(column)) else { throw unexpected }
    return seal
  }

  /// A time column.
  func time(_ column: Int) throws -> Timestamp {
    Timestamp(microseconds: try integer(column))
  }

  /// A time column that may be NULL.
  func optionalTime(_ column: Int) throws -> Timestamp? {
    try optionalInteger(column).map(Timestamp.init(microseconds:))
  }

  /// A status column.
  func status(_ column: Int) throws -> RunStatus {
    guard let status = RunStatus(rawValue: try text(column)) else { throw unexpected }
    return status
  }

  /// What a value of another type than its column's is taken for.
  var unexpected: DatabaseError { DatabaseError(resultCode: .SQLITE_CORRUPT) }
}

extension Row: StoredRow {
  func kind(_ column: Int) -> StoredKind {
    switch value(column).storage {
    case .null: .null
    case .int64: .integer
    case .double: .real
    case .string: .text
    case .blob: .blob
    }
  }

  func wideInteger(_ column: Int) throws -> Int64 {
    guard case .int64(let value) = value(column).storage else { throw unexpected }
    return value
  }

  func text(_ column: Int) throws -> String {
    guard case .string(let value) = value(column).storage else { throw unexpected }
    return value
  }

  func optionalReal(_ column: Int) throws -> Double? {
    switch value(column).storage {
    case .double(let value): return value
    case .null: return nil
    default: throw unexpected
    }
  }

  func decodeBytes(_ column: Int) throws -> [UInt8] {
    guard case .blob(let data) = value(column).storage else { throw unexpected }
    return Array(data)
  }

  /// The raw value of a column.
  func value(_ column: Int) -> DatabaseValue {
    column < count ? self[column] as DatabaseValue : .null
  }
}

/// A list of columns with their table's name before each, for a statement that joins tables.
func qualified(_ columns: String, by table: String) -> String {
  columns.split(separator: ", ").map { "\(table).\($0)" }.joined(separator: ", ")
}
