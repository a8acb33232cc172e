import Networks
import Tensors
import Testing

/// A generator and a discriminator with everything that layers offer, and a plan of one step.
private struct Game {
  let generator: Network
  let discriminator: Network
  let plan: Plan
  let counter: Counter
  let updates: [UpdateHandles]
  let losses: [Output]

  /// 21 units of two examples, in 4 uneven shards.
  init(trainsGenerator: Bool = true, trainsDiscriminator: Bool = true) throws {
    let generator = try Network(
      name: "generator",
      layers: [
        Layer(.dense(units: 20), norm: .batch(), activation: .relu),
        Layer(.dense(units: 3), activation: .tanh),
      ],
      inputShape: [5], optimizer: .adam, ema: true)
    let discriminator = try Network(
      name: "discriminator",
      layers: [
        Layer(.maxout(units: 9, pieces: 2)), Layer(.dropout(probability: 0.3)),
        Layer(.dense(units: 17), norm: .batch(), activation: .leakyReLU()),
        Layer(.dense(units: 1)),
      ],
      inputShape: [6], optimizer: .sgd(momentum: 0.5), ema: false)
    (self.generator, self.discriminator) = (generator, discriminator)
    generator.initialize(seed: 1, stream: 1)
    discriminator.initialize(seed: 1, stream: 2)
    let graph = Graph()
    let counter = graph.counter("step")
    self.counter = counter
    let real = graph.random(
      .normal, perUnit: 2, columns: 3, stream: 10, counter: counter)
    let latents = graph.random(.normal, perUnit: 2, columns: 5, stream: 11, counter: counter)
    func mode(_ stream: UInt32) -> Network.Mode {
      .training(dropoutStream: stream, dropoutCounter: counter)
    }
    let fakes = generator.apply(latents, mode: mode(100))
    var updates: [UpdateHandles] = []
    var losses: [Output] = []
    if trainsDiscriminator {
      var scores: [Tensor] = []
      var leaves: [Tensor] = []
      for (place, examples) in [real, fakes.output.stopGradient].enumerated() {
        let applied = discriminator.apply(
          examples.reshape(perUnit: 1), mode: mode(200 + 100 * UInt32(place)))
        for (value, slot) in applied.statistics { graph.assign(value, to: slot) }
        scores.append(applied.output)
        leaves = applied.parameters
      }
      let loss = (-scores[0]).softplus.mean + scores[1].softplus.mean
      losses.append(graph.output(loss, "d"))
      updates.append(
        discriminator.addUpdate(
          to: graph, gradients: gradients(of: loss, for: leaves), settings: UpdateSettings()))
      graph.sequencePoint()
    }
    if trainsGenerator {
      for (value, slot) in fakes.statistics { graph.assign(value, to: slot) }
      let score = discriminator.apply(fakes.output.reshape(perUnit: 1), mode: mode(400))
      let loss = (-score.output).softplus.mean
      losses.append(graph.output(loss, "g"))
      updates.append(
        generator.addUpdate(
          to: graph, gradients: gradients(of: loss, for: fakes.parameters),
          settings: UpdateSettings()))
    }
    self.updates = updates
    self.losses = losses
    plan = try Plan(graph, sharding: Sharding(units: 21, shards: 4), seed: 6)
  }

  func train(steps: ClosedRange<Int>, on workers: Workers) {
    for step in steps {
      plan.set(counter, to: UInt64(step))
      for update in updates { update.prepare(plan, update: step, learningRate: 1e-3) }
      plan.run(on: workers)
    }
  }

  func state(of network: Network) -> [[UInt32]] {
    var buffers = [network.weights, network.statistics] + network.moments.map(\.buffer)
    if let average = network.average { buffers += [average.weights, average.statistics] }
    return buffers.map { $0.values.map(\.bitPattern) }
  }
}

@Suite("A training step") struct StepTests {
  @Test("gives the same bits with any number of threads", arguments: [2, 3, 5])
  func threads(count: Int) throws {
    let games = try [Game(), Game()]
    games[0].train(steps: 1...20, on: Workers(threads: 1))
    games[1].train(steps: 1...20, on: Workers(threads: count))
    for network in [\Game.generator, \Game.discriminator] {
      #expect(
        games[0].state(of: games[0][keyPath: network])
          == games[1].state(of: games[1][keyPath: network]))
    }
    for (first, second) in zip(games[0].updates, games[1].updates) {
      let norms = (
        games[0].plan.scalar(first.gradientNorm), games[1].plan.scalar(second.gradientNorm)
      )
      #expect(norms.0 == norms.1 && norms.0 > 0)
    }
  }

  @Test("leaves the network that stands still as it was, running statistics included")
  func frozen() throws {
    let workers = Workers(threads: 2)
    let still = try Game(trainsDiscriminator: false)
    let before = still.state(of: still.discriminator)
    let moving = still.state(of: still.generator)
    still.train(steps: 1...3, on: workers)
    #expect(still.state(of: still.discriminator) == before)
    #expect(
      still.state(of: still.generator).indices.allSatisfy { place in
        still.state(of: still.generator)[place] != moving[place]
      })
    let other = try Game(trainsGenerator: false)
    let generator = other.state(of: other.generator)
    other.train(steps: 1...3, on: workers)
    #expect(other.state(of: other.generator) == generator)
  }

  @Test("goes on from copied buffers with the same bits")
  func resumed() throws {
    let workers = Workers(threads: 2)
    let (straight, first, second) = (try Game(), try Game(), try Game())
    straight.train(steps: 1...9, on: workers)
    first.train(steps: 1...4, on: workers)
    for network in [\Game.generator, \Game.discriminator] {
      let (from, to) = (first[keyPath: network], second[keyPath: network])
      to.weights.copy(from: from.weights)
      to.statistics.copy(from: from.statistics)
      for (from, to) in zip(from.moments, to.moments) { to.buffer.copy(from: from.buffer) }
      if let old = from.average, let new = to.average {
        new.weights.copy(from: old.weights)
        new.statistics.copy(from: old.statistics)
      }
    }
    second.train(steps: 5...9, on: workers)
    for network in [\Game.generator, \Game.discriminator] {
      #expect(
        straight.state(of: straight[keyPath: network])
          == second.state(of: second[keyPath: network]))
    }
  }

  @Test("lowers a loss by rate times the gradient's squared norm, to first order")
  func descends() throws {
    let game = try Game(trainsGenerator: false)
    let workers = Workers(threads: 1)
    // One draw of examples and masks throughout, so that only the weights differ.
    game.plan.set(game.counter, to: 4)
    game.updates[0].prepare(game.plan, update: 1, learningRate: 1e-3)
    game.plan.run(on: workers)
    let loss = game.plan.scalar(game.losses[0])
    let norm = game.plan.scalar(game.updates[0].gradientNorm)
    game.plan.run(on: workers)
    let fall = loss - game.plan.scalar(game.losses[0])
    #expect(abs(fall / (1e-3 * norm * norm) - 1) < 0.05, "\(fall), norm \(norm)")
  }

  @Test("lowers the generator's loss when it alone trains on one draw")
  func learns() throws {
    let game = try Game(trainsDiscriminator: false)
    let workers = Workers(threads: 1)
    var losses: [Double] = []
    game.plan.set(game.counter, to: 4)
    for step in 1...60 {
      game.updates[0].prepare(game.plan, update: step, learningRate: 1e-3)
      game.plan.run(on: workers)
      losses.append(game.plan.scalar(game.losses[0]))
    }
    #expect(losses[59] < losses[0] - 0.03, "from \(losses[0]) to \(losses[59])")
  }
}
