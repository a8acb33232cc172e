import Configuration
import Networks
import Tensors

/// How well the discriminator tells held-out real examples from fakes of fixed latents.
///
/// Raw weights, evaluation mode, as many real as fake, a tie counts one half. At the equilibrium of
/// Goodfellow et al. 2014 this is 1/2; held-out examples show a discriminator that memorises.
struct AccuracyMeasure {
  /// What the measure gives, over all held-out examples.
  struct Result {
    /// The parts of the real examples and of the fakes that it tells right; `nil` for a critic, which has no
    /// boundary between them.
    var shares: (real: Double, fake: Double)?
    /// Without gradient penalties.
    var discriminatorLoss: Double
    var generatorLoss: Double
  }

  /// The contract's count of held-out examples, where there are as many.
  static let wanted = 2048

  /// Said where fewer examples are held out.
  let notice: String?

  private let plan: Plan
  private let counter: Counter
  private let realLogits: Output
  private let fakeLogits: Output
  private let realCosts: Output
  private let fakeCosts: Output
  private let generatorCosts: Output
  private let boundary: Float?
  /// Discriminator inputs of one run of the plan, and of all: whole units.
  private let chunk: Int
  private let inputs: Int
  private let packing: Int
  private let examples: ExampleSource

  /// Whether logits of this loss have a boundary that accuracy can be told by.
  var hasShares: Bool { boundary != nil }

  init(_ adversaries: Adversaries, examples: ExampleSource) throws {
    let configuration = adversaries.configuration
    self.examples = examples
    packing = configuration.packing
    let held = min(Self.wanted, examples.heldOutCount ?? Self.wanted)
    let perUnit = adversaries.inputsPerUnit
    inputs = held / adversaries.examplesPerUnit * perUnit
    notice =
      held < Self.wanted && Objective(configuration).boundary != nil
      ? "d_accuracy is measured on \(held) held-out examples, fewer than \(Self.wanted)" : nil
    guard inputs > 0 else {
      throw AdversarialError(
        "\(held) held-out examples are not enough for \(perUnit) discriminator inputs of \(packing); "
          + "raise data.held_out, or lower packing or minibatch_stddev")
    }
    chunk = min(inputs, max(64 / perUnit, 1) * perUnit)

    let graph = Graph()
    let objective = Objective(configuration)
    counter = graph.counter("chunk")
    let latents = LatentSource(settings: configuration.latent).draw(
      in: graph, rows: adversaries.examplesPerUnit, stream: RandomStream.accuracyLatents,
      counter: counter)
    let fakes = adversaries.generator.apply(latents, mode: .evaluation(useAverage: false)).output
    let real = graph.input(
      "real", perUnit: adversaries.examplesPerUnit, columns: adversaries.exampleSize)
    func logits(_ examples: Tensor) -> Tensor {
      adversaries.discriminator.apply(
        adversaries.packed(examples), mode: .evaluation(useAverage: false)
      ).output
    }
    let onReal = logits(real)
    let onFake = logits(fakes)
    realLogits = graph.output(onReal, "real_logits")
    fakeLogits = graph.output(onFake, "fake_logits")
    realCosts = graph.output(objective.realCost(onReal), "real_costs")
    fakeCosts = graph.output(objective.fakeCost(onFake), "fake_costs")
    generatorCosts = graph.output(objective.generatorCost(onFake), "generator_costs")
    boundary = objective.boundary
    plan = try adversaries.plan(graph, units: chunk / perUnit)
  }

  /// Measures both networks as they are; nothing changes.
  func measure(workers: Workers) -> Result {
    var real = 0.0
    var fake = 0.0
    var discriminatorLoss = 0.0
    var generatorLoss = 0.0
    var start = 0
    while start < inputs {
      // The last chunk may reach beyond the end: units are independent in evaluation mode, and those
      // beyond are not counted.
      let count = min(chunk, inputs - start)
      plan.withInput("real") { examples.fillHeldOut($0, from: start * packing) }
      plan.set(counter, to: UInt64(start / chunk))
      plan.run(on: workers)
      if let boundary {
        real += plan.sum(realLogits, count) { Self.score($0 - boundary) }
        fake += plan.sum(fakeLogits, count) { Self.score(boundary - $0) }
      }
      discriminatorLoss += plan.sum(realCosts, count) { Double($0) }
      discriminatorLoss += plan.sum(fakeCosts, count) { Double($0) }
      generatorLoss += plan.sum(generatorCosts, count) { Double($0) }
      start += count
    }
    let total = Double(inputs)
    return Result(
      shares: boundary == nil ? nil : (real / total, fake / total),
      discriminatorLoss: discriminatorLoss / total, generatorLoss: generatorLoss / total)
  }

  private static func score(_ margin: Float) -> Double { margin > 0 ? 1 : margin == 0 ? 0.5 : 0 }
}

extension Plan {
  /// The sum of a function over the first rows of a column, in their order.
  fileprivate func sum(_ output: Output, _ count: Int, _ value: (Float) -> Double) -> Double {
    withOutput(output) { values, _, _ in
      values.prefix(count).reduce(0) { $0 + value($1) }
    }
  }
}
