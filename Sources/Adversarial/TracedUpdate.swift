import Configuration
import Networks
import Tensors

/// One update of one network or of both, traced into a plan, with the handles that the host needs.
struct TracedUpdate {
  /// One network that learns in this update.
  struct Learner {
    /// How often it has learned before; the host sets it before a run.
    let counter: Counter
    let update: NetworkUpdate
    let loss: Output
  }

  let plan: Plan
  let discriminator: Learner?
  let generator: Learner?
  /// Where the host writes real examples, `[examples, values]`; `nil` where none are looked at.
  let real: Input?
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
    let learner = teachDiscriminator(real: real.tensor, fakes: fakes.output)
    return try traced(discriminator: learner, real: real.input)
  }

  /// An update of the generator alone, on latents of its own.
  func generatorUpdate() throws -> TracedUpdate {
    let joined = configuration.batchNorm == .joined
    let real = joined ? realExamples() : nil
    let pass = generatorPass(latents: RandomStream.generatorLatents, counter: generatorCounter)
    let learner = teachGenerator(pass, real: real?.tensor)
    return try traced(
      generator: learner, real: real?.input, batchSize: configuration.generator.batchSize)
  }

  /// An update of the discriminator, then one of the generator through the discriminator that has just
  /// learned, on the same fakes: the generator runs once.
  func alternatingUpdate() throws -> TracedUpdate {
    let real = realExamples()
    let pass = generatorPass(
      latents: RandomStream.discriminatorLatents, counter: discriminatorCounter)
    let discriminator = teachDiscriminator(real: real.tensor, fakes: pass.output)
    graph.sequencePoint()
    let generator = teachGenerator(pass, real: real.tensor)
    return try traced(discriminator: discriminator, generator: generator, real: real.input)
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
    let discriminator = teachDiscriminator(real: real.tensor, fakes: pass.output)
    let generator = teachGenerator(generatorPass, real: real.tensor)
    return try traced(discriminator: discriminator, generator: generator, real: real.input)
  }

  private func realExamples() -> (tensor: Tensor, input: Input) {
    graph.input("real", perUnit: configuration.packing, columns: adversaries.exampleSize)
  }

  private func generatorPass(latents stream: UInt32, counter: Counter) -> Pass {
    let latents = LatentSource(settings: configuration.latent).draw(
      in: graph, rows: configuration.packing, stream: stream, counter: counter)
    return adversaries.generator.apply(
      latents,
      mode: .training(dropoutStream: RandomStream.generatorDropout, dropoutCounter: counter))
  }

  /// The discriminator's judgement of real examples and fakes, and its statistics after seeing both.
  ///
  /// Separate, each half is normalised by its own statistics; joined, both by those of the one batch.
  private func judge(
    real: Tensor?, fakes: Tensor, fakeStream: UInt32, counter: Counter
  ) -> (real: Tensor?, fake: Tensor, passes: [Pass]) {
    let network = adversaries.discriminator
    func pass(_ examples: Tensor, _ stream: UInt32) -> Pass {
      network.apply(
        examples, mode: .training(dropoutStream: stream, dropoutCounter: counter))
    }
    let packedFakes = adversaries.packed(fakes)
    guard let real else {
      let fake = pass(packedFakes, fakeStream)
      return (nil, fake.output, [fake])
    }
    let packedReal = adversaries.packed(real)
    if configuration.batchNorm == .joined {
      let both = pass(packedReal.concatenatingRows(packedFakes), fakeStream)
      let (realLogits, fakeLogits) = both.output.rowHalves()
      return (realLogits, fakeLogits, [both])
    }
    let realPass = pass(packedReal, RandomStream.realDropout)
    let fakePass = pass(packedFakes, fakeStream)
    return (realPass.output, fakePass.output, [realPass, fakePass])
  }

  private func teachDiscriminator(real: Tensor, fakes: Tensor) -> TracedUpdate.Learner {
    let judgement = judge(
      real: real, fakes: fakes, fakeStream: RandomStream.fakeDropout,
      counter: discriminatorCounter)
    var loss = objective.fakeCost(judgement.fake).mean()
    if let realLogits = judgement.real { loss = objective.realCost(realLogits).mean() + loss }
    return learner(
      adversaries.discriminator, loss: loss, name: "d_loss", passes: judgement.passes,
      counter: discriminatorCounter)
  }

  /// The generator's update; the discriminator only judges, and not a bit of it changes.
  private func teachGenerator(_ pass: Pass, real: Tensor?) -> TracedUpdate.Learner {
    let judgement = judge(
      real: configuration.batchNorm == .joined ? real : nil, fakes: pass.output,
      fakeStream: RandomStream.judgeDropout, counter: generatorCounter)
    let loss = objective.generatorCost(judgement.fake).mean()
    return learner(
      adversaries.generator, loss: loss, name: "g_loss", passes: [pass], counter: generatorCounter)
  }

  private func learner(
    _ network: Network, loss: Tensor, name: String, passes: [Pass], counter: Counter
  ) -> TracedUpdate.Learner {
    let update = network.learn(from: loss, passes: passes, in: graph)
    return TracedUpdate.Learner(
      counter: counter, update: update, loss: graph.output(loss, name))
  }

  private func traced(
    discriminator: TracedUpdate.Learner? = nil, generator: TracedUpdate.Learner? = nil,
    real: Input?, batchSize: Int? = nil
  ) throws -> TracedUpdate {
    let units = (batchSize ?? configuration.batchSize) / configuration.packing
    return TracedUpdate(
      plan: try Plan(
        graph, sharding: Sharding(units: units, shards: configuration.shards),
        seed: configuration.seed),
      discriminator: discriminator, generator: generator, real: real)
  }
}
