package import RunModel

extension Course {
  /// The rung that each point was last entered at, by number.
  package var deepestRungs: [Int] {
    var deepest = [Int](repeating: 0, count: trials.count)
    for entry in entries where entry.point < deepest.count {
      deepest[entry.point] = max(deepest[entry.point], entry.rung)
    }
    return deepest
  }

  /// The seeds of the runs that confirm: fresh ones.
  package var confirmingSeeds: ClosedRange<Int>? {
    rules.confirmation.map { rules.seeds + 1...rules.seeds + $0.seeds }
  }

  /// Points with a value, from the best to the worst: deeper rungs first, ties by number.
  package func ranking() -> [Int] {
    let deepest = deepestRungs
    var ranked: [(point: Int, rung: Int, rank: Double)] = []
    for point in trials.indices {
      for rung in stride(from: deepest[point], through: 0, by: -1) {
        guard let outcome = outcome(point: point, rung: rung, seeds: 1...rules.seeds) else {
          continue
        }
        if let rank = outcome.rank(minimizes: rules.minimizes) {
          let isCut = if case .stopped = outcome { true } else { false }
          ranked.append((point, isCut ? rung - 1 : rung, rank))
        }
        break
      }
    }
    return ranked.sorted { ($1.rung, $0.rank, $0.point) < ($0.rung, $1.rank, $1.point) }
      .map(\.point)
  }

  /// The points that are confirmed once the search is over, from the best on: those of the last rung.
  package func confirmedPoints() -> [Int] {
    guard let confirmation = rules.confirmation else { return [] }
    let last = ladder.count - 1
    return Array(
      ranking().lazy.filter {
        if case .value? = outcome(point: $0, rung: last, seeds: 1...rules.seeds) {
          true
        } else {
          false
        }
      }.prefix(confirmation.top))
  }

  /// The values of runs of a point at a rung, by seed; those that are not there or not finite left out.
  private func values(_ point: Int, _ rung: Int, _ seeds: ClosedRange<Int>) -> [Double] {
    seeds.compactMap { jobs[Job.Key(point: point, seed: $0, rung: rung)]?.value }
      .filter(\.isFinite)
  }

  /// The best point so far: by the means of the confirmation once they are all there.
  package func best() -> SweepStanding.Best? {
    let ranking = ranking()
    guard let first = ranking.first else { return nil }
    let last = ladder.count - 1
    if let seeds = confirmingSeeds {
      let confirmed = confirmedPoints().map { point in
        (point: point, outcome: outcome(point: point, rung: last, seeds: seeds))
      }
      if !confirmed.isEmpty, confirmed.allSatisfy({ $0.outcome != nil }) {
        let ranked = confirmed.compactMap { point, outcome in
          outcome?.rank(minimizes: rules.minimizes).map { (rank: $0, point: point) }
        }
        if let best = ranked.min(by: <) {
          return .init(
            number: best.point, value: rules.minimizes ? best.rank : -best.rank)
        }
      }
    }
    for rung in stride(from: last, through: 0, by: -1) {
      guard
        let rank = outcome(point: first, rung: rung, seeds: 1...rules.seeds)?
          .rank(minimizes: rules.minimizes)
      else { continue }
      return .init(number: first, value: rules.minimizes ? rank : -rank)
    }
    return nil
  }

  /// How a sweep stands.
  ///
  /// - Parameters:
  ///   - sweep: its row.
  ///   - isOver: whether the search has come to its end.
  ///   - isAborted: whether too many failures in a row have ended it.
  package func standing(
    of sweep: Sweep, objective: String, isOver: Bool, isAborted: Bool
  ) -> SweepStanding {
    let deepest = deepestRungs
    let byPoint = Dictionary(grouping: jobs.values) { $0.key.point }
    let trials = trials.compactMap { trial in
      byPoint[trial.number].map {
        standing(of: trial, rung: deepest[trial.number], jobs: $0, isOver: isOver)
      }
    }
    let isRunning = jobs.values.contains { $0.state == .running && !$0.isAbandoned }
    let state: SweepStanding.State =
      if isRunning { .running } else if isOver && !hasOpenJobs { .finished } else if isAborted {
        .failed
      } else if sweep.isStopped { .stopped } else { .waiting }
    let extent = extents[extents.count - 1]
    return SweepStanding(
      name: sweep.name, state: state, objective: objective, minimizes: rules.minimizes,
      best: best(), trials: trials, rungs: rungStandings, points: extent.points,
      epochs: ladder.last ?? extent.epochs, cost: cost)
  }

