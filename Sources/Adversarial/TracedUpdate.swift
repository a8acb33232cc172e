import Configuration
import Networks
import Tensors

/// One update of one network or of both, traced into a plan, with the handles that the host needs.
struct TracedUpdate {
  /// One network that learns in this update.
  struct Learner {
    /// How often it has learned before; the host sets it before a run.
    let counter: Counter
    let update: UpdateHandles
    let learningRate: Ramp
    let loss: Output
    /// What is minimised beside the loss: the sum of the gradient penalties.
    let penalty: Output?

    /// Sets what the host decides of the next update.
    func prepare(_ plan: Plan, updatesBefore: Int, epochs: Double) {
      plan.set(counter, to: UInt64(updatesBefore))
      update.prepare(
        plan, update: updatesBefore + 1, learningRate: learningRate, epochs: epochs)
    }
  }

  let plan: Plan
  let discriminator: Learner?
  let generator: Learner?
  /// Whether it looks at real examples, which the host writes into the plan's input `real`.
  let readsReal: Bool
}

/// Traces updates: which networks learn, on which fakes, at which weights.
struct UpdateTracer {
  private let adversaries: Adversaries
  private let objective: Objective
  private let graph = Graph()
  private let discriminatorCounter: Counter
  private let generatorCounter: Counter

  private var configuration: RunConfiguration { adversaries.configuration }

  init(_ adversaries: Adversaries) {
    self.adversaries = adversaries
    objective = Objective(adversaries.configuration)
    discriminatorCounter = graph.counter("d_updates")
    generatorCounter = graph.counter("g_updates")
  }

  /// An update of the discriminator alone, on fakes of its own.
  func discriminatorUpdate() throws -> TracedUpdate {
    let real = realExamples()
    let fakes = generatorPass(
      latents: RandomStream.discriminatorLatents, counter: discriminatorCounter)
    let learner = teachDiscriminator(real: real, fakes: fakes.output)
    return try traced(discriminator: learner, readsReal: true)
  }

  /// An update of the generator alone, on latents of its own.
  func generatorUpdate() throws -> TracedUpdate {
    let joined = configuration.batchNorm == .joined
    let real = joined ? realExamples() : nil
    let pass = generatorPass(latents: RandomStream.generatorLatents, counter: generatorCounter)
    let learner = teachGenerator(pass, real: real)
    return try traced(
      generator: learner, readsReal: joined, batchSize: configuration.generator.batchSize)
  }

  /// An update of the discriminator, then one of the generator through the discriminator that has just
  /// learned, on the same fakes: the generator runs once.
  func alternatingUpdate() throws -> TracedUpdate {
    let real = realExamples()
    let pass = generatorPass(
      latents: RandomStream.discriminatorLatents, counter: discriminatorCounter)
    let discriminator = teachDiscriminator(real: real, fakes: pass.output)
    graph.sequencePoint()
    let generator = teachGenerator(pass, real: real)
    return try traced(discriminator: discriminator, generator: generator, readsReal: true)
  }

  /// An update of both networks, each gradient at the weights before either.
  func simultaneousUpdate() throws -> TracedUpdate {
    let real = realExamples()
    let pass = generatorPass(
      latents: RandomStream.discriminatorLatents, counter: discriminatorCounter)
    let generatorPass =
      configuration.schedule.freshLatents
      ? self.generatorPass(latents: RandomStream.generatorLatents, counter: generatorCounter)
      : pass
    let discriminator = teachDiscriminator(real: real, fakes: pass.output)
    let generator = teachGenerator(generatorPass, real: real)
    return try traced(discriminator: discriminator, generator: generator, readsReal: true)
  }

  private func realExamples() -> Tensor {
    graph.input("real", perUnit: adversaries.examplesPerUnit, columns: adversaries.exampleSize)
  }

  private func generatorPass(latents stream: UInt32, counter: Counter) -> Network.Applied {
    let latents = LatentSource(settings: configuration.latent).draw(
      in: graph, rows: adversaries.examplesPerUnit, stream: stream, counter: counter)
    return adversaries.generator.apply(
      latents,
      mode: .training(dropoutStream: RandomStream.generatorDropout, dropoutCounter: counter))
  }

