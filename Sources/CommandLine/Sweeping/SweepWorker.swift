import Configuration
import Datasets
import RunModel
import RunRegistry
import Sweeps
import Synchronization

/// A process that trains a sweep's jobs, one after the other, until nothing is left for it.
///
/// Nobody tells it what to do: it computes the next job from what is stored, and claims it; where another
/// process was faster, it computes again.
struct SweepWorker {
  /// Why a worker ended.
  enum End {
    /// Nothing is left to train.
    case over
    /// Others' results are waited for, which this call does not do.
    case waiting
    /// Somebody asked the sweep to stop.
    case stopped
    /// Too many jobs failed in a row.
    case aborted
    /// The time that the file gives is over.
    case outOfTime
    /// A signal came.
    case interrupted
  }

  /// Milliseconds between two looks at what others store.
  private static let (shortestPause, longestPause) = (10, 250)

  /// Claims in a row that may come to nothing while nothing changes: another's claim is seen the next time.
  private static let mostMisses = 100

  /// Processes of a job that may be gone without a word, none further than the one before: a kill from
  /// outside looks like a crash, and must change no result (docs/decisions/0032).
  private static let mostVanished = 30

  let writer: RegistryWriter
  let threads: ThreadOptions
  let code: Concurrently<[String: String], Never>
  let console: Console
  private let stop: StopRequest
  private let isStopped: () -> Bool
  private let deadline: Double?

  /// - Parameters:
  ///   - wall: how long it may work.
  ///   - isStopped: looks for whether somebody asked the sweep to stop.
  init(
    _ writer: RegistryWriter, threads: ThreadOptions, stop: StopRequest, wall: Duration?,
    isStopped: @escaping () -> Bool, on console: Console
  ) {
    self.writer = writer
    self.threads = threads
    code = CodeVersion.asking()
    self.stop = stop
    self.isStopped = isStopped
    self.console = console
    deadline = wall.map { monotonicSeconds() + Double($0.components.seconds) }
  }

  /// Whether what is trained now is to end at a checkpoint.
  var mustStop: Bool { stop.isMade || isStopped() || isOutOfTime }

  private var isOutOfTime: Bool { deadline.map { monotonicSeconds() >= $0 } ?? false }

  /// Works until nothing is left.
  ///
  /// - Parameter part: what to keep to; a worker of a part never waits for other parts.
  func work(on stored: inout StoredSweep, part: SweepPlanner.Part = .all) throws -> End {
    var pause = Self.shortestPause
    // Claims in a row that came to nothing, while nothing changed.
    var (misses, revision) = (0, -1)
    while true {
      if stop.isMade { return .interrupted }
      if isOutOfTime { return .outOfTime }
      try stored.refresh()
      if stored.planner.sweep.isStopped { return .stopped }
      if stored.planner.isAborted { return .aborted }
      // A copy: what is taken for begun elsewhere is no part of what is stored.
      var planner = stored.planner
      let move = try planner.next(in: part)
      let isMiss = planner.course.revision == revision && move != .wait
      misses = isMiss ? misses + 1 : 0
      revision = planner.course.revision
      if misses > Self.mostMisses { throw contradiction(planner) }
      switch move {
      case .begin(let key, let entry, let trial):
        let claim = planner.claim(key, entry, trial)
        if let lease = try writer.claim(claim, in: stored.name) {
          try train(lease, entry, trial, claim.epochs, stored, planner.course)
        }
      case .takeOver(let job):
        guard
          let lease = try writer.takeOver(job.key, attempt: job.attempt, in: stored.name)
        else { break }
        if lease.vanished > Self.mostVanished {
          _ = try writer.finish(
            lease, as: .failed, reached: 0,
            failure: "its process was gone without a word \(lease.vanished) times, at the same step"
          )
        } else {
          try train(
            lease, job.entry, planner.course.trials[job.key.point], job.epochs, stored,
            planner.course)
        }
      case .settle(let key, let entry, let trial, let original):
        try writer.record(
          repeat: planner.claim(key, entry, trial), run: original?.run, value: original?.value,
          state: original?.state ?? .waiting, reached: original?.reached,
          failure: original?.failure, in: stored.name)
      case .wait:
        // A part ends where it would wait for another; who trains its own jobs ends them, or is gone some day.
        if part != .all, !stored.planner.isTrained(part) { return .waiting }
        try refuseContradiction(planner)
        console.pause(pause)
        pause = min(pause * 2, Self.longestPause)
        continue
      case .over: return .over
      }
      pause = Self.shortestPause
    }
  }

  /// Refuses to wait where nobody works: what is stored can't have come about.
  private func refuseContradiction(_ planner: SweepPlanner) throws {
    let jobs = planner.course.open.compactMap { planner.course.jobs[$0] }
    guard jobs.contains(where: { $0.state == .running && !$0.isAbandoned }) else {
      throw contradiction(planner)
    }
  }

  private func contradiction(_ planner: SweepPlanner) -> Failure {
    Failure(
      .invalid,
      "what is stored of sweep \(planner.sweep.name) contradicts itself, so it can't go on: another program "
        + "changed the registry; 'gan-runs verify' tells where, and a backup has what was there")
  }

  private func train(
    _ lease: JobLease, _ entry: Int?, _ trial: Trial, _ epochs: Int, _ stored: StoredSweep,
    _ course: Course
  ) throws {
    let training = JobTraining(
      stored: stored, course: course, lease: lease, entry: entry, trial: trial, epochs: epochs,
      worker: self)
    do {
      switch try training.run() {
      case .result(let state, let value, let reached, let failure):
        _ = try writer.finish(
          lease, as: state, value: value, reached: reached, failure: failure)
      case .interrupted: try writer.release(lease)
      }
    } catch is LeaseLost {
      // Another process trains it: what this one had is not wanted.
      try writer.release(lease)
    } catch let error as RegistryError where error.kind == .refused {
      // Somebody carries the point's run on at this moment; it is looked at again when that has ended.
      try writer.release(lease)
      console.pause(Self.longestPause)
    } catch let error as RegistryError where [.busy, .disk, .full, .missing].contains(error.kind) {
      // Not the job's fault, and the next one would fare no better.
      try? writer.release(lease)
      throw error
    } catch {
      let failure = Failure(reporting: error)
      // A point that can't be trained at all can't be trained another time.
      let isFinal =
        error is ConfigurationError || lease.tries > stored.planner.file.failures.retries
      let outcome = try writer.finish(
        lease, as: isFinal ? .failed : .waiting, reached: 0, failure: failure.sentence)
      if outcome.isMine, let sentence = failure.sentence {
        console.note("point \(trial.number): \(sentence)")
      }
    }
  }
}

extension SweepPlanner {
  /// A claim of a job as it was decided.
  fileprivate func claim(_ key: Job.Key, _ entry: Int?, _ trial: Trial) -> JobClaim {
    JobClaim(
      key: key, entry: entry, epochs: course.ladder[key.rung], trial: trial,
      extents: sweep.extents.count)
  }
}
