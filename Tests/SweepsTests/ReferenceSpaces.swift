import Foundation
import RunModel
import Sweeps

/// Spaces, histories and values that several suites share.
enum Reference {
  static let x = Parameter(key: "x", domain: .range(low: 0, high: 1, step: nil))
  static let lr = Parameter(key: "lr", domain: .log(low: 1e-5, high: 1e-2))
  static let k = Parameter(key: "k", domain: .int(low: 1, high: 5, isLog: false))
  static let c = Parameter(key: "c", domain: .choice([.text("a"), .text("b"), .text("c")]))
  static let beta = Parameter(key: "beta1", domain: .range(low: 0, high: 0.9, step: 0.1))

  /// One parameter of every kind.
  static let space = Space([
    x, lr, k, c, beta, Parameter(key: "width", domain: .int(low: 8, high: 512, isLog: true)),
  ])

  /// Points whose value is (x − 0.3)², with parameters that are functions of x and one that is not.
  static func history(_ parameters: [Parameter]) -> [Observation] {
    let xs = [0.5, 0.1, 0.9, 0.3, 0.7, 0.2, 0.8, 0.4, 0.6, 0.05, 0.95, 0.33]
    let choices = ["a", "b", "c", "b", "a", "b", "c", "a", "c", "b", "a", "b"]
    return zip(xs, choices).enumerated().map { point, pair in
      let (x, choice) = pair
      let values = parameters.map { parameter -> ParameterValue? in
        switch parameter.key {
        case "x": .number(x)
        case "lr": .number(pow(10, 3 * x - 5))
        case "k": .integer(1 + Int64(4.999 * x))
        default: .text(choice)
        }
      }
      return Observation(
        point: point, assignment: Assignment(values),
        result: .value((x - 0.3) * (x - 0.3), rung: 0, isComplete: true))
    }
  }

  /// A complete point of one parameter.
  static func complete(_ point: Int, _ value: ParameterValue?, _ loss: Double) -> Observation {
    Observation(
      point: point, assignment: Assignment([value]),
      result: .value(loss, rung: 0, isComplete: true))
  }
}
