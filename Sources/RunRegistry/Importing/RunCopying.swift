import Foundation
import GRDB
import RunModel

/// Copies a run's rows from one registry into an open transaction on another, and its seal with them.
struct RunCopying {
  private let source: Database
  private let run: RunRow
  private let seals: SourceSeals
  private let transaction: Transaction
  /// The sum of what was read: what the run's seal must be.
  private var sum = Seal()
  /// Points that were added.
  private(set) var points = 0

  init(_ source: Database, _ run: RunRow, _ seals: SourceSeals, _ transaction: Transaction) {
    self.source = source
    self.run = run
    self.seals = seals
    self.transaction = transaction
  }

  /// Whether all rows that were read are those that the run's seal was taken of.
  var isSealed: Bool { sum == seals.sum }

  /// Writes the row of a run that is not here yet.
  ///
  /// - Returns: its key.
  func begin() throws -> Int64 {
    var row = run
    row.key = try transaction.unusedRunKey()
    try transaction.insert(row)
    return row.key
  }

  /// Copies all rows but those of checkpoints.
  ///
  /// - Parameter difference: what of it is here already; nothing without it.
  mutating func copyRows(to key: Int64, lacking difference: RunDifference?) throws {
    // What other rows refer to comes first.
    try copyAttempts(to: key)
    for table in SealedTable.allCases where table != .attempt && table != .point {
      try table.forEachRow(of: run.key, source) { row in
        guard row.isSealed(among: seals.parts) else { return }
        let seal = row.seal
        sum += seal
        guard difference?.lacks(row, seal) ?? true else { return }
        try insert(row, into: key, isNew: difference == nil)
      }
    }
    try copyPoints(to: key, lacking: difference)
  }

  private mutating func copyAttempts(to key: Int64) throws {
    let here = try AttemptRow.fetchAll(transaction.database, run: key)
    for row in try AttemptRow.fetchAll(source, run: run.key) {
      sum += row.sealed.seal
      var copy = row
      copy.run = key
      if let old = here.first(where: { $0.number == row.number }) {
        try transaction.update(old) { $0 = copy }
      } else {
        try transaction.insert(copy, environment: RunEnvironment(facts: [:]))
      }
    }
  }

  private func insert(_ row: SealedRow, into key: Int64, isNew: Bool) throws {
    let database = transaction.database
    switch row {
    case .setting(let name, let value): try transaction.set(name, value, of: key)
    case .tag(let name, let value):
      // A tag that somebody set here stays.
      let known = try database.cachedStatement(sql: "SELECT 1 FROM tag WHERE run = ? AND key = ?")
      guard try isNew || Row.fetchOne(known, arguments: [key, name]) == nil else { return }
      try transaction.set(tag: name, to: value, of: key)
    case .note(let text):
      let known = try database.cachedStatement(sql: "SELECT 1 FROM note WHERE run = ?")
      guard try isNew || Row.fetchOne(known, arguments: [key]) == nil else { return }
      try transaction.set(note: text, of: key)
    case .environment(let attempt, let name, let value):
      let known = try database.cachedStatement(
        sql: "SELECT 1 FROM environment WHERE run = ? AND attempt = ? AND name = ?")
      guard try isNew || Row.fetchOne(known, arguments: [key, attempt, name]) == nil else { return }
      try transaction.execute(
        "INSERT INTO environment(run, attempt, name, value) VALUES(?,?,?,?)",
        [key, attempt, name, value])
      transaction.seal(row, of: key)
    case .line(let number, let attempt, let time, let text):
      try transaction.execute(
        "INSERT INTO line(run, number, attempt, time, text) VALUES(?,?,?,?,?)",
        [key, number, attempt, time, text])
      transaction.seal(row, of: key)
    case .step(let step, let attempt, let epoch, let images, let time):
      try transaction.execute(
        "INSERT INTO step(run, step, attempt, epoch, images, time) VALUES(?,?,?,?,?,?)",
        [key, step, attempt, epoch, images, time])
      transaction.seal(row, of: key)
    case .picture(let name, let step, let attempt, let epoch, let time, _):
      let statement = try source.cachedStatement(
        sql: "SELECT png FROM picture WHERE run = ? AND name = ? AND step = ? AND attempt = ?")
      guard
        let png = try Row.fetchOne(statement, arguments: [run.key, name, step, attempt])?
          .decodeBytes(0)
      else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
      try transaction.execute(
        "INSERT INTO picture(run, name, step, attempt, epoch, time, png) VALUES(?,?,?,?,?,?,?)",
        [key, name, step, attempt, epoch, time, Data(png)])
      transaction.seal(row, of: key)
    // Written with their own: the run's row, attempts, checkpoints with their pins, what follows from others.
    case .run, .attempt, .point, .checkpoint, .pin, .progress, .heartbeat: break
    }
  }

