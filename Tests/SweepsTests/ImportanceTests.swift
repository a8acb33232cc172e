import Foundation
import RunModel
import Sweeps
import Testing

@Suite("Importance")
struct ImportanceTests {
  private func observation(_ point: Int, _ values: [ParameterValue?], _ loss: Double) -> Observation
  {
    Observation(
      point: point, assignment: Assignment(values),
      result: .value(loss, rung: 0, isComplete: true))
  }

  /// 64 points of Sobol's plain sequence, and a function of the first two of three parameters.
  private var bowl: (space: Space, observations: [Observation]) {
    let space = Space((0..<3).map { Parameter(key: "x\($0)", domain: Reference.x.domain) })
    let observations = (1...64).map { point in
      let x = (0..<3).map { Double(SobolSequence.plain(UInt32(point), dimension: $0)) * 0x1p-32 }
      return observation(
        point, x.map { .number($0) },
        (x[0] - 0.3) * (x[0] - 0.3) + 0.1 * (x[1] - 0.5) * (x[1] - 0.5))
    }
    return (space, observations)
  }

  @Test("is PED-ANOVA's of a bowl in two of three directions")
  func fixture() throws {
    let importance = try #require(Importance(bowl.space, bowl.observations))
    for (found, expected) in zip(importance.divergences, [0.036088, 0.001030, 0.000372]) {
      #expect(abs(found - expected) < 1e-6)
    }
    for (found, expected) in zip(importance.shares, [0.9626, 0.0275, 0.0099]) {
      #expect(abs(found - expected) < 1e-4)
    }
  }

  /// The expected numbers are of optuna.importance.PedAnovaImportanceEvaluator, version 5.0.0.
  @Test("is Optuna's for every kind of parameter, one with a condition among them")
  func kinds() throws {
    let gamma = Parameter(key: "gamma", domain: .log(low: 0.1, high: 100))
    let space = Space(Reference.space.parameters + [gamma])
    let observations = (0..<60).map { point in
      let u = [2, 3, 5, 7, 11, 13, 17].map { radicalInverse(point + 1, $0) }
      let (k, choice) = (1 + Int64(5 * u[2]), Int(3 * u[3]))
      let hasGamma = choice < 2
      let loss =
        (u[0] - 0.3) * (u[0] - 0.3) + 0.5 * abs(u[1] - 0.6) + 0.1 * abs(Double(k - 4))
        + (choice == 0 ? 0.2 : 0) + 0.3 * u[4] + 0.1 * u[5]
        + (hasGamma ? 0.2 * abs(u[6] - 0.5) : 0.1)
      return observation(
        point,
        [
          .number(u[0]), .number(pow(10, 3 * u[1] - 5)), .integer(k),
          .text(["a", "b", "c"][choice]), .number((10 * u[4]).rounded(.down) / 10),
          .integer(Int64((8 * pow(2, 6 * u[5])).rounded())),
          hasGamma ? .number(pow(10, 3 * u[6] - 1)) : nil,
        ], loss)
    }
    let importance = try #require(Importance(space, observations))
    let expected = [
      0.0014584848480879392, 0.0008078548190369694, 0.009408259766684402, 0.0011531488630476905,
      0.005167953904811644, 0.0001758362469473267, 0.0002579135851833376,
    ]
    for (found, expected) in zip(importance.divergences, expected) {
      #expect(abs(found - expected) < 1e-9 * expected)
    }
  }

  private func radicalInverse(_ number: Int, _ base: Int) -> Double {
    var (rest, digit, sum) = (number, 1.0, 0.0)
    while rest > 0 {
      digit /= Double(base)
      sum += digit * Double(rest % base)
      rest /= base
    }
    return sum
  }

  @Test("asks for ranks alone, and takes points that were stopped or diverged as the worse ones")
  func ranks() throws {
    let (space, observations) = bowl
    let importance = try #require(Importance(space, observations))
    let worse = observations.ranked().enumerated().map { place, observation in
      var observation = observation
      switch place {
      case ..<10: observation.result = .value(Double(place) * 1e6, rung: 1, isComplete: true)
      case ..<40: observation.result = .value(Double(place) - 40, rung: 0, isComplete: false)
      default: observation.result = .diverged
      }
      return observation
    }
    #expect(Importance(space, worse) == importance)
  }

  @Test("of less than 50 points there is none; of equal parameters it is nothing")
  func little() throws {
    let (space, observations) = bowl
    #expect(Importance(space, Array(observations.prefix(49))) == nil)
    let constant = Parameter(key: "p", domain: .choice([.integer(1)]))
    let empty = Parameter(key: "q", domain: .choice([]))
    let one = Parameter(key: "r", domain: .int(low: 3, high: 3, isLog: true))
    let points = (0..<50).map { observation($0, [.integer(1), .text("x"), .integer(3)], 0) }
    let importance = try #require(Importance(Space([constant, empty, one]), points))
    #expect(importance.divergences == [0, 0, 0] && importance.shares == [0, 0, 0])
  }

  @Test("takes a stranger's rows: too few values, of other kinds, without end")
  func strangers() throws {
    let rows: [[ParameterValue?]] = [
      [], [.text("x"), nil, .number(.nan)], Array(repeating: .number(.infinity), count: 6),
      Array(repeating: .integer(.min), count: 9), Array(repeating: .number(3), count: 6),
    ]
    let points = (0..<60).map { observation($0, rows[$0 % rows.count], Double($0)) }
    let importance = try #require(Importance(Reference.space, points))
    #expect(importance.divergences.count == 6)
    let isFinite = importance.divergences.allSatisfy { $0.isFinite }
    #expect(isFinite)
  }
}
