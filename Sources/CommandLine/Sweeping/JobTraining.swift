import Adversarial
import Configuration
import Datasets
import RunModel
import RunRegistry
import Sweeps

/// One job of a sweep, from its claim to its result: an ordinary run, trained to its rung.
struct JobTraining {
  /// What came of it.
  enum End {
    /// It is to be stored as the job's result.
    case result(Job.State, value: Double?, reached: Int, failure: String?)
    /// The worker was asked to stop; a checkpoint is stored.
    case interrupted
  }

  let stored: StoredSweep
  /// What the job was decided by.
  let course: Course
  let lease: JobLease
  /// Its place in the order of entries; `nil` for a run that confirms.
  let entry: Int?
  let trial: Trial
  let epochs: Int
  let worker: SweepWorker

  private var file: SweepFile { stored.planner.file }
  private var reader: RegistryReader { stored.reader }
  private var metrics: [String] { file.objective.metrics }

  /// Trains what is left of it.
  ///
  /// - Throws: what keeps it from being trained, or its result from being stored.
  func run() throws -> End {
    let settings = try file.configuration(
      of: file.assignment(of: trial), seed: lease.job.seed, epochs: epochs)
    var start = try startingPoint()
    if let run = start?.run, run.status == .diverged {
      // Its last point is of the epoch that it did not end.
      return diverged(run.failure ?? "run \(run.id) diverged", at: max(0, run.epoch - 1))
    }
    let rule = try stored.medianRule(
      course, entry: entry, seed: lease.job.seed, epochs: epochs)
    if let start, let end = try endReached(start, rule, settings) { return end }

    let trainer = try Trainer(
      settings, threads: worker.threads.count(shards: settings.shards),
      evaluatedEpochs: Set(file.evaluationEpochs(rungs: course.ladder)), seconds: monotonicSeconds)
    let environment = trainingEnvironment(
      threads: worker.threads.count(shards: settings.shards), data: trainer.dataFacts,
      code: worker.code.value(), arguments: Swift.CommandLine.arguments)
    let notices =
      try trainer.notices + (start?.hand(to: trainer, in: environment, reader) ?? [])
    let session = try openSession(start, settings, environment)
    // What a killed attempt has recorded beyond its last checkpoint is not visible any more.
    let recorder = ObjectiveRecorder(
      session, metrics: metrics,
      points: start == nil ? [:] : try points(of: session.runID, through: epochs), rule: rule)
    do {
      for notice in notices { try session.record(line: notice, at: .now()) }
      let outcome = try trainer.train(
        into: recorder, clock: { .now() },
        shouldStop: { worker.mustStop || recorder.isStopped }, report: { _ in })
      return try end(outcome, trainer, session, recorder)
    } catch {
      // The error itself is what the caller hears.
      try? session.finish(.failed, failure: Failure(reporting: error).sentence)
      throw error
    }
  }

  private func end(
    _ outcome: TrainingOutcome, _ trainer: Trainer, _ session: RunSession,
    _ recorder: ObjectiveRecorder
  ) throws -> End {
    switch outcome {
    case .diverged(let metric, let step):
      let sentence = "\(metric) is not finite at step \(step): the run diverged"
      try session.finish(.diverged, failure: sentence)
      return diverged(sentence, at: trainer.progress.epoch)
    case .interrupted where !recorder.isStopped:
      try session.finish(.interrupted)
      return .interrupted
    case .interrupted:
      try session.finish(.paused)
      return try result(.stopped, session.runID, trainer.progress.epoch)
    case .finished:
      let isCut = recorder.isStopped
      try session.finish(isCut || !isLastRung ? .paused : .finished)
      return try result(isCut ? .stopped : .done, session.runID, epochs)
    }
  }

  /// Whether nothing of the run is left to train once this job is done.
  private var isLastRung: Bool { epochs >= course.ladder.last ?? epochs }

  /// The result of a run that has come as far as it was to, before its process could say so.
  private func endReached(
    _ start: StartingPoint, _ rule: MedianRule?, _ settings: RunConfiguration
  ) throws -> End? {
    let run = start.run.id
    let whole = try points(of: run, through: start.epochsDone)
    if let epoch = rule?.stop(of: whole), epoch <= epochs {
      try closeRun(start, settings, isCut: true)
      return try result(.stopped, run, epoch)
    }
    guard start.epochsDone >= epochs else { return nil }
    try closeRun(start, settings)
    return try result(.done, run, epochs)
  }

  private func points(of run: RunID, through epoch: Int) throws -> ObjectiveRecorder.Points {
    try reader.metricValues(of: run, metrics: metrics, throughEpoch: epoch)
  }

  /// What the points that are stored come to: what `sweep verify` computes once more.
  private func result(_ state: Job.State, _ run: RunID, _ epoch: Int) throws -> End {
    .result(
      state, value: file.objective.value(of: try points(of: run, through: epoch), through: epoch),
      reached: epoch, failure: nil)
  }

  private func diverged(_ sentence: String, at epoch: Int) -> End {
    .result(.diverged, value: nil, reached: epoch, failure: sentence)
  }

  /// Where the point's run stands; `nil` where it has none yet, or none any more.
  private func startingPoint() throws -> StartingPoint? {
    guard let run = lease.run else { return nil }
    do { return try StartingPoint(run.rawValue, allowsOlder: true, in: reader) } catch let error
      as RegistryError where error.kind == .missing
    {
      return nil
    }
  }

  /// Gives a run the end that its last process could not give it any more.
  private func closeRun(
    _ start: StartingPoint, _ settings: RunConfiguration, isCut: Bool = false
  ) throws {
    guard start.run.status != .finished, start.run.status != .paused else { return }
    let session = try openSession(
      start, settings, callEnvironment(Swift.CommandLine.arguments))
    try session.finish(isCut || !isLastRung ? .paused : .finished)
  }

  private func openSession(
    _ start: StartingPoint?, _ settings: RunConfiguration, _ environment: RunEnvironment
  ) throws -> RunSession {
    guard let start else {
      return try worker.writer.beginRun(
        name: runName, experiment: settings.experiment, parameters: settings.parameters,
        environment: environment, retention: settings.retention, for: lease)
    }
    return try worker.writer.resumeRun(
      start.run.id, from: start.checkpoint, passingOver: start.damaged.map(\.checkpoint),
      parameters: ["epochs": .integer(Int64(epochs))], environment: environment,
      retention: settings.retention, for: lease)
  }

  /// `ring-lr-7`, and `ring-lr-7-s2` where a point has several runs.
  private var runName: String {
    let isAlone = file.seeds == 1 && file.confirmation == nil
    return "\(stored.name)-\(trial.number)" + (isAlone ? "" : "-s\(lease.job.seed)")
  }
}
