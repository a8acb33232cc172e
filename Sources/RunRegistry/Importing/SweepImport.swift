import GRDB
import RunModel

/// Brings one sweep of another registry over: its shards come together so.
struct SweepImport {
  /// What is there, as it was read and found under its seals.
  private let there: SweepRow
  private let file: String
  private let trials: [Trial]
  private let jobs: [JobRow]
  private let path: String

  /// The sweeps of another registry, oldest first.
  ///
  /// - Throws: `RegistryError` `.invalid` where a row is not what its seal was taken of.
  static func all(of reader: RegistryReader, _ database: Database) throws -> [SweepImport] {
    try database.rows("SELECT id, name FROM sweep ORDER BY created_at, id", []) {
      (key: try $0.integer(0), name: try $0.text(1))
    }.map { try SweepImport($0.key, $0.name, of: reader.path, database) }
  }

  private init(_ key: Int64, _ name: String, of path: String, _ database: Database) throws {
    var check = Verification(data: .none)
    try SweepCheck(key: key, name: name, database).run(&check)
    if let finding = check.findings.first {
      throw RegistryError.damaged(path, "\(finding.place): \(finding.detail)")
    }
    self.path = path
    there = try SweepRow.fetch(name, database, path: path)
    file = try database.rows("SELECT file FROM sweep WHERE id = ?", [key]) { try $0.text(0) }[0]
    trials = try Trial.fetchAll(database, sweep: key)
    jobs = try JobRow.fetchAll(database, sweep: key)
  }

  /// What of the sweep is not here yet.
  struct Difference {
    /// The sweep here; `nil` where there is none.
    var here: SweepRow?
    var extents: ArraySlice<Sweep.Extent>
    var trials: [Trial]
    /// Each with the row that it takes the place of.
    var jobs: [(new: JobRow, old: JobRow?)]
  }

  /// Compares the sweep with the one of its name in this registry.
  ///
  /// - Throws: `RegistryError` `.invalid` where the two contradict each other.
  func difference(from database: Database) throws -> Difference {
    guard let here = try SweepRow.find(there.name, database) else {
      return Difference(
        here: nil, extents: there.extents[...], trials: trials,
        jobs: jobs.map { (waiting($0), nil) })
    }
    guard here.digest == there.digest else {
      throw conflict("has another content than the one of its name here")
    }
    guard zip(here.extents, there.extents).allSatisfy(==) else {
      throw conflict("was extended in another way than here")
    }
    let known = Dictionary(
      try Trial.fetchAll(database, sweep: here.key).map { ($0.number, $0) },
      uniquingKeysWith: { first, _ in first })
    let own = Dictionary(
      try JobRow.fetchAll(database, sweep: here.key).map { ($0.key, $0) },
      uniquingKeysWith: { first, _ in first })
    for trial in trials {
      guard let same = known[trial.number], same != trial else { continue }
      throw conflict("has \(trial.words) at point \(trial.number), which is \(same.words) here")
    }
    return Difference(
      here: here, extents: there.extents.dropFirst(here.extents.count),
      trials: trials.filter { known[$0.number] == nil },
      jobs: try jobs.compactMap { job in
        guard let old = own[job.key] else { return (waiting(job), nil) }
        try refuseConflict(of: job, and: old)
        return supersedes(job, old) ? (taking(job, over: old), old) : nil
      })
  }

  /// Adds what is not here.
  func store(_ transaction: Transaction) throws -> SweepOutcome {
    let difference = try difference(from: transaction.database)
    let sweep: Int64
    if let here = difference.here {
      sweep = here.key
      if !difference.extents.isEmpty {
        try transaction.update(here) { $0.extents += difference.extents }
      }
    } else {
      try RunName.check(there.name)
      sweep = try transaction.unusedSweepKey()
      // Whether workers are to stop is said to those of one file.
      try transaction.insert(
        SweepRow(
          key: sweep, name: there.name, digest: there.digest, createdAt: there.createdAt,
          extents: there.extents), file: file)
    }
    for trial in difference.trials { try transaction.insert(trial, of: sweep) }
    for (new, old) in difference.jobs {
      if let old {
        try transaction.update(old) { $0 = new }
      } else {
        var row = new
        row.sweep = sweep
        try transaction.insert(row)
      }
    }
    let isSame =
      difference.jobs.isEmpty && difference.trials.isEmpty && difference.extents.isEmpty
    return SweepOutcome(
      name: there.name, change: difference.here == nil ? .added : isSame ? .same : .grown,
      points: difference.trials.count, jobs: difference.jobs.count)
  }

  /// A job that is not here yet: nobody trains it here.
  private func waiting(_ job: JobRow) -> JobRow {
    var row = job
    if row.state == .running { row.state = .waiting }
    row.lease = nil
    return row
  }

  /// Whether what came of a job there is more than how it stands here.
  private func supersedes(_ job: JobRow, _ old: JobRow) -> Bool {
    job.state.isFinal && !old.state.isFinal
      || old.state == .waiting
        && (job.state == .failed || old.run == nil && job.run != nil)
  }

  private func taking(_ job: JobRow, over old: JobRow) -> JobRow {
    var row = waiting(job)
    row.sweep = old.sweep
    // Whoever trains it here finds its lease gone.
    row.attempt = max(old.attempt + 1, job.attempt)
    row.lease = nil
    return row
  }

  private func refuseConflict(of job: JobRow, and old: JobRow) throws {
    let name = "point \(job.key.point) with seed \(job.key.seed) at rung \(job.key.rung)"
    guard job.entry == old.entry, job.epochs == old.epochs else {
      throw conflict("decided on \(name) in another order than here")
    }
    guard job.state.isFinal, old.state.isFinal else { return }
    guard job.state == old.state, job.value == old.value, job.reached == old.reached else {
      throw conflict("came to \(job.words) at \(name), and to \(old.words) here")
    }
  }

  private func conflict(_ what: String) -> RegistryError {
    RegistryError(
      .invalid,
      "Sweep \(there.name) of \(path) \(what), so the two are not one sweep; nothing was imported. Import "
        + "that file into a registry of its own with --db.")
  }
}

extension Job.State {
  /// Whether it stays so: another try would come to the same.
  fileprivate var isFinal: Bool {
    switch self {
    case .done, .stopped, .diverged: true
    case .running, .waiting, .failed: false
    }
  }
}

extension JobRow {
  /// What came of it, for a person.
  fileprivate var words: String {
    let result = value.map { "\(state.rawValue) with \($0.shortestText)" } ?? state.rawValue
    return reached.map { "\(result) after \($0) epochs" } ?? result
  }
}
