import Networks
import Tensors
import Testing

@Suite("A spectral norm") struct SpectralNormTests {
  private func network() throws -> Network {
    let network = try Network(
      name: "discriminator",
      layers: [Layer(.dense(units: 5), norm: .spectral), Layer(.dense(units: 1))],
      inputShape: [4], optimizer: .adam, ema: true)
    network.initialize(seed: 3, stream: 4)
    return network
  }

  /// The bits of both vectors after passes of a mode.
  private func vectors(_ network: Network, _ modes: [Network.Mode], _ graph: Graph) throws
    -> [Float]
  {
    let x = graph.input("x", perUnit: 1, columns: 4)
    for (place, mode) in modes.enumerated() {
      let pass = network.apply(x, mode: mode)
      for (value, slot) in pass.statistics { graph.assign(value, to: slot) }
      graph.output(pass.output.sum, "\(place)")
    }
    try Plan(graph, sharding: Sharding(units: 3, shards: 2), seed: 1).run(on: Workers(threads: 1))
    return network.runningStatistics.flatMap { Array($0.slot.values) }
  }

  @Test("takes a step in each training pass, the second from where the first came to")
  func steps() throws {
    var found: [[Float]] = []
    for count in 0...2 {
      let network = try network()
      // Far from the largest singular vector, so that steps show.
      for slot in network.runningStatistics.map(\.slot) {
        for place in slot.values.indices { slot.values[place] = place == 0 ? 1 : 0 }
      }
      let graph = Graph()
      let mode = Network.Mode.training(dropoutStream: 0, dropoutCounter: graph.counter("step"))
      found.append(try vectors(network, Array(repeating: mode, count: count), graph))
    }
    #expect(Set(found).count == 3)
  }

  @Test("of a network that judges, or is looked at, not a bit changes")
  func judge() throws {
    let network = try network()
    let before = network.runningStatistics.flatMap { Array($0.slot.values) }
    let graph = Graph()
    let counter = graph.counter("step")
    let modes: [Network.Mode] = [
      .training(dropoutStream: 0, dropoutCounter: counter, learns: false),
      .evaluation(useAverage: false), .evaluation(useAverage: true),
    ]
    #expect(try vectors(network, modes, graph) == before)
  }

  @Test("an average of unit vectors is taken at unit length")
  func average() throws {
    let network = try network()
    let graph = Graph()
    let x = graph.input("x", perUnit: 1, columns: 4)
    let outputs = [false, true].map {
      graph.output(network.apply(x, mode: .evaluation(useAverage: $0)).output, "\($0)")
    }
    network.average?.statistics.withUnsafeMutableBufferPointer {
      for place in $0.indices { $0[place] *= 0.5 }
    }
    let plan = try Plan(graph, sharding: Sharding(units: 2, shards: 1), seed: 1)
    plan.withInput("x") { for place in $0.indices { $0[place] = Float(place) - 3 } }
    plan.run(on: Workers(threads: 1))
    let found = outputs.map { plan.withOutput($0) { values, _, _ in Array(values) } }
    for (raw, average) in zip(found[0], found[1]) { #expect(abs(raw - average) < 1e-6) }
  }
}
