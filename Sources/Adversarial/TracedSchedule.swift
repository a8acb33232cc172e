import Configuration
import Networks
import RunModel
import Tensors

/// A run's schedule, its updates traced: who learns when, and on which examples.
struct TracedSchedule {
  private enum Cycle {
    /// Both networks in one plan: alternating with one update each, or simultaneous.
    case together(TracedUpdate)
    /// So many updates of the one, then of the other, each in its own plan.
    case inTurn(discriminator: TracedUpdate, generator: TracedUpdate)
  }

  private let cycle: Cycle
  private let settings: Schedule
  private let batchSize: Int
  private let generatorBatchSize: Int

  /// Traces the updates that the configuration's schedule needs.
  init(_ adversaries: Adversaries) throws {
    let configuration = adversaries.configuration
    settings = configuration.schedule
    batchSize = configuration.batchSize
    generatorBatchSize = configuration.generator.batchSize ?? configuration.batchSize
    let sharesFakes =
      settings.discriminator == 1 && settings.generator == 1 && !settings.freshLatents
      && generatorBatchSize == batchSize
    switch settings.kind {
    case .simultaneous:
      cycle = .together(try UpdateTracer(adversaries).simultaneousUpdate())
    case .steps where sharesFakes:
      cycle = .together(try UpdateTracer(adversaries).alternatingUpdate())
    case .steps, .epochs:
      cycle = .inTurn(
        discriminator: try UpdateTracer(adversaries).discriminatorUpdate(),
        generator: try UpdateTracer(adversaries).generatorUpdate())
    }
  }

  /// Whose turn it is in an epoch, under the schedule `epochs`.
  private func discriminatorLearns(inEpochAfter done: Int) -> Bool {
    done % (settings.discriminator + settings.generator) < settings.discriminator
  }

  /// One step: the updates of one cycle (under `epochs`: one update of the network whose turn it is).
  ///
  /// - Parameter stepsPerEpoch: what ramps measure epochs by.
  func step(
    _ progress: inout Progress, _ sums: inout EpochSums, examples: ExampleSource,
    stepsPerEpoch: Int, workers: Workers
  ) -> StepLosses {
    // Of a step, so that all its updates learn at one rate.
    let epochs = Double(progress.epoch) + Double(progress.epochStep) / Double(stepsPerEpoch)
    switch cycle {
    case .together(let update):
      return run(
        update, &progress, &sums, examples: examples, drawsBatch: true, epochs: epochs,
        workers: workers)
    case .inTurn(let discriminator, let generator):
      var discriminatorTurns = settings.discriminator
      var generatorTurns = settings.generator
      if settings.kind == .epochs {
        let discriminatorLearns = discriminatorLearns(inEpochAfter: progress.epoch)
        discriminatorTurns = discriminatorLearns ? 1 : 0
        generatorTurns = 1 - discriminatorTurns
      }
      var losses = StepLosses()
      for turn in 0..<discriminatorTurns {
        let update = run(
          discriminator, &progress, &sums, examples: examples,
          drawsBatch: turn == 0 || settings.freshBatch, epochs: epochs, workers: workers)
        losses.discriminator =
          (losses.discriminator ?? 0) + (update.discriminator ?? 0) / Double(discriminatorTurns)
        losses.divergedMetric = losses.divergedMetric ?? update.divergedMetric
      }
      for _ in 0..<generatorTurns {
        let update = run(
          generator, &progress, &sums, examples: examples, drawsBatch: false, epochs: epochs,
          workers: workers)
        losses.generator =
          (losses.generator ?? 0) + (update.generator ?? 0) / Double(generatorTurns)
        losses.divergedMetric = losses.divergedMetric ?? update.divergedMetric
      }
      return losses
    }
  }

  /// Runs one update.
  ///
  /// - Parameters:
  ///   - drawsBatch: whether it looks at the next batch of the data, or at the last one again.
  ///   - epochs: how far the run is, for ramps.
  private func run(
    _ update: TracedUpdate, _ progress: inout Progress, _ sums: inout EpochSums,
    examples: ExampleSource, drawsBatch: Bool, epochs: Double, workers: Workers
  ) -> StepLosses {
    let plan = update.plan
    if update.readsReal {
      let start =
        drawsBatch
        ? examples.batchStart(after: progress.dataPosition) : progress.dataPosition - batchSize
      plan.withInput("real") { examples.fill($0, from: start) }
      if drawsBatch {
        progress.dataPosition = start + batchSize
        progress.images += batchSize
        sums.images += batchSize
      }
    }
    if let learner = update.discriminator {
      learner.prepare(plan, updatesBefore: progress.discriminatorUpdates, epochs: epochs)
    }
    if let learner = update.generator {
      learner.prepare(plan, updatesBefore: progress.generatorUpdates, epochs: epochs)
    }
    plan.run(on: workers)

    var losses = StepLosses()
    if let learner = update.discriminator {
      let (loss, norm) = (plan.scalar(learner.loss), plan.scalar(learner.update.gradientNorm))
      sums.discriminator.add(loss: loss, gradientNorm: norm)
      progress.discriminatorUpdates += 1
      let penalty = learner.penalty.map(plan.scalar)
      if let penalty { sums.penalty.add(penalty) }
      losses.take(discriminator: loss, penalty: penalty, gradientNorm: norm)
    }
    if let learner = update.generator {
      let (loss, norm) = (plan.scalar(learner.loss), plan.scalar(learner.update.gradientNorm))
      sums.generator.add(loss: loss, gradientNorm: norm)
      progress.generatorUpdates += 1
      losses.take(generator: loss, gradientNorm: norm)
    }
    return losses
  }
}

extension StepLosses {
  fileprivate mutating func take(
    discriminator loss: Double, penalty: Double?, gradientNorm: Double
  ) {
    discriminator = loss
    note([
      ("d_loss", loss), ("gradient_penalty", penalty ?? 0), ("d_grad_norm", gradientNorm),
    ])
  }

  fileprivate mutating func take(generator loss: Double, gradientNorm: Double) {
    generator = loss
    note([("g_loss", loss), ("g_grad_norm", gradientNorm)])
  }

  private mutating func note(_ values: [(metric: String, value: Double)]) {
    guard divergedMetric == nil else { return }
    divergedMetric = values.first { !$0.value.isFinite }?.metric
  }
}
