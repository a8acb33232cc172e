import Adversarial
import Configuration
import Reports
import RunModel
import RunRegistry

/// A stretch of a run between two of its checkpoints, to be trained once more in memory: whether it comes
/// to the same bits is whether the run goes on exactly.
struct ResumeProof {
  private let reader: RegistryReader
  private let run: Run
  private let start: Checkpoint
  private let end: Checkpoint
  private let settings: RunConfiguration

  /// From the checkpoint that a reference names, else from the one before the run's newest, to the newest.
  ///
  /// - Throws: `RegistryError`; `Failure` `.missing` where the run has no two checkpoints for it.
  init(_ reference: String, in reader: RegistryReader) throws {
    self.reader = reader
    let named = reference.contains("@") ? try reader.checkpoint(reference) : nil
    run = try named?.run ?? reader.run(reference)
    let stored = try reader.checkpoints(of: run.id)
    guard stored.count > 1 else {
      throw Failure(
        .missing,
        "run \(run.id) has \(stored.isEmpty ? "no checkpoint yet" : "one checkpoint"), and a proof trains "
          + "from one to a later one; train on with 'gan-runs resume \(run.id)', and keep more of them with "
          + "checkpoint.keep_last")
    }
    let start = named?.checkpoint ?? stored.dropLast().last
    guard let start, let end = stored.last, start.step < end.step else {
      throw Failure(
        .missing,
        "run \(run.id) has no checkpoint after \(reference), and a proof trains from one to a later one; name "
          + "an earlier one"
      )
    }
    (self.start, self.end) = (start, end)
    let moved = try reader.movedData(of: run.id)
    let stretch = try RunConfiguration(
      parameters: run.parameters.merging(moved) { _, newest in newest })
    settings = try stretch.changed(by: Self.quiet, flags: [("epochs", String(end.epoch))])
  }

  /// What the trainer would do beside training, none of which changes a bit.
  private static let quiet = [
    "checkpoint.every=0", "checkpoint.minutes=0", "samples.every=0", "log_every=0",
  ]

  /// Trains the stretch, and compares.
  ///
  /// - Throws: `RegistryError` where one of the two checkpoints is damaged; `Failure` for other data, and
  ///   where the run diverges this time.
  func repeated(threads: ThreadOptions, on console: Console) throws -> Repetition {
    let threads = threads.count(shards: settings.shards)
    try requireEngine()
    let trainer = try Trainer(settings, threads: threads, seconds: monotonicSeconds)
    try refuseOtherData(trainer.dataDigest, of: run.id, in: reader)
    try trainer.restore(reader.snapshot(of: start))
    let stored = try reader.snapshot(of: end)
    console.note(
      "training \(end.step - start.step) steps of run \(run.id) once more, from @step:\(start.step) to "
        + "@step:\(end.step); nothing is recorded")
    for change in try environmentChanges() { console.note(change) }
    var progress = ProgressReport(trainer, console, until: end.step)
    let outcome = try trainer.train(
      into: NothingRecorded(), clock: console.now,
      shouldStop: { trainer.progress.step >= end.step }, report: { progress.report($0) })
    console.clearProgress()
    if case .diverged(let metric, let step) = outcome {
      throw Failure(
        .invalid,
        "run \(run.id) does not go on exactly: trained from @step:\(start.step) once more, \(metric) is "
          + "not finite at step \(step)")
    }
    return Repetition(run: run, start: start, difference: difference(trainer.snapshot(), stored))
  }

  private func difference(_ trained: Snapshot, _ stored: Snapshot) -> CheckpointDifference {
    var repeated = end
    repeated.digest = trained.digest
    return CheckpointDifference(
      .init(title: "\(run.name) trained once more", checkpoint: repeated),
      .init(title: "\(run.name)@step:\(end.step)", checkpoint: end),
      states: (CheckpointState(trained), CheckpointState(stored))
    ) { first, second in
      trained.withBytes(of: trained.tensors[first]) { one in
        stored.withBytes(of: stored.tensors[second]) { other in
          var values = ValueDifference()
          values.add(one, other)
          return values.differing == 0 ? nil : values
        }
      }
    }
  }

  /// What of the environments that the stretch was trained in is another one here.
  private func environmentChanges() throws -> [String] {
    let attempts = try reader.attempts(of: run.id)
    let present = trainingEnvironment(threads: 1, data: [:], code: [:], arguments: [])
    let reached = attempts.filter { $0.startStep > start.step && $0.startStep < end.step }
    let environments = [start.step + 1] + reached.map { $0.startStep + 1 }
    return environments.compactMap { step in
      attempts.environment(at: step).flatMap { EnvironmentChange(from: $0, to: present) }?
        .sentence(of: run.id)
    }
  }
}

extension CheckpointState {
  /// What a snapshot tells without its bytes.
  fileprivate init(_ snapshot: Snapshot) {
    self.init(layout: snapshot.layout, counters: snapshot.counters, seed: snapshot.seed)
  }
}

/// A recorder for training that leaves no trace.
private final class NothingRecorded: RunRecorder {
  func record(_ measurement: StepMeasurement) {}
  func record(_ picture: SamplePicture) {}
  func record(line: String, at time: Timestamp) {}
  func makeRoom(_ policy: BusyPolicy) -> SaveRoom { .free }
  func save(
    _ source: any CheckpointSource, step: Int, epoch: Int, isEpochEnd: Bool, isReplaceable: Bool
  ) {}
  func flush() {}
}
