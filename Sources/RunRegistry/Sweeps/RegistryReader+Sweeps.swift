import GRDB
package import RunModel

extension RegistryReader {
  /// All sweeps, newest first.
  package func sweeps() throws -> [Sweep] {
    try read { database in
      let names = try database.rows(
        "SELECT name FROM sweep ORDER BY created_at DESC, id DESC", []
      ) { try $0.text(0) }
      return try names.map { try sweep($0, database).sweep }
    }
  }

  /// The sweep of a name.
  ///
  /// - Throws: `RegistryError` `.missing`, with the name that was most likely meant.
  package func sweep(_ name: String) throws -> Sweep {
    try read { try sweep(name, $0).sweep }
  }

  private func sweep(_ name: String, _ database: Database) throws -> (key: Int64, sweep: Sweep) {
    let row = try SweepRow.fetch(name, database, path: path)
    let file = try database.rows("SELECT file FROM sweep WHERE id = ?", [row.key]) {
      try $0.text(0)
    }
    guard let file = file.first else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
    return (row.key, Sweep(row, file: file))
  }

  /// A sweep's trials in their order.
  ///
  /// - Parameter first: the number of the first that is wanted.
  /// - Throws: `RegistryError` `.missing` for the sweep.
  package func trials(of name: String, from first: Int = 0) throws -> [Trial] {
    try read { database in
      try Trial.fetchAll(
        database, sweep: SweepRow.fetch(name, database, path: path).key, from: first)
    }
  }

  /// A sweep's jobs as they stand now, in the order of their last changes.
  ///
  /// - Parameter revision: those that changed after it alone; a lease that ends by silence is no change.
  /// - Throws: `RegistryError` `.missing` for the sweep.
  package func jobs(of name: String, after revision: Int = 0) throws -> [Job] {
    try read { database in
      let now = clock()
      let sweep = try SweepRow.fetch(name, database, path: path)
      return try JobRow.fetchAll(database, sweep: sweep.key, after: revision).map {
        try $0.job(liveness, now: now)
      }
    }
  }

  /// The sweep, point and seed that a run is of; `nil` where it is of none.
  ///
  /// Of points that repeat one another it is the first.
  package func sweepTrial(of run: RunID) throws -> (sweep: String, point: Int, seed: Int)? {
    try read { database in
      try database.rows(
        """
        SELECT sweep.name, point, seed FROM job JOIN sweep ON sweep.id = job.sweep
        WHERE run_id = ? ORDER BY job.sweep, point LIMIT 1
        """, [run.rawValue]
      ) { (try $0.text(0), try Int($0.integer(1)), try Int($0.integer(2))) }.first
    }
  }

  /// The visible points of some metrics of a run by step, each with its epoch: those of later epochs and
  /// those without one left out.
  ///
  /// - Throws: `RegistryError` `.missing` for the run.
  package func metricValues(
    of run: RunID, metrics: [String], throughEpoch last: Int
  ) throws -> [String: [(epoch: Int, value: Double)]] {
    let series = try read {
      try self.points(of: key(of: run, $0), PointSelection(metrics: metrics), $0)
    }
    var values: [String: [(epoch: Int, value: Double)]] = [:]
    for (metric, points) in series {
      values[metric, default: []] += points.compactMap { point in
        point.epoch.flatMap { $0 <= last ? ($0, point.value) : nil }
      }
    }
    return values
  }
}
