package import RunModel

extension SweepPlanner {
  /// A job that may begin now.
  package struct Pending: Sendable, Hashable {
    package var key: Job.Key
    /// Its place in the order of entries; `nil` for a run that confirms.
    package var entry: Int?
    /// The epochs, in all, that it trains to.
    package var epochs: Int
    package var trial: Trial
  }

  /// All jobs that may begin now, whatever comes of those that were begun.
  ///
  /// - Parameter limit: how many are wanted at most.
  package func pending(limit: Int = .max) throws -> [Pending] {
    guard course.dependsOnResults else { return try allPending(limit: limit) }
    var planner = self
    var pending: [Pending] = []
    while pending.count < limit {
      switch try planner.next() {
      case .begin(let key, let entry, let trial):
        let epochs = planner.course.ladder[key.rung]
        pending.append(Pending(key: key, entry: entry, epochs: epochs, trial: trial))
        try planner.pretend(key, entry, trial, epochs, .running)
      case .takeOver(let job):
        let trial = planner.course.trials[job.key.point]
        pending.append(
          Pending(key: job.key, entry: job.entry, epochs: job.epochs, trial: trial))
        try planner.pretend(job.key, job.entry, trial, job.epochs, .running)
      case .settle(let key, let entry, let trial, let original):
        try planner.pretend(
          key, entry, trial, planner.course.ladder[key.rung], original?.state ?? .waiting,
          value: original?.value, reached: original?.reached)
      case .wait, .over: return pending
      }
    }
    return pending
  }

  /// The same where nothing depends on results: none needs to be pretended to run.
  private func allPending(limit: Int) throws -> [Pending] {
    var planner = self
    var keys = course.open.compactMap { course.jobs[$0] }
      .filter { $0.state == .waiting || $0.isAbandoned }
      .map { (key: $0.key, entry: $0.entry) }
    for (number, entry) in course.entries.enumerated() where keys.count < limit {
      keys += (1...file.seeds).map { Job.Key(point: entry.point, seed: $0, rung: 0) }
        .filter { course.jobs[$0] == nil }.map { ($0, number) }
      try planner.foresee(through: entry.point)
    }
    if course.isSearched { keys += course.missingConfirmations.map { ($0, nil) } }
    return keys.sorted { ($0.entry ?? .max, $0.key.seed) < ($1.entry ?? .max, $1.key.seed) }
      .compactMap { key, entry in
        let trial = planner.course.trials[key.point]
        // A repeat takes another's result.
        guard trial.repeats == nil else { return nil }
        return Pending(
          key: key, entry: entry, epochs: course.ladder[key.rung], trial: trial)
      }
      .prefix(limit).map { $0 }
  }

  private mutating func pretend(
    _ key: Job.Key, _ entry: Int?, _ trial: Trial, _ epochs: Int, _ state: Job.State,
    value: Double? = nil, reached: Int? = nil
  ) throws {
    let job = Job(
      key: key, entry: entry, epochs: epochs, state: state, value: value, reached: reached,
      startedAt: sweep.createdAt)
    try take(sweep, trials: [trial], jobs: [job])
  }

  /// Epochs that the whole sweep trains at least and at most: early stopping decides between.
  package var costBounds: (least: Int, most: Int) {
    let ladder = course.ladder
    let points = sweep.extents.last?.points ?? 0
    let seeds = file.seeds
    func product(_ numbers: Int...) -> Int {
      numbers.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
    }
    var (least, most) = (
      product(points, seeds, ladder[0]), product(points, seeds, ladder.last ?? 0)
    )
    switch file.stopping {
    case .none: least = most
    case .median: least = min(least, product(points, seeds))
    case .halving(let eta, _), .sync(let eta, _):
      var count = points
      for rung in ladder.indices.dropFirst() {
        count /= eta
        least += product(count, seeds, ladder[rung] - ladder[rung - 1])
      }
      if case .sync = file.stopping { most = least }
    }
    if let budget = file.budget.epochs { (least, most) = (min(least, budget), min(most, budget)) }
    let confirming = file.confirmation.map {
      product(min($0.top, points), $0.seeds, ladder.last ?? 0)
    }
    return (least + (confirming ?? 0), most == .max ? .max : most + (confirming ?? 0))
  }
}
