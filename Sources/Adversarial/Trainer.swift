package import Configuration
import Datasets
import Networks
import Pictures
package import RunModel
package import Tensors

/// How a training ended.
package enum TrainingOutcome: Sendable, Equatable {
  /// The last epoch is done and its checkpoint handed over.
  case finished
  /// It was asked to stop; a checkpoint of that moment is handed over.
  case interrupted
  /// A loss was not finite; nothing of that state is kept.
  case diverged(metric: String, step: Int)
}

/// Trains a generator against a discriminator, and hands what it measures to a recorder.
///
/// A step is one cycle of the schedule; everything random is a function of the seed and of counters
/// that a snapshot holds, so a trainer restored from a snapshot goes on bit for bit.
package final class Trainer {
  package let configuration: RunConfiguration
  package let adversaries: Adversaries
  package private(set) var progress = Progress()
  /// Steps in one epoch.
  package let stepsPerEpoch: Int
  var sums = EpochSums()

  private let examples: ExampleSource
  let schedule: TracedSchedule
  private let workers: Workers
  private let accuracy: AccuracyMeasure
  private let sampler: Sampler
  /// What is measured every `evaluate.every` epochs.
  private let quality: QualityEvaluation?
  /// Epochs after which it is measured whatever `evaluate.every` says.
  private let evaluatedEpochs: Set<Int>
  let seconds: () -> Double
  lazy var copying = StateCopying(adversaries)

  /// A trainer at its first step.
  ///
  /// - Parameters:
  ///   - threads: how many work on a step; never part of the result.
  ///   - variant: the registers that kernels use; never part of the result.
  ///   - evaluatedEpochs: epochs after which quality is measured whatever `evaluate.every` says, as a sweep
  ///     decides by it.
  ///   - seconds: a clock that never goes back, in seconds.
  /// - Throws: `ConfigurationError` where the layers do not fit, `DatasetError` where data are missing.
  package init(
    _ configuration: RunConfiguration, threads: Int, variant: KernelVariant = .widest,
    evaluatedEpochs: Set<Int> = [], seconds: @escaping () -> Double
  ) throws {
    self.configuration = configuration
    self.evaluatedEpochs = evaluatedEpochs
    self.seconds = seconds
    // Files are read while the networks are traced: both stand before the first step.
    let reading = ExampleSource.reading(configuration)
    adversaries = try Adversaries(
      configuration, exampleShape: ExampleSource.shape(of: configuration),
      // Where the data can't be had, the reason is thrown below.
      marginals: { try? ExampleSource(configuration, dataset: reading.value()).marginals() },
      variant: variant)
    workers = Workers(threads: threads)
    schedule = try TracedSchedule(adversaries)
    examples = try ExampleSource(configuration, dataset: reading.value())
    stepsPerEpoch = examples.stepsPerEpoch(configuration)
    accuracy = try AccuracyMeasure(adversaries, examples: examples)
    sampler = try Sampler(
      adversaries, frame: PictureFrame(examples), seed: configuration.seed)
    quality =
      configuration.evaluation.every > 0 || !evaluatedEpochs.isEmpty
      ? try QualityEvaluation(
        adversaries, examples: examples, metrics: configuration.evaluation.metrics,
        threads: threads) : nil
    try checkBest()
  }

  /// The SHA-256 of the data that come from files; `nil` for generated data.
  package var dataDigest: SHA256Digest? { examples.digest }

  /// What a run's environment tells of data from files: `data_sha256`, `data_shape` and the counts;
  /// empty for generated data.
  package var dataFacts: [String: String] { examples.facts }

  /// What is said once before training: pictures that were left out, fewer held-out examples than
  /// asked for.
  package var notices: [String] { examples.notices + (accuracy.notice.map { [$0] } ?? []) }

  /// The names of what is recorded at ends of epochs, but for what measures time.
  package var metricNames: [String] {
    ["d_loss", "g_loss", "d_grad_norm", "g_grad_norm"]
      + (accuracy.hasShares ? ["d_accuracy", "d_accuracy_real", "d_accuracy_fake"] : [])
      + (quality?.names ?? [])
  }

  /// Goes on from a snapshot.
  ///
  /// - Throws: `AdversarialError` where its tensors or counters do not fit this configuration.
  package func restore(_ snapshot: Snapshot) throws {
    guard let progress = Progress(snapshot.counters),
      let sums = EpochSums(snapshot.counters, clocks: snapshot.clocks)
    else {
      throw AdversarialError(
        "the checkpoint lacks a counter that training goes on from; it was not written by train")
    }
    try adversaries.restore(snapshot)
    self.progress = progress
    self.sums = sums
  }

  /// Trains until the configuration's last epoch is done, a loss is not finite, or it is asked to stop.
  ///
  /// - Parameters:
  ///   - recorder: takes points, pictures and snapshots.
  ///   - clock: the time written beside them.
  ///   - shouldStop: asked after each step.
  ///   - report: told of each step's losses.
  package func train(
    into recorder: any RunRecorder, clock: () -> Timestamp, shouldStop: () -> Bool,
    report: (StepLosses) -> Void
  ) throws -> TrainingOutcome {
    var savedAt = seconds()
    while progress.epoch < configuration.epochs {
      let losses = takeStep()
      report(losses)
      if let metric = losses.divergedMetric {
        try record(losses, epochMetrics: sums.metrics, into: recorder, at: clock())
        return .diverged(metric: metric, step: progress.step)
      }
      // More, where a child run with shorter epochs began within one of its parent's.
      let isEpochEnd = progress.epochStep >= stepsPerEpoch
      if isEpochEnd {
        try endEpoch(losses, into: recorder, clock: clock)
      } else if configuration.logEvery > 0, progress.step % configuration.logEvery == 0 {
        try record(losses, epochMetrics: [:], into: recorder, at: clock())
      }
      let stop = shouldStop()
      if isCheckpointDue(isEpochEnd: isEpochEnd, secondsSinceSave: seconds() - savedAt) || stop
        || progress.epoch == configuration.epochs
      {
        let isLast = stop || progress.epoch == configuration.epochs
        try save(isEpochEnd: isEpochEnd, isLast: isLast, into: recorder, clock: clock)
        savedAt = seconds()
      }
      if stop, progress.epoch < configuration.epochs {
        return .interrupted
      }
    }
    return .finished
  }

  private func isCheckpointDue(isEpochEnd: Bool, secondsSinceSave: Double) -> Bool {
    let settings = configuration.checkpoint
    if isEpochEnd, settings.every > 0, progress.epoch % settings.every == 0 { return true }
    if isEpochEnd, isBestMeasured(after: progress.epoch) { return true }
    return settings.minutes > 0 && secondsSinceSave >= settings.minutes * 60
  }

  private func isQualityMeasured(after epoch: Int) -> Bool {
    let every = configuration.evaluation.every
    return every > 0 && epoch % every == 0 || evaluatedEpochs.contains(epoch)
  }

  /// Whether the metric that chooses the best checkpoint is measured at an epoch's end: such an epoch gets
  /// a checkpoint, since it may be the best.
  private func isBestMeasured(after epoch: Int) -> Bool {
    guard let best = configuration.checkpoint.best else { return false }
    return QualityMetric(rawValue: MetricName.bare(best.metric)) == nil
      || isQualityMeasured(after: epoch)
  }

  /// Refuses a best by a name whose parameters nothing is measured with.
  private func checkBest() throws {
    guard let name = configuration.checkpoint.best?.metric, name.contains("[") else { return }
    let names = quality?.names ?? []
    guard !names.contains(name) else { return }
    throw configuration.error(
      at: "checkpoint.best.metric",
      "checkpoint.best.metric is \(name), and training measures \(names.joined(separator: ", ")); "
        + "name one of them")
  }

  /// One cycle of the schedule; the epoch's sums take it in.
  private func takeStep() -> StepLosses {
    let start = seconds()
    let losses = schedule.step(
      &progress, &sums, examples: examples, stepsPerEpoch: stepsPerEpoch, workers: workers)
    progress.step += 1
    progress.epochStep += 1
    sums.seconds += seconds() - start
    return losses
  }

  /// Measures what an epoch is measured by, then turns to the next one.
  private func endEpoch(
    _ losses: StepLosses, into recorder: any RunRecorder, clock: () -> Timestamp
  ) throws {
    var metrics = sums.metrics
    let start = seconds()
    let measured = accuracy.measure(workers: workers)
    if let shares = measured.shares {
      metrics["d_accuracy"] = (shares.real + shares.fake) / 2
      metrics["d_accuracy_real"] = shares.real
      metrics["d_accuracy_fake"] = shares.fake
    }
    // Of the network that stood still all epoch, the loss is taken once, on the same examples.
    if metrics["d_loss"] == nil { metrics["d_loss"] = measured.discriminatorLoss }
    if metrics["g_loss"] == nil { metrics["g_loss"] = measured.generatorLoss }
    progress.epoch += 1
    if let quality, isQualityMeasured(after: progress.epoch) {
      for measured in quality.measure(workers: workers) { metrics[measured.name] = measured.value }
    }
    metrics["evaluate_seconds"] = seconds() - start

    progress.epochStep = 0
    let samples = configuration.samples
    if samples.every > 0, samples.count > 0, progress.epoch % samples.every == 0 {
      let start = seconds()
      let drawn = sampler.draw(count: samples.count, workers: workers)
      try recorder.record(
        SamplePicture(
          name: "samples", step: progress.step, epoch: progress.epoch,
          png: sampler.picture(of: drawn).png(), time: clock()))
      metrics["samples_seconds"] = seconds() - start
    }
    try record(losses, epochMetrics: metrics, into: recorder, at: clock())
    sums = EpochSums()
  }

  private func record(
    _ losses: StepLosses, epochMetrics: [String: Double], into recorder: any RunRecorder,
    at time: Timestamp
  ) throws {
    var values = epochMetrics
    if configuration.logEvery > 0, progress.step % configuration.logEvery == 0 {
      values["step_d_loss"] = losses.discriminator
      values["step_g_loss"] = losses.generator
    }
    let epochEnded = progress.epochStep == 0
    try recorder.record(
      StepMeasurement(
        step: progress.step, epoch: progress.epoch + (epochEnded ? 0 : 1),
        images: progress.images, time: time, values: values))
  }
}

/// The losses of one step; `nil` of a network that did not learn in it.
package struct StepLosses: Sendable {
  /// Mean over the step's updates.
  package var discriminator: Double?
  package var generator: Double?
  /// The first metric that was not finite: a loss, or the norm of gradients that have spoiled the weights
  /// before a loss shows it.
  var divergedMetric: String?
}
