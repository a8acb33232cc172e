import GRDB
import RunModel

extension RegistryReader {
  /// The parts of a run's seal as they are stored; in files of earlier versions the whole is one.
  func storedParts(of run: Int64, _ database: Database) throws -> [String: Seal] {
    guard try Int.fetchOne(database, sql: "PRAGMA main.user_version") ?? 0 >= 3 else {
      return [
        SealedRow.earlierPart: try RunRow.seal(of: run, database)
      ]
    }
    return try Self.parts(of: run, database)
  }

  /// The parts of a run's seal, in a file that has them.
  static func parts(of run: Int64, _ database: Database) throws -> [String: Seal] {
    let rows = try Row.fetchAll(
      database.cachedStatement(sql: "SELECT part, seal FROM seal_part WHERE run = ?"),
      arguments: [run])
    return try Dictionary(rows.map { (try $0.text(0), try $0.seal(1)) }) { first, _ in first }
  }

  /// Compares a run's seal, part by part, with the sum over its rows.
  func checkSeal(
    of run: CheckedRun, _ database: Database, _ result: inout Verification
  ) throws {
    let stored = try storedParts(of: run.key, database)
    var computed: [String: Seal] = [:]
    var unreadable = false
    for table in SealedTable.allCases {
      do {
        try table.forEachRow(of: run.key, database) { row in
          guard row.isSealed(among: stored) else { return }
          computed[row.part, default: Seal()] += row.seal
          result.checked.rows += 1
          if table == .point { result.checked.points += 1 }
        }
      } catch let error where Self.isDamage(error) {
        unreadable = true
        result.add(run.finding(.file, "table \(table.rawValue)", "its rows can't be read"))
      }
    }
    let total = try Row.fetchOne(
      database, sql: "SELECT seal FROM run WHERE id = ?", arguments: [run.key])
    if try total?.seal(0) != stored.values.reduce(into: Seal(), { $0 += $1 }) {
      result.add(run.finding(.seal, "its seal", "it is not the sum of its parts"))
    }
    if stored[SealedRow.earlierPart] == nil {
      for part in Set(stored.keys).union(computed.keys).sorted() {
        let (before, now) = (stored[part] ?? Seal(), computed[part] ?? Seal())
        guard before != now else { continue }
        let rows = try SealSearch(of: run.key, in: part, database).rows(
          from: before, to: now, turns: &result.turns)
        report(rows, in: part, of: run, before, now, &result)
      }
    } else if !unreadable {
      let before = stored.values.reduce(into: Seal()) { $0 += $1 }
      let now = computed.values.reduce(into: Seal()) { $0 += $1 }
      guard before != now else { return }
      let rows = try SealSearch(of: run.key, in: nil, database).rows(
        from: before, to: now, turns: &result.turns)
      report(rows, in: "its rows", of: run, before, now, &result)
    }
  }

  private func report(
    _ found: SealSearch.Found?, in part: String, of run: CheckedRun, _ before: Seal, _ now: Seal,
    _ result: inout Verification
  ) {
    switch found {
    case .changed(let place):
      result.add(run.finding(.seal, place, "it changed: a bit is not what was stored"))
    case .added(let place):
      result.add(
        run.finding(.seal, place, "it was added by another program, or stands there twice"))
    case .one where now == Seal(): result.add(run.finding(.seal, part, "it is missing"))
    case .one: result.add(run.finding(.seal, part, "it changed"))
    case nil:
      result.add(
        run.finding(
          .seal, part,
          "one of them changed, is missing or was added: which one can't be told"))
    }
  }
}
