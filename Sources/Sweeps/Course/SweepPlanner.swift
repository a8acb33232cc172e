package import RunModel

/// What a worker of a sweep does next: computed from what is stored, without asking anybody.
package struct SweepPlanner: Sendable {
  /// The part of a sweep that a worker keeps to.
  package enum Part: Sendable, Hashable {
    case all
    /// Entries that leave the remainder `index` by `count`.
    case shard(index: Int, count: Int)
    /// One point alone.
    case point(Int)

    /// - Parameter entry: a job's place in the order of entries; `nil` for a run that confirms.
    func holds(_ key: Job.Key, entry: Int?) -> Bool {
      switch self {
      case .all: true
      case .shard(let index, let count): (entry ?? key.seed) % count == index
      case .point(let point): key.point == point
      }
    }
  }

  /// One thing to do.
  package enum Move: Sendable, Hashable {
    /// Claim a job that nobody has begun, and train it.
    case begin(Job.Key, entry: Int?, Trial)
    /// Take over a job that waits or whose process is gone.
    case takeOver(Job)
    /// Store a job of a point that repeats another: what came of the other's, if it has ended.
    case settle(Job.Key, entry: Int?, Trial, like: Job?)
    /// Others work on what all else depends on.
    case wait
    /// Nothing is left.
    case over
  }

  package let file: SweepFile
  package private(set) var sweep: Sweep
  package private(set) var course: Course
  private let sampler: any Sampler
  /// By number of the trial.
  private var assignments: [Assignment] = []
  private var firstPoints: [Assignment: Int] = [:]

  /// A planner of a sweep whose trials and jobs are yet to be taken in.
  ///
  /// - Throws: `ConfigurationError` where its file is none that this version reads.
  package init(_ sweep: Sweep) throws {
    try self.init(sweep, SweepFile(text: sweep.file, source: "sweep \(sweep.name)"))
  }

  /// A planner of a sweep that may not be stored yet.
  package init(_ sweep: Sweep, _ file: SweepFile) throws {
    self.sweep = sweep
    self.file = file
    sampler = try file.makeSampler()
    course = Course(file.rules, extents: sweep.extents)
  }

  /// Takes in what was stored since.
  ///
  /// - Parameters:
  ///   - trials: those not taken in yet.
  ///   - jobs: those that changed.
  package mutating func take(_ sweep: Sweep, trials: [Trial], jobs: [Job]) throws {
    self.sweep = sweep
    course.take(extents: sweep.extents, trials: trials, jobs: jobs)
    try noteTrials()
    // A shard holds some points only; the others follow from the file.
    if !course.dependsOnResults, let last = (trials.map(\.number) + jobs.map(\.key.point)).max() {
      try foresee(through: last)
    }
  }

  private mutating func noteTrials() throws {
    for trial in course.trials[assignments.count...] {
      let assignment = try file.assignment(of: trial)
      assignments.append(assignment)
      if firstPoints[assignment] == nil { firstPoints[assignment] = trial.number }
    }
  }

  private mutating func assume(_ key: Job.Key, of trial: Trial) throws {
    course.assume(key, of: trial)
    try noteTrials()
  }

  /// Computes the points that nothing is stored of.
  mutating func foresee(through point: Int) throws {
    while course.trials.count <= point {
      let trial = suggest(course.trials.count)
      try assume(Job.Key(point: trial.number, seed: 1, rung: 0), of: trial)
    }
  }

  /// Whether another process trains a job of a part: a start of it that was cut off, as a rule.
  package func isTrained(_ part: Part) -> Bool {
    course.open.compactMap { course.jobs[$0] }.contains {
      $0.state == .running && !$0.isAbandoned && part.holds($0.key, entry: $0.entry)
    }
  }

  /// Whether a part can come to its end only by results of others, so that parts go by rounds.
  package var needsRounds: Bool { course.dependsOnResults || file.confirmation != nil }

  /// Whether too many jobs failed one after the other.
  package var isAborted: Bool { sweep.failuresInRow >= file.failures.abortAfter }

  /// Computes what is to be done next.
  ///
  /// - Parameter part: what this worker keeps to; what others may do at the same time is taken for begun.
  package mutating func next(in part: Part = .all) throws -> Move {
    if part != .all { try fillGaps() }
    if let move = openJob(in: part) { return move }
    if let missing = course.missingJob(where: { part.holds($0, entry: $1) }) {
      try foresee(through: missing.key.point)
      return begin(missing.key, entry: missing.entry, course.trials[missing.key.point])
    }
    while case .entry(let point, let rung) = course.decide() {
      let trial = trial(point)
      let key = Job.Key(point: point, seed: 1, rung: rung)
      if part.holds(key, entry: course.entries.count) {
        return begin(key, entry: course.entries.count, trial)
      }
      try assume(key, of: trial)
    }
    guard course.isSearched else { return .wait }
    if let key = course.missingConfirmations.first(where: { part.holds($0, entry: nil) }) {
      return begin(key, entry: nil, course.trials[key.point])
    }
    return course.hasOpenJobs ? .wait : .over
  }

  /// Takes for begun elsewhere what lies before the entries that this part has stored.
  private mutating func fillGaps() throws {
    while course.hasGaps, case .entry(let point, let rung) = course.decide() {
      try assume(Job.Key(point: point, seed: 1, rung: rung), of: trial(point))
    }
  }

  private func trial(_ point: Int) -> Trial {
    point < course.trials.count ? course.trials[point] : suggest(point)
  }

  /// A job that was begun and waits for somebody.
  private func openJob(in part: Part) -> Move? {
    let open = course.open.compactMap { course.jobs[$0] }
      .filter { part.holds($0.key, entry: $0.entry) }
      .sorted { ($0.entry ?? .max, $0.key.seed) < ($1.entry ?? .max, $1.key.seed) }
    for job in open where job.key.point < course.trials.count {
      let trial = course.trials[job.key.point]
      if trial.repeats != nil {
        guard let original = original(of: job.key, trial), original.state.isEnd else { continue }
        return .settle(job.key, entry: job.entry, trial, like: original)
      }
      if job.state == .waiting || job.isAbandoned { return .takeOver(job) }
    }
    return nil
  }

  private func begin(_ key: Job.Key, entry: Int?, _ trial: Trial) -> Move {
    guard trial.repeats != nil else { return .begin(key, entry: entry, trial) }
    let original = original(of: key, trial)
    return .settle(
      key, entry: entry, trial, like: original?.state.isEnd == true ? original : nil)
  }

  private func original(of key: Job.Key, _ trial: Trial) -> Job? {
    trial.repeats.flatMap {
      course.jobs[Job.Key(point: $0, seed: key.seed, rung: key.rung)]
    }
  }

  /// The next point: suggested once more where it repeats an earlier one, and then taken as it is.
  package func suggest(_ point: Int) -> Trial {
    let history =
      sampler.learns ? course.history { trial in assignments[trial.number] } : []
    var assignment = sampler.suggest(
      point: point, draw: 0, seed: file.seed, history: history)
    if let first = firstPoints[assignment], first < point {
      assignment = sampler.suggest(point: point, draw: 1, seed: file.seed, history: history)
    }
    var trial = file.trial(number: point, assignment: assignment)
    trial.repeats = firstPoints[assignment].flatMap { $0 < point ? $0 : nil }
    return trial
  }

  /// How much each parameter matters, by all results so far; `nil` of too few.
  package func importance() throws -> Importance? {
    Importance(file.space, try course.observations { try file.assignment(of: $0) })
  }

  /// How the sweep stands.
  package func standing() -> SweepStanding {
    var course = course
    let isOver = course.decide() == .none && course.isSearched
    return course.standing(
      of: sweep, objective: file.objective.text, isOver: isOver, isAborted: isAborted)
  }
}

