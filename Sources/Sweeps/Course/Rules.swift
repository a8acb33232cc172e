/// How trials that do badly are left early.
package enum Stopping: Sendable, Hashable {
  /// Every point is trained to the end.
  case none
  /// Trials pause at rungs `first`, `first * eta`, … epochs; of each rung's results, in the order in which
  /// trials entered it, the best of every `eta` go on (Li and others, "A System for Massively Parallel
  /// Hyperparameter Tuning", 2020, with the order made part of the rule).
  case halving(eta: Int, first: Int)
  /// The same rungs, but the best `1 / eta` of a rung go on once all its results are in.
  case sync(eta: Int, first: Int)
  /// A job stops after the first epoch, from `warmup` on, at which its best value so far is worse than the
  /// median of those that at least `startup` complete trials had there.
  case median(warmup: Int, startup: Int)
}

/// What decides the order of a sweep's entries.
package struct Rules: Sendable, Hashable {
  /// Runs of the best points with fresh seeds, once the search is over.
  package struct Confirmation: Sendable, Hashable {
    package var top: Int
    /// Runs a point.
    package var seeds: Int

    /// A confirmation from its parts.
    package init(top: Int, seeds: Int) {
      self.top = top
      self.seeds = seeds
    }
  }

  /// Entry m sees the results of entries 0…m − window.
  package var window: Int
  /// Runs a point.
  package var seeds: Int
  package var stopping: Stopping
  /// Whether points are suggested from results.
  package var learnsFromResults: Bool
  /// Whether the smaller value is the better one.
  package var minimizes: Bool
  package var confirmation: Confirmation?
  /// Epochs that the search may train in all.
  package var epochs: Int?

  /// Rules from their parts.
  package init(
    window: Int, seeds: Int, stopping: Stopping, learnsFromResults: Bool, minimizes: Bool,
    confirmation: Confirmation? = nil, epochs: Int? = nil
  ) {
    self.window = window
    self.seeds = seeds
    self.stopping = stopping
    self.learnsFromResults = learnsFromResults
    self.minimizes = minimizes
    self.confirmation = confirmation
    self.epochs = epochs
  }

  /// The epochs of each rung, up to those of a full training.
  ///
  /// - Parameter targets: the epochs of a full training, at first and after each extension.
  package func ladder(_ targets: [Int]) -> [Int] {
    switch stopping {
    case .none, .median:
      // Each extension trains what is complete further.
      return targets.reduce(into: []) { rungs, epochs in
        if epochs > rungs.last ?? 0 { rungs.append(epochs) }
      }
    case .halving(let eta, let first), .sync(let eta, let first):
      let last = targets.last ?? first
      var rungs: [Int] = []
      var epochs = first
      while epochs < last {
        rungs.append(epochs)
        let (next, overflows) = epochs.multipliedReportingOverflow(by: eta)
        epochs = overflows ? last : next
      }
      return rungs + [last]
    }
  }
}