  /// The discriminator's logits of real examples and of fakes.
  ///
  /// Separate, each half is normalised by its own statistics; joined, both by those of the one batch.
  ///
  /// - Parameters:
  ///   - real: inputs, packed, as are the fakes.
  ///   - learns: whether its running statistics and spectral vectors go on; of a judge not a bit may
  ///     change.
  private func judge(
    real: Tensor?, fakes: Tensor, fakeStream: UInt32, counter: Counter, learns: Bool
  ) -> (real: Tensor?, fake: Tensor) {
    func logits(_ inputs: Tensor, _ stream: UInt32) -> Tensor {
      let pass = adversaries.discriminator.apply(
        inputs, mode: .training(dropoutStream: stream, dropoutCounter: counter, learns: learns))
      // At once: a second pass goes on from the statistics of the first.
      assign(pass.statistics)
      return pass.output
    }
    guard let real else { return (nil, logits(fakes, fakeStream)) }
    if configuration.batchNorm == .joined {
      let both = logits(real.concatRows(fakes), fakeStream)
      let inputs = adversaries.inputsPerUnit
      return (
        both.sliceRows(.first, perUnit: inputs), both.sliceRows(.second, perUnit: inputs)
      )
    }
    let onReal = logits(real, RandomStream.realDropout)
    return (onReal, logits(fakes, fakeStream))
  }

  private func teachDiscriminator(real: Tensor, fakes: Tensor) -> TracedUpdate.Learner {
    let (real, fakes) = (adversaries.packed(real), adversaries.packed(fakes))
    let logits = judge(
      real: real, fakes: fakes, fakeStream: RandomStream.fakeDropout,
      counter: discriminatorCounter, learns: true)
    var loss = objective.fakeCost(logits.fake).mean
    if let onReal = logits.real { loss = objective.realCost(onReal).mean + loss }
    return learner(
      adversaries.discriminator, configuration.discriminator, loss: loss,
      penalty: penalty(real: real, realLogits: logits.real, fakes: fakes), name: "d_loss",
      counter: discriminatorCounter)
  }

  /// What the discriminator pays for its gradient; `nil` where nothing is asked.
  private func penalty(real: Tensor, realLogits: Tensor?, fakes: Tensor) -> Tensor? {
    var costs: [Tensor] = []
    if let settings = configuration.gradientPenalty {
      let penalty = GradientPenalty(settings: settings)
      let place = penalty.place(real: real, fakes: fakes, counter: discriminatorCounter)
      let pass = adversaries.discriminator.apply(
        place,
        mode: .training(
          dropoutStream: RandomStream.penaltyDropout, dropoutCounter: discriminatorCounter))
      assign(pass.statistics)
      costs.append(penalty.cost(logits: pass.output, at: place))
    }
    if let gamma = configuration.r1Gamma, let realLogits {
      costs.append(GradientPenalty.r1(gamma: gamma, logits: realLogits, at: real))
    }
    return costs.dropFirst().reduce(costs.first) { sum, cost in sum.map { $0 + cost } }
  }

  /// The generator's update; the discriminator only judges, and not a bit of it changes.
  private func teachGenerator(_ pass: Network.Applied, real: Tensor?) -> TracedUpdate.Learner {
    let logits = judge(
      real: configuration.batchNorm == .joined ? real.map(adversaries.packed) : nil,
      fakes: adversaries.packed(pass.output), fakeStream: RandomStream.judgeDropout,
      counter: generatorCounter, learns: false)
    assign(pass.statistics)
    return learner(
      adversaries.generator, configuration.generator,
      loss: objective.generatorCost(logits.fake).mean, name: "g_loss", counter: generatorCounter)
  }

  private func assign(_ statistics: [(value: Tensor, slot: Slot)]) {
    for (value, slot) in statistics { graph.assign(value, to: slot) }
  }

  private func learner(
    _ network: Network, _ settings: NetworkSettings, loss: Tensor, penalty: Tensor? = nil,
    name: String, counter: Counter
  ) -> TracedUpdate.Learner {
    let parameters = network.parameters.map { graph.read($0.slot) }
    let minimised = penalty.map { loss + $0 } ?? loss
    let update = network.addUpdate(
      to: graph, gradients: gradients(of: minimised, for: parameters),
      settings: settings.optimizer.constants)
    return TracedUpdate.Learner(
      counter: counter, update: update, learningRate: settings.optimizer.learningRate,
      loss: graph.output(loss, name),
      penalty: penalty.map { graph.output($0, "gradient_penalty") })
  }

  private func traced(
    discriminator: TracedUpdate.Learner? = nil, generator: TracedUpdate.Learner? = nil,
    readsReal: Bool, batchSize: Int? = nil
  ) throws -> TracedUpdate {
    let units = adversaries.units(of: batchSize ?? configuration.batchSize)
    return TracedUpdate(
      plan: try adversaries.plan(graph, units: units),
      discriminator: discriminator, generator: generator, readsReal: readsReal)
  }
}