extension SweepPlanner {
  /// Decides everything anew from the results alone, and compares.
  ///
  /// - Returns: a sentence for each decision that comes out differently.
  package func replay() throws -> [String] {
    var replayed = try SweepPlanner(sweep, file)
    var differences: [String] = []
    let jobs = Dictionary(grouping: course.jobs.values.filter { $0.entry != nil }) {
      $0.entry ?? 0
    }
    for (number, entry) in course.entries.enumerated() {
      let decision = replayed.course.decide()
      if course.dependsOnResults, decision != .entry(point: entry.point, rung: entry.rung) {
        differences.append(
          "entry \(number) is point \(entry.point) at rung \(entry.rung), and the results before it come to "
            + decision.words)
      }
      var trials: [Trial] = []
      if entry.point == replayed.course.trials.count, entry.point < course.trials.count {
        let stored = course.trials[entry.point]
        let suggested = replayed.suggest(entry.point)
        if suggested != stored {
          differences.append(
            "point \(entry.point) has \(stored.words), and the results before it suggest "
              + suggested.words)
        }
        trials = [stored]
      }
      try replayed.take(sweep, trials: trials, jobs: jobs[number] ?? [])
    }
    return differences
  }
}

extension Course.Decision {
  fileprivate var words: String {
    switch self {
    case .entry(let point, let rung): "point \(point) at rung \(rung)"
    case .open: "nothing yet"
    case .none: "the end"
    }
  }
}

extension Trial {
  /// Its values, for a person.
  package var words: String {
    let values = parameters.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
    return repeats.map { "\(values) (repeats point \($0))" } ?? values
  }
}
