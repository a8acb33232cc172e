import Foundation
import GRDB
import RunModel

/// The row of a sweep, without its file, and its extents.
struct SweepRow {
  var key: Int64
  var name: String
  var digest: SHA256Digest
  var createdAt: Int64
  var isStopped: Bool
  var failuresInRow: Int
  var extents: [Sweep.Extent]

  /// Points and rungs that a sweep has at most: more is a stranger's, and no memory would hold them.
  static let (points, rungs) = (Int64(0)...1_000_000, Int64(0)...1000)

  static let columns = "id, name, digest, created_at, stopped, failures_in_row"

  init(
    key: Int64, name: String, digest: SHA256Digest, createdAt: Int64, isStopped: Bool = false,
    failuresInRow: Int = 0, extents: [Sweep.Extent]
  ) {
    self.key = key
    self.name = name
    self.digest = digest
    self.createdAt = createdAt
    self.isStopped = isStopped
    self.failuresInRow = failuresInRow
    self.extents = extents
  }

  init(_ row: some StoredRow, _ database: Database) throws {
    key = try row.integer(0)
    name = try row.text(1)
    digest = try row.digest(2)
    createdAt = try row.integer(3)
    isStopped = try row.integer(4) != 0
    failuresInRow = try row.count(5)
    extents = try database.rows(
      "SELECT first_entry, points, epochs FROM sweep_extent WHERE sweep = ? ORDER BY number", [key]
    ) {
      Sweep.Extent(
        firstEntry: try $0.count(0), points: try $0.count(1, in: Self.points),
        epochs: try $0.count(2, in: 1...1 << 31))
    }
    // What the file says is the first, and sweeps only grow.
    let grows = zip(extents, extents.dropFirst()).allSatisfy { one, next in
      one.firstEntry <= next.firstEntry && one.points <= next.points && one.epochs <= next.epochs
    }
    guard !extents.isEmpty, grows else { throw row.unexpected }
  }

  /// The row of a name; `nil` where there is none.
  static func find(_ name: String, _ database: Database) throws -> SweepRow? {
    let statement = try database.cachedStatement(
      sql: "SELECT \(columns) FROM sweep WHERE name = ?")
    return try Row.fetchOne(statement, arguments: [name]).map { try SweepRow($0, database) }
  }

  /// The row of a name.
  ///
  /// - Throws: `RegistryError` `.missing`, with the name that was most likely meant.
  static func fetch(_ name: String, _ database: Database, path: String) throws -> SweepRow {
    if let row = try find(name, database) { return row }
    // Not all of them: this is only said to be helpful.
    let known = try database.rows(
      "SELECT name FROM sweep ORDER BY created_at DESC, id DESC LIMIT 100", []
    ) { try $0.text(0) }
    throw RegistryError(
      .missing,
      "There is no sweep \(name) in \(path)\(suggestion(for: name, among: known)). "
        + (known.isEmpty
          ? "'gan-runs sweep run FILE' begins one."
          : "It has \(known.prefix(10).joined(separator: ", "))\(known.count > 10 ? " and more" : "").")
    )
  }

  /// What `sweep.row_seal` holds: the file is under its digest.
  var rowSeal: Seal {
    var row = RowHash()
    row.add("sweep", name)
    row.add(digest.bytes)
    row.add(createdAt, isStopped ? 1 : 0, Int64(failuresInRow))
    for extent in extents {
      row.add(Int64(extent.firstEntry), Int64(extent.points), Int64(extent.epochs))
    }
    return row.seal
  }
}

/// What `trial.seal` holds.
extension Trial {
  var rowSeal: Seal {
    var row = RowHash()
    row.add("trial")
    row.add(Int64(number))
    row.add(repeats.map(Int64.init))
    for parameter in parameters {
      row.add(parameter.key)
      row.add(parameter.value)
    }
    return row.seal
  }

