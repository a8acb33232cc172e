package import RunModel

/// What a process wants to train next: a job, with the point that it is of.
package struct JobClaim: Sendable, Hashable {
  /// Which job.
  package var key: Job.Key
  /// Its place in the order of entries, from 0; `nil` for a run that confirms.
  package var entry: Int?
  /// The epochs, in all, that it trains to.
  package var epochs: Int
  /// The point, which is stored with its first job.
  package var trial: Trial
  /// How many extents of the sweep the decision knew of; `nil`: whatever they are.
  package var extents: Int?

  /// A claim from its parts.
  package init(key: Job.Key, entry: Int?, epochs: Int, trial: Trial, extents: Int? = nil) {
    self.key = key
    self.entry = entry
    self.epochs = epochs
    self.trial = trial
    self.extents = extents
  }
}

/// The right of this process to train a job, until it gives it back or is taken for dead.
package struct JobLease: Sendable, Hashable {
  /// The sweep's name.
  package let sweep: String
  /// Which job.
  package let job: Job.Key
  /// Counts claims of the job, from 1: a later one ends this.
  package let attempt: Int
  /// Claims since the job's run last came further.
  package let tries: Int
  /// Processes that were gone without a word since the job's run last came further.
  package let vanished: Int
  /// The run that the point has with this seed, from an earlier claim or a lower rung; it may be deleted.
  package let run: RunID?
  let sweepKey: Int64

  init(_ row: JobRow, of sweep: String) throws {
    self.sweep = sweep
    job = row.key
    attempt = row.attempt
    tries = row.tries
    vanished = row.vanished
    run = try row.runID
    sweepKey = row.sweep
  }
}

/// A job that another process trains by now: this one was taken for dead, and must stop quietly.
package struct LeaseLost: Error, Sendable, Hashable, CustomStringConvertible {
  /// The sweep's name.
  package let sweep: String
  /// Which job.
  package let job: Job.Key

  init(_ lease: JobLease) {
    sweep = lease.sweep
    job = lease.job
  }

  package var description: String {
    "Another process trains point \(job.point) of sweep \(sweep) by now, for this one was silent for too "
      + "long; nothing was stored."
  }
}
