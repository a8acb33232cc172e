import Foundation
import RunModel
import Sweeps
import Testing

@Suite("The TPE sampler")
struct TPESamplerTests {
  /// Expected ratios were computed by Optuna 5.0 and, apart from it, from a description of it.
  @Test(
    "its densities are Optuna's to nine digits",
    arguments: [
      ([Reference.x], [.number(0.1)], -0.104375015), ([Reference.x], [.number(0.3)], 0.994501688),
      ([Reference.x], [.number(0.5)], 0.260919217), ([Reference.x], [.number(0.9)], -1.188066680),
      ([Reference.lr], [.number(1e-4)], 0.981180449),
      ([Reference.lr], [.number(1e-3)], -0.327961896),
      ([Reference.k], [.integer(1)], -0.098053800), ([Reference.k], [.integer(2)], 0.587167215),
      ([Reference.k], [.integer(5)], -0.953737543),
      ([Reference.c], [.text("a")], -0.538996501), ([Reference.c], [.text("b")], 0.584933596),
      ([Reference.c], [.text("c")], -0.331357136),
      ([Reference.c, Reference.x], [.text("b"), .number(0.3)], 1.227707371),
      ([Reference.c, Reference.x], [.text("a"), .number(0.7)], -1.009899804),
    ] as [([Parameter], [ParameterValue], Double)])
  func densities(parameters: [Parameter], values: [ParameterValue], expected: Double) {
    let ratio = TPESampler(Space(parameters))
      .logRatio(of: Assignment(values), history: Reference.history(parameters))
    #expect(abs(ratio - expected) < 1e-9)
  }

  @Test("ranks complete points, then the deepest stopped ones, then the diverged, and no others")
  func ranking() {
    let results: [Observation.Result] = [
      .diverged, .value(0.5, rung: 2, isComplete: true), .value(0.1, rung: 0, isComplete: false),
      .failed, .value(0.4, rung: 1, isComplete: false), .value(.nan, rung: 2, isComplete: true),
      .value(0.9, rung: 2, isComplete: true), .running, .value(0.3, rung: 1, isComplete: false),
      .value(0.5, rung: 2, isComplete: true), .value(-.infinity, rung: 2, isComplete: true),
    ]
    let observations = results.enumerated().map { point, result in
      Observation(point: point, assignment: Assignment([]), result: result)
    }
    #expect(observations.ranked().map(\.point) == [1, 9, 6, 8, 4, 2, 0, 5, 10])
    #expect(observations.reversed().ranked().map(\.point) == observations.ranked().map(\.point))
  }

  @Test("draws by chance until ten results are in: running and failed points are none")
  func startup() {
    let space = Space([Reference.x])
    let (tpe, random) = (TPESampler(space), RandomSampler(space))
    var history = Array(Reference.history([Reference.x]).prefix(9))
    for result in [.running, .failed] as [Observation.Result] {
      history.append(
        Observation(
          point: history.count, assignment: Assignment([.number(0.5)]), result: result))
    }
    func suggest(_ sampler: any Sampler) -> Assignment {
      sampler.suggest(point: 11, draw: 0, seed: 1, history: history)
    }
    #expect(suggest(tpe) == suggest(random))
    history[10].result = .diverged
    #expect(suggest(tpe) != suggest(random))
    #expect(suggest(tpe) != suggest(TPESampler(space, startup: 11)))
  }

  @Test("is a function of seed, point, draw and history, whatever the history's order")
  func deterministic() {
    let space = Space([Reference.c, Reference.x])
    let history = Reference.history(space.parameters)
    let tpe = TPESampler(space)
    let one = tpe.suggest(point: 12, draw: 0, seed: 1, history: history)
    #expect(tpe.suggest(point: 12, draw: 0, seed: 1, history: history.reversed()) == one)
    #expect(tpe.suggest(point: 12, draw: 1, seed: 1, history: history) != one)
    #expect(tpe.suggest(point: 13, draw: 0, seed: 1, history: history) != one)
    #expect(tpe.suggest(point: 12, draw: 0, seed: 2, history: history) != one)
    #expect(tpe.suggest(point: 12, draw: 0, seed: 1, history: Array(history.dropLast())) != one)
  }

  @Test("keeps away from points that are still running, and takes no notice of failed ones")
  func constantLiar() {
    let tpe = TPESampler(Space([Reference.x]))
    let history = Reference.history([Reference.x])
    let place = Assignment([.number(0.31)])
    let alone = tpe.logRatio(of: place, history: history)
    func with(_ result: Observation.Result) -> Double {
      let more = Observation(point: 12, assignment: place, result: result)
      return tpe.logRatio(of: place, history: history + [more])
    }
    #expect(with(.running) < alone - 0.1)
    #expect(with(.failed) == alone)
  }

