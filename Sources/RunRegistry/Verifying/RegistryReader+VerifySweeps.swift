import GRDB
import RunModel

extension RegistryReader {
  /// Checks each sweep: its file by its digest, each row by its own seal, and their sum.
  func checkSweeps(_ result: inout Verification) throws {
    var sweeps: [(key: Int64, name: String)] = []
    try part(Finding(.file, place: "table sweep", "its rows can't be read"), &result) {
      database, _ in
      sweeps = try database.rows("SELECT id, name FROM sweep ORDER BY id", []) {
        (try $0.integer(0), try $0.text(1))
      }
    }
    for (key, name) in sweeps {
      let unreadable = Finding(
        .file, place: "sweep \(name)", "its row or extents can't be read")
      try part(unreadable, &result) { database, result in
        try SweepCheck(key: key, name: name, database).run(&result)
      }
    }
  }
}

/// Checks one sweep.
struct SweepCheck {
  let key: Int64
  let name: String
  let database: Database

  init(key: Int64, name: String, _ database: Database) {
    self.key = key
    self.name = name
    self.database = database
  }

  func run(_ result: inout Verification) throws {
    guard
      let stored = try Row.fetchOne(
        database, sql: "SELECT \(SweepRow.columns), file, row_seal, seal FROM sweep WHERE id = ?",
        arguments: [key])
    else { return }
    let row = try SweepRow(stored, database)
    if try SHA256.digest(Array(stored.text(6).utf8)) != row.digest {
      add(.seal, "its file", "it does not have its digest: the text or the digest changed", &result)
    }
    var sum = try stored.seal(7)
    if sum != row.rowSeal { add(.seal, "its row or extents", "they changed", &result) }
    result.checked.rows += 1 + row.extents.count
    try checkTrials(&sum, &result)
    try checkJobs(&sum, &result)
    if try sum != stored.seal(8) {
      add(
        .seal, "its seal",
        "it is not the sum over its rows: a trial or a job vanished or came from elsewhere, or a seal "
          + "changed", &result)
    }
  }

  private func checkTrials(_ sum: inout Seal, _ result: inout Verification) throws {
    let trials = try database.rows(
      "SELECT number, seal FROM trial WHERE sweep = ? ORDER BY number", [key]
    ) { (number: try Int($0.integer(0)), seal: try $0.seal(1)) }
    let numbers = Set(trials.map(\.number))
    for (number, seal) in trials {
      sum += seal
      var trial: Trial?
      check("trial \(number)", &result) {
        trial = try Trial.find(database, sweep: key, number: number)
        return trial?.rowSeal == seal
      }
      result.checked.rows += 1 + (trial?.parameters.count ?? 0)
      if let original = trial?.repeats, !numbers.contains(original) {
        add(
          .reference, "trial \(number)", "it repeats trial \(original), which is missing", &result)
      }
    }
  }

  private func checkJobs(_ sum: inout Seal, _ result: inout Verification) throws {
    try database.forEachRow(
      """
      SELECT \(JobRow.columns), seal FROM job WHERE sweep = ? ORDER BY point, seed, rung
      """, [key]
    ) { row in
      let seal = try row.seal(24)
      sum += seal
      let place =
        try "job of point \(row.wideInteger(1)), seed \(row.wideInteger(2)), rung "
        + "\(row.wideInteger(3))"
      result.checked.rows += 1
      check(place, &result) { try JobRow(row).rowSeal == seal }
    }
  }

  /// Names a row that is not what its seal was taken of, or can't be read.
  private func check(
    _ place: String, _ result: inout Verification, _ isSealed: () throws -> Bool
  ) {
    do {
      guard try !isSealed() else { return }
      add(.seal, place, "it changed, or was added by another program", &result)
    } catch { add(.file, place, "it can't be read", &result) }
  }

  private func add(
    _ kind: Finding.Kind, _ place: String, _ detail: String, _ result: inout Verification
  ) {
    result.add(Finding(kind, place: "sweep \(name): \(place)", detail))
  }
}
