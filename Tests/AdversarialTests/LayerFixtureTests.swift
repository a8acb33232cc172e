import Configuration
import Networks
import Tensors
import Testing

@Suite("Layers as PyTorch computes them") struct LayerFixtureTests {
  private static let names = [
    "conv", "conv-by-default", "conv-drops-a-rest", "conv-sees-padding", "conv-transpose",
    "conv-transpose-from-one", "conv-transpose-output-pad", "equalized", "flatten", "layer-norm",
    "minibatch-stddev", "pixel-norm", "pixel-shuffle", "pool", "residual", "spectral", "upsample",
  ]

  /// The largest difference, over the largest value that is expected, 1 at least.
  private static func difference(_ found: [Float], _ expected: [Float]) -> Float {
    guard found.count == expected.count else { return .infinity }
    let scale = expected.reduce(1) { max($0, abs($1)) }
    return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
  }

  private static func network(_ fixture: LayerFixture) throws -> Network {
    let layers = "[" + fixture.layers.map(\.json).joined(separator: ", ") + "]"
    let configuration = try RunConfiguration.load(
      file: (
        "layers.yaml",
        """
        {data: {kind: ring}, latent: {size: 1}, epochs: 1, batch_size: 6,
         generator: {layers: [{dense: 2}]}, discriminator: {layers: \(layers)}}
        """
      ))
    return try Network(
      name: "discriminator", layers: configuration.discriminator.layers,
      inputShape: fixture.shape, optimizer: .adam, ema: true)
  }

  @Test("all cases are looked at")
  func cases() throws {
    #expect(try LayerFixture.all().keys.sorted() == Self.names)
  }

  @Test(
    "outputs, first and second derivatives and statistics agree to 2e-5 of the largest",
    arguments: names)
  func agrees(name: String) throws {
    let fixture = try #require(try LayerFixture.all()[name])
    let network = try Self.network(fixture)
    let places = network.parameters + network.runningStatistics
    #expect(Set(places.map(\.name)) == Set(fixture.state.keys))
    for place in places {
      let values = try #require(fixture.state[place.name])
      try #require(values.count == place.slot.values.count, "\(place.name)")
      for index in values.indices { place.slot.values[index] = values[index] }
    }

    let graph = Graph()
    let counter = graph.counter("step")
    let x = graph.input("x", perUnit: fixture.group, columns: fixture.input.count / fixture.batch)
    let upstream = graph.input(
      "upstream", perUnit: fixture.group, columns: fixture.upstream.count / fixture.batch)
    let pass = network.apply(x, mode: .training(dropoutStream: 1, dropoutCounter: counter))
    for (value, slot) in pass.statistics { graph.assign(value, to: slot) }
    let output = graph.output(pass.output, "output")
    let derivatives = gradients(
      of: (pass.output * upstream).sum, for: [x] + pass.parameters)
    let second = Tensors.gradients(of: derivatives[0].square.sum, for: pass.parameters)
      .enumerated().map { graph.output($1, "penalty gradient \($0)") }
    let gradients = derivatives.enumerated().map { graph.output($1, "gradient \($0)") }
    graph.sequencePoint()
    let evaluated = graph.output(
      network.apply(x, mode: .evaluation(useAverage: false)).output, "evaluated")
    let units = fixture.batch / fixture.group
    let plan = try Plan(graph, sharding: Sharding(units: units, shards: min(2, units)), seed: 1)
    plan.withInput("x") { $0.update(from: fixture.input) }
    plan.withInput("upstream") { $0.update(from: fixture.upstream) }
    plan.run(on: Workers(threads: 2))

    func check(_ found: Output, _ expected: [Float], _ what: String) {
      let found = plan.withOutput(found) { values, _, _ in Array(values) }
      let difference = Self.difference(found, expected)
      #expect(difference < 2e-5, "\(what) is \(difference) apart")
    }
    check(output, fixture.output, "the output")
    check(gradients[0], fixture.input_gradient, "the input's gradient")
    for (parameter, gradient) in zip(network.parameters, gradients.dropFirst()) {
      check(gradient, try #require(fixture.gradients[parameter.name]), parameter.name)
    }
    for (parameter, gradient) in zip(network.parameters, second) {
      let expected = try #require(fixture.penalty_gradients[parameter.name])
      check(gradient, expected, "the penalty by \(parameter.name)")
    }
    for place in network.runningStatistics {
      let expected = try #require(fixture.statistics[place.name])
      #expect(Self.difference(Array(place.slot.values), expected) < 2e-5, "\(place.name)")
    }
    check(evaluated, fixture.evaluated, "the output in evaluation")
  }
}

extension UnsafeMutableBufferPointer<Float> {
  fileprivate func update(from values: [Float]) {
    for index in indices { self[index] = values[index] }
  }
}