  @Test("finds the bottom of a bowl where chance does not")
  func learns() {
    let space = Space([Reference.x, Reference.lr, Reference.k])
    func best(_ sampler: any Sampler, _ seed: UInt64) -> Double {
      var history: [Observation] = []
      for point in 0..<60 {
        let assignment = sampler.suggest(point: point, draw: 0, seed: seed, history: history)
        let values = assignment.values.compactMap { $0?.doubleValue }
        let loss =
          (values[0] - 0.3) * (values[0] - 0.3) + abs(values[1] - 3e-4) * 1e3
          + 0.1 * abs(values[2] - 4)
        history.append(
          Observation(
            point: point, assignment: assignment,
            result: .value(loss, rung: 0, isComplete: true)))
      }
      guard case .value(let value, _, _)? = history.ranked().first?.result else { return .nan }
      return value
    }
    for seed in 1...4 as ClosedRange<UInt64> {
      let (tpe, random) = (best(TPESampler(space), seed), best(RandomSampler(space), seed))
      #expect(tpe < random)
      #expect(tpe < 0.05)
    }
  }

  @Test("suggests values of their domains, to a space of every kind")
  func domains() {
    let tpe = TPESampler(Reference.space)
    var history: [Observation] = []
    for point in 0..<40 {
      let assignment = tpe.suggest(point: point, draw: 0, seed: 1, history: history)
      #expect(Domains.hold(assignment.values, Reference.space))
      history.append(
        Observation(
          point: point, assignment: assignment,
          result: point % 7 == 3
            ? .diverged : .value(Double(point % 5), rung: point % 3, isComplete: point % 3 == 2)))
    }
  }

  @Test("takes a stranger's rows: too few values, too many, of another kind")
  func strangers() {
    let tpe = TPESampler(Reference.space)
    let rows: [[ParameterValue?]] = [
      [], [.text("x")], Array(repeating: .boolean(true), count: 9),
      Array(repeating: .number(.infinity), count: 6), Array(repeating: .number(-1), count: 6),
      Array(repeating: .integer(.max), count: 6),
    ]
    let history = (0..<36).map { point in
      Observation(
        point: point, assignment: Assignment(rows[point % rows.count]),
        result: .value(Double(point), rung: 0, isComplete: true))
    }
    for point in 36..<40 {
      let suggestion = tpe.suggest(point: point, draw: 0, seed: 1, history: history)
      #expect(Domains.hold(suggestion.values, Reference.space))
    }
  }

  /// A loss, and a weight that one of the losses has.
  private func conditional() throws -> Space {
    Space([
      Parameter(key: "loss", domain: .choice([.text("hinge"), .text("wasserstein-gp")])),
      Parameter(
        key: "lambda", domain: .log(low: 0.1, high: 100),
        condition: try Condition(parsing: "loss = 'wasserstein-gp'")),
    ])
  }

  @Test("draws what a choice lets take part, after the choice, and nothing else")
  func conditions() throws {
    let space = try conditional()
    let samplers: [any Sampler] = [
      RandomSampler(space), try SobolSampler(space), TPESampler(space),
    ]
    for sampler in samplers {
      var history: [Observation] = []
      for point in 0..<50 {
        let assignment = sampler.suggest(point: point, draw: 0, seed: 1, history: history)
        let isPenalized = assignment.values[0] == .text("wasserstein-gp")
        #expect((assignment.values[1] != nil) == isPenalized)
        let lambda = assignment.values[1]?.doubleValue ?? 1
        history.append(Reference.complete(point, nil, isPenalized ? abs(lambda - 10) : 50))
        history[point].assignment = assignment
      }
      let penalized = history.count { $0.assignment.values[1] != nil }
      #expect(0 < penalized && penalized < 50)
      if sampler.learns { #expect(penalized > 30) }
    }
  }

  /// By hand: of 12 points the best two have no lambda, and both others' estimates are of the prior there.
  @Test("takes a point that lacks a parameter as one that tells nothing of it")
  func lacking() throws {
    let space = try conditional()
    let history = (0..<12).map { point in
      var observation = Reference.complete(point, nil, Double(point))
      observation.assignment = Assignment([.text("hinge"), nil])
      return observation
    }
    let tpe = TPESampler(space)
    func ratio(_ lambda: Double) -> Double {
      tpe.logRatio(of: Assignment([.text("wasserstein-gp"), .number(lambda)]), history: history)
    }
    // Kernels of the choice alone: (2 · (1/3) / (5/3) + 1/2) / 3 over (10 · (1/11) / (13/11) + 1/2) / 11.
    let good = (2 * 0.2 + 0.5) / 3
    let others = (10.0 / 13 + 0.5) / 11
    for lambda in [0.1, 3, 100] { #expect(abs(ratio(lambda) - log(good / others)) < 1e-12) }
  }
}
