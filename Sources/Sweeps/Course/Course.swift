package import RunModel

/// A sweep's entries, in order, with what came of them: which is next follows from nothing else.
///
/// Entry m is decided by the results of entries 0…m − window and by which entries lie between, so that any
/// number of workers comes to the same sequence, whenever each ends. Where those results let nothing be
/// decided, one more is looked at, until something can.
package struct Course: Sendable {
  /// A point at a rung.
  package struct Entry: Sendable, Hashable {
    package var point: Int
    package var rung: Int
    /// How many of the first entries' results decided it.
    package var seen: Int
    /// Whether the rules come to the same entry as was stored.
    package var isAsDecided = true
  }

  package let rules: Rules
  package private(set) var extents: [Sweep.Extent]
  /// By number.
  package private(set) var trials: [Trial] = []
  package private(set) var entries: [Entry] = []
  package private(set) var jobs: [Job.Key: Job] = [:]
  /// Jobs that were begun and have not ended.
  package private(set) var open: Set<Job.Key> = []
  /// The latest change that was taken in.
  package private(set) var revision = 0

  /// Results by rung of the entries before `consumed`.
  private var rungs: [RungResults] = []
  /// Points that have entered each rung.
  private var entered: [Set<Int>] = []
  private var consumed = 0
  /// Epochs that the entries so far cost.
  private var spent = 0
  /// What was stored of later entries and points than those known: other workers' parts may be missing.
  private var laterEntries: [Int: Job.Key] = [:]
  private var laterTrials: [Int: Trial] = [:]

  /// A course before its first entry.
  ///
  /// - Parameter extents: the file's own first.
  package init(_ rules: Rules, extents: [Sweep.Extent]) {
    self.rules = rules
    self.extents = extents
    layOut()
  }

  /// Takes in what was stored since.
  ///
  /// - Parameters:
  ///   - trials: those not taken in yet.
  ///   - jobs: those that changed.
  package mutating func take(extents: [Sweep.Extent], trials: [Trial], jobs: [Job]) {
    self.extents = extents
    layOut()
    for trial in trials where trial.number >= self.trials.count {
      laterTrials[trial.number] = trial
    }
    for job in jobs {
      self.jobs[job.key] = job
      if job.state.isEnd { open.remove(job.key) } else { open.insert(job.key) }
      revision = max(revision, job.revision)
      if let entry = job.entry, entry >= entries.count { laterEntries[entry] = job.key }
    }
    advance()
  }

  /// Takes for granted that others have begun an entry, without a trace of it.
  package mutating func assume(_ entry: Job.Key, of trial: Trial) {
    if trial.number == trials.count { trials.append(trial) }
    if dependsOnResults { append(entry) }
    advance()
  }

  /// Whether something of later entries is stored, and not of all before them: other workers' parts are missing.
  package var hasGaps: Bool { !laterEntries.isEmpty }

  private mutating func advance() {
    while let trial = laterTrials.removeValue(forKey: trials.count) { trials.append(trial) }
    guard dependsOnResults else { return laterEntries.removeAll() }
    while let key = laterEntries.removeValue(forKey: entries.count) { append(key) }
  }

  private mutating func append(_ key: Job.Key) {
    let decided = decide()
    var entry = Entry(point: key.point, rung: key.rung, seen: consumed)
    entry.isAsDecided = decided == .entry(point: key.point, rung: key.rung)
    while entered.count <= key.rung { entered.append([]) }
    entered[key.rung].insert(key.point)
    spent += cost(of: key.point, rung: key.rung)
    entries.append(entry)
  }

  /// Where nothing depends on results, all entries are known from the beginning: one a point.
  private mutating func layOut() {
    guard !dependsOnResults else { return }
    while entries.count < extent(of: entries.count).points,
      spent + ladder[0] * rules.seeds <= rules.epochs ?? .max
    {
      if entered.isEmpty { entered.append([]) }
      entered[0].insert(entries.count)
      entries.append(Entry(point: entries.count, rung: 0, seen: 0))
      spent += ladder[0] * rules.seeds
    }
  }

  /// Epochs that the entries that were begun cost.
  package var cost: Int {
    entries.reduce(0) { sum, entry in
      let isBegun = (1...rules.seeds).contains {
        jobs[Job.Key(point: entry.point, seed: $0, rung: entry.rung)] != nil
      }
      return sum + (isBegun ? cost(of: entry.point, rung: entry.rung) : 0)
    }
  }

  // MARK: What is next

  /// What the next entry is.
  package enum Decision: Sendable, Hashable {
    case entry(point: Int, rung: Int)
    /// It depends on results that are not there yet.
    case open
    /// There is none: the search is over.
    case none
  }

  /// Decides the next entry; where nothing depends on results, all are there already.
  package mutating func decide() -> Decision {
    let number = entries.count
    guard dependsOnResults else { return .none }
    var seen = max(consumed, number - rules.window + 1)
    while true {
      guard consume(through: seen) else { return .open }
      if let entry = choose(number) { return bounded(entry) }
      if seen == number { return .none }
      seen += 1
    }
  }

  /// Whether any decision depends on a result.
  package var dependsOnResults: Bool {
    rules.learnsFromResults || rules.stopping != .none || ladder.count > 1
  }

  /// The entry, unless it costs more than the budget leaves.
  private func bounded(_ entry: Decision) -> Decision {
    guard case .entry(let point, let rung) = entry, let budget = rules.epochs,
      spent + cost(of: point, rung: rung) > budget
    else { return entry }
    return .none
  }

  private func cost(of point: Int, rung: Int) -> Int {
    guard trials.count <= point || trials[point].repeats == nil, rung < ladder.count else {
      return 0
    }
    return (ladder[rung] - (rung > 0 ? ladder[rung - 1] : 0)) * rules.seeds
  }

  /// The extent that decides an entry.
  private func extent(of entry: Int) -> Sweep.Extent {
    extents.last { $0.firstEntry <= entry } ?? extents[0]
  }

  /// The epochs of each rung.
  package var ladder: [Int] { rules.ladder(extents.map(\.epochs)) }

  /// The rungs that an entry may have.
  private func ladder(of entry: Int) -> [Int] {
    rules.ladder(extents.filter { $0.firstEntry <= entry }.map(\.epochs))
  }

  /// Takes results in, in the order of entries; stops at the first that is not there yet.
  private mutating func consume(through count: Int) -> Bool {
    while consumed < count {
      guard let outcome = outcome(of: consumed) else { return false }
      let entry = entries[consumed]
      while rungs.count <= entry.rung { rungs.append(RungResults()) }
      rungs[entry.rung].take(entry.point, rank: outcome.rank(minimizes: rules.minimizes))
      switch rules.stopping {
      case .halving(let eta, _):
        rungs[entry.rung].promoteBest(of: rungs[entry.rung].count / eta)
      case .none, .median:
        if case .value = outcome { rungs[entry.rung].promote(entry.point) }
      case .sync: break
      }
      consumed += 1
    }
    return true
  }

  /// The highest rung's next, else a new point.
  private mutating func choose(_ number: Int) -> Decision? {
    let points = extent(of: number).points
    let top = ladder(of: number).count - 1
    if case .sync(let eta, _) = rules.stopping { promoteComplete(rungs: top, points, eta) }
    for rung in stride(from: top, to: 0, by: -1) where rung <= rungs.count {
      let next = rungs[rung - 1].promoted.first { !hasEntered($0, rung) }
      if let next { return .entry(point: next, rung: rung) }
    }
    let issued = entered.first?.count ?? 0
    return issued < points ? .entry(point: issued, rung: 0) : nil
  }

  /// Promotes out of each rung all of whose results are in.
  private mutating func promoteComplete(rungs top: Int, _ points: Int, _ eta: Int) {
    var expected = points
    for rung in 0..<min(top, rungs.count) {
      guard rungs[rung].count >= expected else { return }
      rungs[rung].promoteAll(of: expected / eta)
      expected = rungs[rung].promoted.count
    }
  }

  private func hasEntered(_ point: Int, _ rung: Int) -> Bool {
    rung < entered.count && entered[rung].contains(point)
  }

  /// Whether every entry so far has come to an end.
  package var isSearched: Bool { entries.indices.allSatisfy { outcome(of: $0) != nil } }

  // MARK: What is known

  /// What came of an entry; `nil` while one of its runs has not ended.
  package func outcome(of number: Int) -> Outcome? {
    let entry = entries[number]
    return outcome(point: entry.point, rung: entry.rung, seeds: 1...rules.seeds)
  }

  /// What came of some runs of a point at a rung; `nil` while one has not ended.
  package func outcome(point: Int, rung: Int, seeds: ClosedRange<Int>) -> Outcome? {
    var values: [Double] = []
    var epochs = Int.max
    var (isStopped, isDiverged, isFailed) = (false, false, false)
    for seed in seeds {
      guard let job = jobs[Job.Key(point: point, seed: seed, rung: rung)], job.state.isEnd else {
        return nil
      }
      epochs = min(epochs, job.reached ?? job.epochs)
      switch job.state {
      case .failed: isFailed = true
      case .diverged: isDiverged = true
      default:
        isStopped = isStopped || job.state == .stopped
        if let value = job.value, value.isFinite {
          values.append(value)
        } else {
          isDiverged = true
        }
      }
    }
    if isFailed { return .failed }
    if isDiverged { return .diverged }
    let mean = values.reduce(0, +) / Double(values.count)
    guard mean.isFinite else { return .diverged }
    return isStopped ? .stopped(mean, epochs: epochs) : .value(mean, epochs: epochs)
  }

  /// What the suggestion of a new point may see, in the order of points.
  ///
  /// - Parameter assignment: a trial's values in the sweep's space.
  package func history(
    _ assignment: (Trial) throws -> Assignment
  ) rethrows -> [Observation] {
    // A rival's newer trial is no part of what this entry may see.
    try observations(
      of: trials.prefix(entered.first?.count ?? 0), entries: consumed, assignment)
  }

  /// All points with what is known of them, in their order.
  package func observations(
    _ assignment: (Trial) throws -> Assignment
  ) rethrows -> [Observation] {
    try observations(of: trials[...], entries: entries.count, assignment)
  }

  private func observations(
    of trials: ArraySlice<Trial>, entries count: Int,
    _ assignment: (Trial) throws -> Assignment
  ) rethrows -> [Observation] {
    var results: [Int: Outcome] = [:]
    for number in 0..<count {
      guard let outcome = outcome(of: number) else { continue }
      // A later entry of a point is a deeper one.
      results[entries[number].point] = outcome
    }
    let last = ladder(of: entries.count).last ?? 0
    return try trials.map { trial in
      let result: Observation.Result =
        switch results[trial.number] {
        case nil: .running
        case .failed: .failed
        case .diverged: .diverged
        case .value(let value, let epochs):
          .value(rules.minimizes ? value : -value, rung: epochs, isComplete: epochs >= last)
        case .stopped(let value, let epochs):
          .value(rules.minimizes ? value : -value, rung: epochs, isComplete: false)
        }
      return Observation(
        point: trial.number, assignment: try assignment(trial), result: result)
    }
  }

  /// The complete points that a job of an entry is compared with under the median rule.
  ///
  /// - Parameter entry: one of the entries, or the one that was decided last.
  package func complete(before entry: Int) -> [Int] {
    (0..<(entry < entries.count ? entries[entry].seen : consumed)).compactMap { number in
      if case .value? = outcome(of: number) { entries[number].point } else { nil }
    }
  }
}

extension Job.State {
  /// Whether nothing more comes of the job.
  package var isEnd: Bool {
    switch self {
    case .running, .waiting: false
    case .done, .stopped, .diverged, .failed: true
    }
  }
}