  private mutating func copyPoints(to key: Int64, lacking difference: RunDifference?) throws {
    let read = try BareStatement(
      cached: "SELECT step, attempt, value FROM point WHERE series = ? ORDER BY step, attempt",
      source)
    let write = try BareStatement(
      cached: "INSERT INTO point(series, step, attempt, value) VALUES(?,?,?,?)",
      transaction.database)
    var hash = RowHash()
    for (series, metric) in try RegistryReader.series(of: run.key, source) {
      let part = SealedRow.partOfPoints(of: metric)
      let mayLack = difference?.differs(in: part) ?? true
      var added = Seal()
      let row = mayLack ? try transaction.findSeries(metric, of: key) : nil
      read.reset()
      read.bind(1, series)
      while try read.next() {
        let (step, attempt) = (try read.integer(0), try read.integer(1))
        let value = try read.real(2)
        let seal = hash.seal {
          $0.addPoint(metric: metric, step: Int(step), attempt: Int(attempt), value: value)
        }
        sum += seal
        guard let row,
          difference?.lacks(
            .point(metric: metric, step: Int(step), attempt: Int(attempt), value: value), seal)
            ?? true
        else { continue }
        write.reset()
        write.bind(1, row.key)
        write.bind(2, step)
        write.bind(3, attempt)
        write.bind(4, value)
        try write.run()
        added += seal
        points += 1
      }
      read.reset()
      transaction.add(added, toPart: part, of: key)
    }
  }

  /// Writes what follows from the copied rows: pins, summaries, progress, the run's state.
  func finish(_ key: Int64, isNew: Bool) throws {
    let database = transaction.database
    for (series, _) in try RegistryReader.series(of: key, database) {
      let statement = try database.cachedStatement(
        sql: "SELECT \(SeriesRow.columns) FROM series WHERE id = ?")
      guard let stored = try Row.fetchOne(statement, arguments: [series]) else { continue }
      var row = try SeriesRow(stored)
      row.summary = try SeriesRow.visibleSummary(of: series, database)
      try transaction.update(row)
    }
    try copyPins(to: key)
    let progress = try source.cachedStatement(
      sql: "SELECT step, epoch, images FROM run WHERE id = ?")
    guard let row = try Row.fetchOne(progress, arguments: [run.key]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT)
    }
    try transaction.execute(
      "UPDATE run SET step = ?, epoch = ?, images = ?, checkpoints = ? WHERE id = ?",
      [
        row.integer(0), row.integer(1), row.integer(2),
        CheckpointRow.visible(database, run: key).count, key,
      ])
    transaction.sealProgress(of: key)
    guard !isNew else { return }
    let here = try RunRow.fetch(database, key: key)
    try transaction.update(here) {
      ($0.status, $0.endedAt, $0.failure) = (run.status, run.endedAt, run.failure)
    }
  }

  /// Sets pins of the other registry, but for names that are given here already.
  private func copyPins(to key: Int64) throws {
    let database = transaction.database
    let here = try CheckpointRow.all(database, run: key)
    for checkpoint in try CheckpointRow.all(source, run: run.key) {
      guard
        let own = here.first(where: {
          ($0.attempt, $0.step) == (checkpoint.attempt, checkpoint.step)
            && $0.digest == checkpoint.digest
        })
      else { continue }
      for name in try checkpoint.pins(source) {
        let known = try database.cachedStatement(
          sql: "SELECT 1 FROM pin WHERE run = ? AND name = ?")
        guard try Row.fetchOne(known, arguments: [key, name]) == nil else { continue }
        try transaction.execute(
          "INSERT INTO pin(run, name, checkpoint) VALUES(?, ?, ?)", [key, name, own.key])
        transaction.seal(
          .pin(name: name, step: own.step, digest: own.digest.bytes), of: key)
      }
    }
  }
}