  /// Whether a job that was begun, or is to confirm, has not ended.
  package var hasOpenJobs: Bool {
    !open.isEmpty || missingJob(where: { _, _ in true }) != nil
      || !missingConfirmations.isEmpty
  }

  /// The first job of an entry that has not begun.
  package func missingJob(
    where isWanted: (Job.Key, _ entry: Int) -> Bool
  ) -> (key: Job.Key, entry: Int)? {
    guard rules.seeds > 1 || !dependsOnResults else { return nil }
    for (number, entry) in entries.enumerated() {
      for seed in 1...rules.seeds {
        let key = Job.Key(point: entry.point, seed: seed, rung: entry.rung)
        if jobs[key] == nil, isWanted(key, number) { return (key, number) }
      }
    }
    return nil
  }

  /// Jobs of the confirmation that have not begun; none are known before the search is over.
  package var missingConfirmations: [Job.Key] {
    guard let seeds = confirmingSeeds else { return [] }
    let last = ladder.count - 1
    return confirmedPoints().flatMap { point in
      seeds.lazy.map { Job.Key(point: point, seed: $0, rung: last) }.filter { jobs[$0] == nil }
    }
  }

  private var rungStandings: [SweepStanding.Rung] {
    let ladder = ladder
    return ladder.indices.map { rung in
      let points = Set(entries.lazy.filter { $0.rung == rung }.map(\.point))
      let next = Set(entries.lazy.filter { $0.rung == rung + 1 }.map(\.point))
      let ranks = points.compactMap { point in
        outcome(point: point, rung: rung, seeds: 1...rules.seeds).map {
          (point: point, rank: $0.rank(minimizes: rules.minimizes))
        }
      }
      let cutoff = ranks.lazy.filter { next.contains($0.point) }.compactMap(\.rank).max()
      return SweepStanding.Rung(
        epochs: ladder[rung], results: ranks.count, promoted: next.count,
        cutoff: cutoff.map { rules.minimizes ? $0 : -$0 })
    }
  }

  private func standing(
    of trial: Trial, rung: Int, jobs: [Job], isOver: Bool
  ) -> TrialStanding {
    let search = jobs.filter { $0.key.seed <= rules.seeds }
    let present = search.filter { $0.key.rung == rung }
    let ended = present.filter(\.state.isEnd)
    // While a rung is trained, the value is that of the one before.
    let outcomeRung =
      stride(from: rung, through: 0, by: -1).first {
        outcome(point: trial.number, rung: $0, seeds: 1...rules.seeds) != nil
      }
    let result = outcomeRung.flatMap {
      outcome(point: trial.number, rung: $0, seeds: 1...rules.seeds)
    }
    let hasValue = result?.rank(minimizes: true) != nil
    let mean =
      hasValue
      ? outcomeRung.flatMap { TrialStanding.Mean(values(trial.number, $0, 1...rules.seeds)) } : nil
    let confirmed = confirmingSeeds.flatMap { seeds in
      TrialStanding.Mean(values(trial.number, ladder.count - 1, seeds))
    }
    let epochs =
      search.filter { $0.key.rung == (outcomeRung ?? 0) }.compactMap(\.reached).min() ?? 0
    let all = jobs.sorted { ($0.key.seed, $0.key.rung) < ($1.key.seed, $1.key.rung) }
    var runs: [RunID] = []
    for run in all.compactMap(\.run) where !runs.contains(run) { runs.append(run) }
    let isWhole = ended.count == rules.seeds
    return TrialStanding(
      trial: trial,
      state: state(
        present: present, outcome: isWhole ? result : nil, isLast: rung == ladder.count - 1,
        isOver: isOver),
      mean: mean, confirmed: confirmed, epochs: epochs, ended: ended.count, seeds: rules.seeds,
      runs: runs, startedAt: jobs.map(\.startedAt).min(),
      endedAt: isWhole ? jobs.compactMap(\.endedAt).max() : nil,
      workers: jobs.filter { !$0.isAbandoned }.compactMap(\.worker).sorted(),
      failure: jobs.lazy.filter { $0.state == .failed }.compactMap(\.failure).first)
  }

  private func state(
    present: [Job], outcome: Outcome?, isLast: Bool, isOver: Bool
  ) -> SweepStanding.State {
    switch outcome {
    case nil:
      present.contains { $0.state == .running && !$0.isAbandoned } ? .running : .waiting
    case .failed: .failed
    case .diverged: .diverged
    case .stopped: .stopped
    case .value: isLast ? .finished : isOver ? .stopped : .paused
    }
  }
}
