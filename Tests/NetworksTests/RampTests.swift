import Networks
import Testing

@Suite("Ramps of learning rate and momentum")
struct RampTests {
  @Test(
    "a line goes from start to end over its epochs, and stays there",
    arguments: [(0.0, 0.5), (1, 0.55), (1.25, 0.5625), (2, 0.6), (4, 0.7), (9, 0.7)])
  func line(epochs: Double, expected: Double) {
    let ramp = Ramp.linear(start: 0.5, end: 0.7, epochs: 4)
    #expect(abs(ramp.value(epochs: epochs, updates: 12_345) - expected) < 1e-15)
  }

  @Test("a factor counts updates, down to its floor")
  func factor() {
    // Goodfellow et al. 2014: 0.1 over 1.000004 for each update, at least 1e-6.
    let ramp = Ramp.geometric(start: 0.1, factor: 1 / 1.000004, floor: 1e-6)
    var expected = 0.1
    for updates in 0..<1000 {
      #expect(abs(ramp.value(epochs: 3, updates: updates) / expected - 1) < 1e-12)
      expected /= 1.000004
    }
    #expect(ramp.value(epochs: 0, updates: 50_000_000) == 1e-6)
    #expect(Ramp.geometric(start: 1, factor: 0, floor: 0).value(epochs: 0, updates: 0) == 1)
  }

  @Test("only a momentum that is 0 throughout keeps no buffer")
  func zero() throws {
    for (ramp, isZero) in [
      (0.0, true), (0.5, false), (.linear(start: 0, end: 0.9, epochs: 1), false),
      (.linear(start: 0, end: 0, epochs: 1), true),
      (.geometric(start: 0, factor: 0.5, floor: 0.1), false),
    ] as [(Ramp, Bool)] {
      #expect(ramp.isZero == isZero)
      let network = try Network(
        name: "generator", layers: [Layer(.dense(units: 2))], inputShape: [3],
        optimizer: .sgd(momentum: ramp), ema: false)
      #expect(network.moments.isEmpty == isZero)
    }
  }
}
