import Foundation
import GRDB
import RunModel

/// What a run hands over between checkpoints.
enum Recorded: Sendable {
  case measurements([StepMeasurement])
  case picture(SamplePicture)
  case line(String, Timestamp)

  /// About how much it weighs in a batch, in rows of a point.
  var weight: Int {
    switch self {
    case .measurements(let all): all.reduce(0) { $0 + $1.values.count + 1 }
    case .picture(let picture): 1 + picture.png.count / 4096
    case .line(let text, _): 1 + text.utf8.count / 4096
    }
  }
}

/// The attempt that a row belongs to.
struct AttemptKey: Hashable, Sendable {
  var run: Int64
  var number: Int
  /// Keys of runs that a collection removed are given again; two attempts begin at two moments.
  var startedAt: Timestamp
}

extension Transaction {
  /// Stores a batch of one attempt, then brings the summaries of its series up to date.
  func store(_ batch: [Recorded], of attempt: AttemptKey) throws {
    try checkOwnership(of: attempt)
    var writing = try MeasurementWriting(self, of: attempt)
    for recorded in batch {
      switch recorded {
      case .measurements(let measurements):
        for measurement in measurements { try writing.store(measurement) }
      case .picture(let picture): try store(picture, of: attempt)
      case .line(let text, let time): try store(line: text, at: time, of: attempt)
      }
    }
    try writing.finish()
  }

  /// Refuses what a process wants to add to a run that another one carries on by now.
  func checkOwnership(of attempt: AttemptKey) throws {
    let statement = try database.cachedStatement(
      sql: """
        SELECT number, attempt.status, deleted_at, started_at FROM attempt JOIN run ON run.id = attempt.run
        WHERE run = ? ORDER BY number DESC LIMIT 1
        """)
    guard let row = try Row.fetchOne(statement, arguments: [attempt.run]),
      try row.integer(0) == Int64(attempt.number), try row.optionalInteger(2) == nil,
      try row.time(3) == attempt.startedAt
    else {
      throw RegistryError(
        .refused, "Another process carries this run on, or it was deleted; this one must stop.")
    }
    // A writer on another host took the silence of a suspended process for its end.
    if try row.status(1) == .crashed { try setStatus(.running, of: attempt, failure: nil) }
  }

  /// Sets the status of a run and of its attempt; an end is stamped with the time.
  func setStatus(_ status: RunStatus, of attempt: AttemptKey, failure: String?) throws {
    let endedAt = status == .running ? nil : now.microseconds
    guard
      let row = try AttemptRow.fetchAll(database, run: attempt.run)
        .first(where: { $0.number == attempt.number })
    else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
    try update(row) { ($0.status, $0.endedAt) = (status, endedAt) }
    try update(run: attempt.run, status: status, endedAt: endedAt, failure: failure)
  }

  /// Stores a picture, in the place of one of the same name and step.
  func store(_ picture: SamplePicture, of attempt: AttemptKey) throws {
    let statement = try database.cachedStatement(
      sql: """
        SELECT epoch, time, png FROM picture WHERE run = ? AND name = ? AND step = ? AND attempt = ?
        """)
    let key: StatementArguments = [attempt.run, picture.name, picture.step, attempt.number]
    if let old = try Row.fetchOne(statement, arguments: key) {
      unseal(
        .picture(
          name: picture.name, step: picture.step, attempt: attempt.number,
          epoch: try Int(old.integer(0)), time: try old.integer(1),
          png: SHA256.digest(try old.decodeBytes(2))), of: attempt.run)
    }
    try execute(
      """
      INSERT INTO picture(run, name, step, attempt, epoch, time, png) VALUES(?,?,?,?,?,?,?)
      ON CONFLICT DO UPDATE SET epoch = excluded.epoch, time = excluded.time, png = excluded.png
      """,
      key + [picture.epoch, picture.time.microseconds, Data(picture.png)])
    seal(
      .picture(
        name: picture.name, step: picture.step, attempt: attempt.number, epoch: picture.epoch,
        time: picture.time.microseconds, png: SHA256.digest(picture.png)), of: attempt.run)
  }

  private func store(line: String, at time: Timestamp, of attempt: AttemptKey) throws {
    let statement = try database.cachedStatement(
      sql: "SELECT coalesce(max(number), 0) + 1 FROM line WHERE run = ?")
    let number = try Int.fetchOne(statement, arguments: [attempt.run]) ?? 1
    try execute(
      "INSERT INTO line(run, number, attempt, time, text) VALUES(?,?,?,?,?)",
      [attempt.run, number, attempt.number, time.microseconds, line])
    seal(
      .line(number: number, attempt: attempt.number, time: time.microseconds, text: line),
      of: attempt.run)
  }
}
