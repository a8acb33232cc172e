import GRDB
import RunModel

/// Looks for the row that explains why rows don't come to their seal.
struct SealSearch {
  /// What explains it.
  enum Found {
    /// One bit of the row in these words is not what was stored.
    case changed(String)
    /// The row in these words is one too many.
    case added(String)
    /// The part is one row by itself.
    case one
  }

  private let run: Int64
  private let part: String?
  private let database: Database

  /// - Parameter part: the part to look in; all without it.
  init(of run: Int64, in part: String?, _ database: Database) {
    self.run = run
    self.part = part
    self.database = database
  }

  /// What explains that rows come to `now` where `before` is stored, `nil` where no single row does.
  ///
  /// A row added is the difference itself. A bit that a disk turned is found by turning each one back.
  ///
  /// - Parameter turns: how many bits may be turned; those that were are taken off.
  func rows(from before: Seal, to now: Seal, turns: inout Int) throws -> Found? {
    let difference = before - now
    var found: Found?
    var isSingle = part != nil
    try forEachRow { row in
      if row.place != part { isSingle = false }
      guard found == nil else { return }
      let encoding = row.encoding
      let seal = encoding.seal
      if seal == -difference {
        found = .added(row.place)
      } else if turnsBack(encoding, seal, difference, &turns) {
        found = .changed(row.place)
      }
    }
    return isSingle ? found ?? .one : found
  }

  private func forEachRow(_ body: (SealedRow) throws -> Void) throws {
    for table in SealedTable.allCases {
      do {
        try table.forEachRow(of: run, database) { row in
          if part == nil || row.part == part { try body(row) }
        }
      } catch let error where RegistryReader.isDamage(error) { continue }
    }
  }

  private func turnsBack(
    _ encoding: RowHash, _ seal: Seal, _ difference: Seal, _ budget: inout Int
  ) -> Bool {
    var turned = encoding
    for place in turned.bytes.indices {
      for bit in 0..<8 {
        guard budget > 0 else { return false }
        budget -= 1
        turned.bytes[place] ^= 1 << bit
        defer { turned.bytes[place] ^= 1 << bit }
        if turned.seal - seal == difference { return true }
      }
    }
    return false
  }
}
