import GRDB
package import RunModel

// Sweeps: each call is one transaction, so that any number of processes can work on one sweep.
extension RegistryWriter {
  /// Stores a sweep, durably; one that is stored with the same content already is returned as it is.
  ///
  /// - Parameters:
  ///   - name: not empty, without `@`, not `latest…`, since its runs are called by it.
  ///   - file: its whole text, and `digest` its SHA-256.
  ///   - points: how many points the file asks for, and `epochs` how long a full training is.
  /// - Throws: `RegistryError`: `.usage` for the name, `.invalid` where the name is stored with another
  ///   content.
  package func createSweep(
    name: String, file: String, digest: SHA256Digest, points: Int, epochs: Int
  ) throws -> Sweep {
    try RunName.check(name)
    return try perform { connection in
      try connection.transaction(isDurable: true) { transaction in
        if let stored = try SweepRow.find(name, transaction.database) {
          guard stored.digest == digest else {
            throw RegistryError(
              .invalid,
              "Sweep \(name) is stored with another content; give the changed one another name, or carry "
                + "the stored one on with 'gan-runs sweep resume \(name)'.")
          }
          return Sweep(stored, file: file)
        }
        let row = SweepRow(
          key: try transaction.unusedSweepKey(), name: name, digest: digest,
          createdAt: transaction.now.microseconds,
          extents: [Sweep.Extent(firstEntry: 0, points: points, epochs: epochs)])
        try transaction.insert(row, file: file)
        return Sweep(row, file: file)
      }
    }
  }

  /// Lets a sweep go further, durably, from an entry on that nobody has begun; the extent that it has
  /// already is not added again.
  ///
  /// - Throws: `RegistryError`: `.missing` for the sweep, `.refused` where that entry has begun meanwhile.
  package func extendSweep(_ name: String, to extent: Sweep.Extent) throws {
    try perform { connection in
      try connection.transaction(isDurable: true) { transaction in
        let database = transaction.database
        let sweep = try SweepRow.fetch(name, database, path: connection.path)
        if let last = sweep.extents.last,
          (last.points, last.epochs) == (extent.points, extent.epochs)
        {
          return
        }
        let begun =
          try database.rows(
            "SELECT max(entry) FROM job WHERE sweep = ?", [sweep.key]
          ) { try $0.optionalInteger(0).map(Int.init) }.first ?? nil
        let first = max(begun.map { $0 + 1 } ?? 0, sweep.extents.last?.firstEntry ?? 0)
        guard extent.firstEntry >= first else {
          throw RegistryError(
            .refused,
            "Sweep \(name) went on to entry \(first) meanwhile, so it can't be extended from entry "
              + "\(extent.firstEntry) on. Call it again.")
        }
        try transaction.update(sweep) { $0.extents.append(extent) }
      }
    }
  }

  /// Has the workers of a sweep begin nothing more, or takes that back; then failures count from 0 again.
  ///
  /// - Throws: `RegistryError` `.missing` for the sweep.
  package func setStopped(_ name: String, _ isStopped: Bool) throws {
    try perform { connection in
      try connection.transaction(isDurable: true) { transaction in
        let sweep = try SweepRow.fetch(name, transaction.database, path: connection.path)
        try transaction.update(sweep) {
          $0.isStopped = isStopped
          if !isStopped { $0.failuresInRow = 0 }
        }
      }
    }
  }

  /// Claims a job that nobody has begun.
  ///
  /// - Returns: `nil` where somebody was faster, the sweep is stopped, or it was extended since the decision.
  /// - Throws: `RegistryError`: `.missing` for the sweep, `.invalid` where the point is stored with other
  ///   values.
  package func claim(_ claim: JobClaim, in sweep: String) throws -> JobLease? {
    try lease { transaction, connection in
      try transaction.claim(
        claim, in: SweepRow.fetch(sweep, transaction.database, path: connection.path),
        connection.liveness.observer)
    }
  }

  /// Claims a job that waits, failed, or whose process is gone.
  ///
  /// - Parameter attempt: the job's, as it was seen.
  /// - Returns: `nil` where somebody was faster, its process lives, it has its result, or the sweep is
  ///   stopped.
  /// - Throws: `RegistryError` `.missing` for the sweep.
  package func takeOver(
    _ key: Job.Key, attempt: Int, in sweep: String
  ) throws -> JobLease? {
    try lease { transaction, connection in
      try transaction.takeOver(
        key, attempt: attempt,
        in: SweepRow.fetch(sweep, transaction.database, path: connection.path),
        connection.liveness)
    }
  }

  /// Stores what came of a job, and claims the next in the same transaction.
  ///
  /// - Parameters:
  ///   - value: the objective as measured; one that is not finite counts as none.
  ///   - reached: epochs that the run has.
  ///   - failure: the sentence of a failure.
  /// - Returns: whether the lease was still held; if not, nothing is stored and nothing claimed.
  /// - Throws: `RegistryError`, as `claim` does; nothing is stored then.
  package func finish(
    _ lease: JobLease, as state: Job.State, value: Double? = nil, reached: Int? = nil,
    failure: String? = nil, next: JobClaim? = nil
  ) throws -> (isMine: Bool, next: JobLease?) {
    try thread.perform { [thread] connection in
      let (isMine, nextLease) = try connection.transaction { transaction in
        let isMine = try transaction.finish(
          lease, as: state, value: value, reached: reached, failure: failure)
        guard isMine, let next else { return (isMine, JobLease?.none) }
        let sweep = try SweepRow.fetch(
          lease.sweep, transaction.database, path: connection.path)
        return (true, try transaction.claim(next, in: sweep, connection.liveness.observer))
      }
      thread.drop(lease)
      if let nextLease { thread.watch(nextLease) }
      return (isMine, nextLease)
    }
  }

  /// Gives a job back before its end, to whoever comes next; the claim does not count as a try.
  package func release(_ lease: JobLease) throws {
    try thread.perform { [thread] connection in
      try connection.transaction { try $0.release(lease) }
      thread.drop(lease)
    }
  }

  /// Stores the job of a point that repeats an earlier one, with the result of that, or as waiting for it.
  ///
  /// - Returns: whether that is new: there was no such job, or it waited.
  /// - Throws: `RegistryError`, as `claim` does.
  @discardableResult
  package func record(
    repeat claim: JobClaim, run: RunID?, value: Double?, state: Job.State, reached: Int? = nil,
    failure: String? = nil, in sweep: String
  ) throws -> Bool {
    try perform { connection in
      try connection.transaction { transaction in
        try transaction.record(
          claim, as: state, run: run, value: value, reached: reached, failure: failure,
          in: SweepRow.fetch(sweep, transaction.database, path: connection.path))
      }
    }
  }

  private func lease(
    _ body: @escaping @Sendable (Transaction, WriterConnection) throws -> JobLease?
  ) throws -> JobLease? {
    try thread.perform { [thread] connection in
      let lease = try connection.transaction { try body($0, connection) }
      if let lease { thread.watch(lease) }
      return lease
    }
  }
}

extension Sweep {
  init(_ row: SweepRow, file: String) {
    self.init(
      name: row.name, file: file, digest: row.digest,
      createdAt: Timestamp(microseconds: row.createdAt), isStopped: row.isStopped,
      failuresInRow: row.failuresInRow, extents: row.extents)
  }
}
