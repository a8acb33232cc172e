/// How a sweep stands: what `sweep status` tells.
package struct SweepStanding: Sendable, Hashable {
  package enum State: String, Sendable, CaseIterable {
    case waiting, running, paused, finished, stopped, failed, diverged
  }

  /// A point with the objective that ranks it.
  package struct Best: Sendable, Hashable {
    package var number: Int
    package var value: Double

    /// A best from its parts.
    package init(number: Int, value: Double) {
      self.number = number
      self.value = value
    }
  }

  /// What a rung has seen.
  package struct Rung: Sendable, Hashable {
    package var epochs: Int
    /// Points that have a result there.
    package var results: Int
    /// Points of it that went on to the next.
    package var promoted: Int
    /// The worst objective that went on.
    package var cutoff: Double?

    /// A rung from its parts.
    package init(epochs: Int, results: Int, promoted: Int, cutoff: Double?) {
      self.epochs = epochs
      self.results = results
      self.promoted = promoted
      self.cutoff = cutoff
    }
  }

  package var name: String
  package var state: State
  /// The objective as the file says it.
  package var objective: String
  package var minimizes: Bool
  /// `nil` while no point has a value.
  package var best: Best?
  /// By number.
  package var trials: [TrialStanding]
  package var rungs: [Rung]
  /// Points and epochs that the sweep is to have, and epochs that its entries cost so far.
  package var points: Int
  package var epochs: Int
  package var cost: Int

  /// A standing from its parts.
  package init(
    name: String, state: State, objective: String, minimizes: Bool, best: Best?,
    trials: [TrialStanding], rungs: [Rung], points: Int, epochs: Int, cost: Int
  ) {
    self.name = name
    self.state = state
    self.objective = objective
    self.minimizes = minimizes
    self.best = best
    self.trials = trials
    self.rungs = rungs
    self.points = points
    self.epochs = epochs
    self.cost = cost
  }
}

/// How a point of a sweep stands.
package struct TrialStanding: Sendable, Hashable {
  /// The mean over some runs, and how far they lie apart.
  package struct Mean: Sendable, Hashable {
    package var value: Double
    /// The standard deviation, of k − 1; `nil` of one run.
    package var deviation: Double?
    package var seeds: Int

    /// A mean from its parts.
    package init(value: Double, deviation: Double?, seeds: Int) {
      self.value = value
      self.deviation = deviation
      self.seeds = seeds
    }

    /// The mean of values; `nil` of none.
    package init?(_ values: [Double]) {
      guard !values.isEmpty else { return nil }
      let count = Double(values.count)
      value = values.reduce(0, +) / count
      seeds = values.count
      let mean = value
      deviation =
        values.count > 1
        ? (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot() : nil
    }
  }

  package var trial: Trial
  package var state: SweepStanding.State
  /// At the deepest rung that it has reached; `nil` where it has none or has diverged.
  package var mean: Mean?
  /// With the fresh seeds of the confirmation.
  package var confirmed: Mean?
  /// Epochs that its runs have at that rung.
  package var epochs: Int
  /// Runs that have ended there, of how many.
  package var ended: Int
  package var seeds: Int
  /// By seed; those of the confirmation too.
  package var runs: [RunID]
  package var startedAt: Timestamp?
  package var endedAt: Timestamp?
  /// Who works on it now.
  package var workers: [String]
  /// The sentence of a failure.
  package var failure: String?

  /// A standing from its parts.
  package init(
    trial: Trial, state: SweepStanding.State, mean: Mean?, confirmed: Mean?, epochs: Int,
    ended: Int, seeds: Int, runs: [RunID], startedAt: Timestamp?, endedAt: Timestamp?,
    workers: [String], failure: String?
  ) {
    self.trial = trial
    self.state = state
    self.mean = mean
    self.confirmed = confirmed
    self.epochs = epochs
    self.ended = ended
    self.seeds = seeds
    self.runs = runs
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.workers = workers
    self.failure = failure
  }
}