  /// A sweep's trials from a number on, in their order.
  static func fetchAll(
    _ database: Database, sweep: Int64, from first: Int = 0
  ) throws -> [Trial] {
    var settings: [Int: [Parameter]] = [:]
    try database.forEachRow(
      """
      SELECT number, key, kind, value FROM trial_setting WHERE sweep = ? AND number >= ?
      ORDER BY number, position
      """, [sweep, first]
    ) { row in
      settings[try Int(row.integer(0)), default: []].append(
        Parameter(key: try row.text(1), value: try ParameterValue(row, 2)))
    }
    return try database.rows(
      "SELECT number, repeats FROM trial WHERE sweep = ? AND number >= ? ORDER BY number",
      [sweep, first]
    ) { row in
      let number = try row.count(0, in: SweepRow.points)
      let repeats = try row.optionalCount(1)
      guard repeats ?? -1 < number else { throw row.unexpected }
      return Trial(number: number, parameters: settings[number] ?? [], repeats: repeats)
    }
  }

  /// One trial; `nil` where there is none of its number.
  static func find(_ database: Database, sweep: Int64, number: Int) throws -> Trial? {
    let repeats = try database.rows(
      "SELECT repeats FROM trial WHERE sweep = ? AND number = ?", [sweep, number]
    ) { row in
      let repeats = try row.optionalCount(0)
      guard repeats ?? -1 < number else { throw row.unexpected }
      return repeats
    }
    guard let repeats = repeats.first else { return nil }
    let parameters = try database.rows(
      """
      SELECT key, kind, value FROM trial_setting WHERE sweep = ? AND number = ? ORDER BY position
      """, [sweep, number]
    ) { Parameter(key: try $0.text(0), value: try ParameterValue($0, 1)) }
    return Trial(number: number, parameters: parameters, repeats: repeats)
  }
}

extension Transaction {
  /// Writes a sweep's new row with its extents.
  func insert(_ row: SweepRow, file: String) throws {
    let seal = row.rowSeal
    try execute(
      """
      INSERT INTO sweep(\(SweepRow.columns), file, row_seal, seal)
      VALUES(?,?,?,?,?,?,?,?,zeroblob(32))
      """,
      [
        row.key, row.name, Data(row.digest.bytes), row.createdAt, row.isStopped, row.failuresInRow,
        file, Data(seal.bytes),
      ])
    for number in row.extents.indices { try insert(row.extents[number], number, of: row.key) }
    addSeal(seal, ofSweep: row.key)
  }

  /// Changes what may change of a sweep's row, and adds extents.
  func update(_ old: SweepRow, _ change: (inout SweepRow) -> Void) throws {
    var row = old
    change(&row)
    let seal = row.rowSeal
    try execute(
      "UPDATE sweep SET stopped = ?, failures_in_row = ?, row_seal = ? WHERE id = ?",
      [row.isStopped, row.failuresInRow, Data(seal.bytes), row.key])
    for number in row.extents.indices.dropFirst(old.extents.count) {
      try insert(row.extents[number], number, of: row.key)
    }
    addSeal(seal - old.rowSeal, ofSweep: row.key)
  }

  private func insert(_ extent: Sweep.Extent, _ number: Int, of sweep: Int64) throws {
    try execute(
      "INSERT INTO sweep_extent(sweep, number, first_entry, points, epochs) VALUES(?,?,?,?,?)",
      [sweep, number, extent.firstEntry, extent.points, extent.epochs])
  }

  /// Writes a trial's new row with its settings.
  func insert(_ trial: Trial, of sweep: Int64) throws {
    let seal = trial.rowSeal
    try execute(
      "INSERT INTO trial(sweep, number, repeats, seal) VALUES(?,?,?,?)",
      [sweep, trial.number, trial.repeats, Data(seal.bytes)])
    for (position, parameter) in trial.parameters.enumerated() {
      try execute(
        "INSERT INTO trial_setting(sweep, number, position, key, kind, value) VALUES(?,?,?,?,?,?)",
        [
          sweep, trial.number, position, parameter.key, parameter.value.kind,
          parameter.value.stored,
        ])
    }
    addSeal(seal, ofSweep: sweep)
  }

  /// A key that no sweep has; a sweep's first rows are sealed under it.
  func unusedSweepKey() throws -> Int64 {
    let last = try Row.fetchOne(database, sql: "SELECT coalesce(max(id), 0) FROM sweep")
    return try (last?.integer(0) ?? 0) + 1
  }
}
