import Configuration
import Foundation
import Networks
import RunModel
import Tensors
import Testing

@testable import Adversarial

@Suite("Penalties on the gradient of a discriminator")
struct GradientPenaltyTests {
  private static let inputs = 3
  private static let hidden = 5
  private static let units = 9

  /// Real inputs and fakes, and a discriminator of one hidden layer; the penalty, where it is taken and
  /// its gradient by the weights.
  fileprivate struct Case {
    let network: Network
    let plan: Plan
    var cost: Double { plan.output(named: "cost").map(plan.scalar) ?? .nan }

    init(_ settings: GradientPenaltySettings, _ activation: Layer.Activation, depth: Int = 1)
      throws
    {
      var layers = (0..<depth).map { _ in
        Layer(.dense(units: GradientPenaltyTests.hidden), activation: activation)
      }
      layers.append(Layer(.dense(units: 1)))
      network = try Network(
        name: "discriminator", layers: layers, inputShape: [GradientPenaltyTests.inputs],
        optimizer: .adam, ema: false)
      network.initialize(seed: 5, stream: 1)
      let graph = Graph()
      let counter = graph.counter("d_updates")
      let real = graph.input("real", perUnit: 1, columns: GradientPenaltyTests.inputs)
      let fakes = graph.input("fakes", perUnit: 1, columns: GradientPenaltyTests.inputs)
      let penalty = GradientPenalty(settings: settings)
      let place = penalty.place(real: real, fakes: fakes, counter: counter)
      let pass = network.apply(
        place, mode: .training(dropoutStream: 0, dropoutCounter: counter))
      let cost = penalty.cost(logits: pass.output, at: place)
      graph.output(place, "place")
      graph.output(cost, "cost")
      let parameters = network.parameters.map { graph.read($0.slot) }
      for (parameter, gradient) in zip(
        network.parameters, gradients(of: cost, for: parameters))
      {
        graph.output(gradient, parameter.name)
      }
      plan = try Plan(
        graph, sharding: Sharding(units: GradientPenaltyTests.units, shards: 2), seed: 3)
      let random = Philox(seed: 8, stream: 2)
      plan.withInput("real") { random.fill($0, .normal, counter: 0) }
      plan.withInput("fakes") { random.fill($0, .uniform(low: 4, high: 6), counter: 1) }
      plan.set(counter, to: 4)
      plan.run(on: Workers(threads: 2))
    }

    func values(_ name: String) -> [Double] {
      plan.withOutput(name) { values, _, _ in values.map(Double.init) }
    }

    /// The penalty in Double, written out for one hidden layer of tanh: with h = tanh(xW + b) the logit's
    /// gradient is W (w ⊙ (1 − h²)).
    func reference(_ settings: GradientPenaltySettings, _ weights: [String: [Double]]) -> Double {
      let (inputs, hidden) = (GradientPenaltyTests.inputs, GradientPenaltyTests.hidden)
      guard let w0 = weights["0.weight"], let b0 = weights["0.bias"],
        let w1 = weights["1.weight"], let b1 = weights["1.bias"]
      else { return .nan }
      let places = values("place")
      var total = 0.0
      for unit in 0..<GradientPenaltyTests.units {
        let x = places[unit * inputs..<(unit + 1) * inputs].map { $0 }
        let h = (0..<hidden).map { j in
          tanh(b0[j] + (0..<inputs).reduce(0) { $0 + x[$1] * w0[$1 * hidden + j] })
        }
        let logit = b1[0] + (0..<hidden).reduce(0) { $0 + h[$1] * w1[$1] }
        let probability = 1 / (1 + exp(-logit))
        let slope = settings.ofProbability ? probability * (1 - probability) : 1
        let gradient = (0..<inputs).map { i in
          slope
            * (0..<hidden).reduce(0) { $0 + w0[i * hidden + $1] * w1[$1] * (1 - h[$1] * h[$1]) }
        }
        let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
        total += (norm - settings.target) * (norm - settings.target)
      }
      return settings.weight * total / Double(GradientPenaltyTests.units)
    }
  }

  private static func settings(_ sets: String...) throws -> GradientPenaltySettings {
    let configuration = try RunConfiguration.load(
      file: (name: "test.yaml", text: smallCritic), sets: sets)
    return try #require(configuration.gradientPenalty)
  }

  @Test(
    "cost what their definition says, and learn by its slope",
    arguments: [
      ["loss=wasserstein-gp"], ["loss=dragan"],
      ["loss=dragan", "gradient_penalty={output: probability, target: 0.1, alpha: false}"],
    ])
  func definition(sets: [String]) throws {
    let configuration = try RunConfiguration.load(
      file: (name: "test.yaml", text: smallCritic), sets: sets)
    let settings = try #require(configuration.gradientPenalty)
    let measured = try Case(settings, .tanh)
    var weights: [String: [Double]] = [:]
    for (name, _, slot) in measured.network.parameters {
      weights[name] = slot.values.map(Double.init)
    }
    let expected = measured.reference(settings, weights)
    #expect(abs(measured.cost - expected) < 1e-5 * expected, "\(measured.cost), \(expected)")
    for (name, values) in weights {
      let slopes = measured.values(name)
      for place in values.indices {
        var (up, down) = (weights, weights)
        up[name]?[place] += 1e-5
        down[name]?[place] -= 1e-5
        let slope =
          (measured.reference(settings, up) - measured.reference(settings, down)) / 2e-5
        #expect(abs(slopes[place] - slope) < 1e-4, "\(name) \(place): \(slopes[place]), \(slope)")
      }
    }
  }

  @Test("interpolate mixes each real input with its fake, by one number an input")
  func interpolation() throws {
    let measured = try Case(Self.settings("loss=wasserstein-gp"), .tanh)
    let (real, fakes, places) = measured.inputsAndPlaces
    var mixtures: Set<Float> = []
    for unit in 0..<Self.units {
      let alphas = (0..<Self.inputs).map { column in
        let i = unit * Self.inputs + column
        return (places[i] - real[i]) / (fakes[i] - real[i])
      }
      #expect(alphas.allSatisfy { abs($0 - alphas[0]) < 1e-5 && (0..<1).contains($0) })
      mixtures.insert(Float(alphas[0]))
    }
    #expect(mixtures.count == Self.units)
  }

  @Test(
    "dragan shifts real inputs to one side, by part of the batch's standard deviation",
    arguments: [0.5, 2])
  func shifts(noise: Double) throws {
    let settings = try Self.settings(
      "loss=dragan", "gradient_penalty.noise=\(noise)", "gradient_penalty.alpha=false")
    let (real, _, places) = try Case(settings, .tanh).inputsAndPlaces
    let mean = real.reduce(0, +) / Double(real.count)
    let variance = real.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(real.count)
    let shares = zip(places, real).map { ($0 - $1) / (noise * variance.squareRoot()) }
    #expect(shares.allSatisfy { $0 > -1e-5 && $0 < 1 })
    // Of 27 numbers uniform in 0 ..< 1 the mean is within 0.5 ± 0.056 · 3.
    #expect(abs(shares.reduce(0, +) / Double(shares.count) - 0.5) < 0.17)
  }

  @Test("a gradient of zero costs λ · target², and its own derivative is finite")
  func zero() throws {
    let measured = try Case(Self.settings("loss=wasserstein-gp"), .tanh)
    for (_, _, slot) in measured.network.parameters { slot.values.update(repeating: 0) }
    measured.plan.run(on: Workers(threads: 1))
    #expect(abs(measured.cost - 10) < 1e-3)
    for (name, _, _) in measured.network.parameters {
      #expect(measured.values(name).allSatisfy { $0.isFinite }, "\(name)")
    }
  }

  /// Of leaky ReLU the second derivative is zero: nothing flows back through the logits' own pass, whose
  /// last product and whose biases' gradients drop out.
  @Test("what a piecewise linear critic's second derivative does not need is not computed")
  func pruned() throws {
    let leaky = try Case(Self.settings("loss=wasserstein-gp"), .leakyReLU(), depth: 2)
    let smooth = try Case(Self.settings("loss=wasserstein-gp"), .tanh, depth: 2)
    // In two lanes: 4 for the places, 4 for the hidden layers, 5 for their gradient, about 8 for the cost
    // and 6 for its slope, then 3 gradients of weights and 4 on the way to them.
    #expect(leaky.plan.callCount <= 76)
    #expect(smooth.plan.callCount >= leaky.plan.callCount + 20)
    for name in ["0.bias", "1.bias", "2.bias"] {
      #expect(leaky.values(name).allSatisfy { $0 == 0 })
    }
    #expect(leaky.values("0.weight").contains { $0 != 0 })
  }
}

extension GradientPenaltyTests.Case {
  fileprivate var inputsAndPlaces: (real: [Double], fakes: [Double], places: [Double]) {
    (
      plan.withInput("real") { $0.map(Double.init) },
      plan.withInput("fakes") { $0.map(Double.init) }, values("place")
    )
  }
}
