import Foundation
import RunModel
import Sweeps

/// How far one search came.
private struct Regret: Encodable {
  var problem: String
  var sampler: String
  var window: Int
  var seed: Int
  /// The best value so far less the minimum, after half and after all trials.
  var half: Double
  var all: Double
}

/// A sampler by its name, with how many points it has in flight.
private let samplers: [(name: String, window: Int, make: @Sendable (Space) throws -> any Sampler)] =
  [
    ("random", 1, { RandomSampler($0) }),
    ("sobol", 1, { try SobolSampler($0) }),
    ("tpe", 1, { TPESampler($0) }),
    ("tpe", 4, { TPESampler($0) }),
  ]

/// Writes the regret of every sampler on every problem, seeds from 0.
func measureRegret(trials: Int, seeds: Int) throws {
  for problem in try Problem.all() {
    for (name, window, make) in samplers {
      let sampler = try make(problem.space)
      for seed in 0..<seeds {
        let best = search(problem, sampler, window: window, trials: trials, seed: seed)
        try write(
          Regret(
            problem: problem.name, sampler: name, window: window, seed: seed,
            half: best[trials / 2 - 1] - problem.minimum, all: best[trials - 1] - problem.minimum))
      }
    }
  }
}

/// The best value so far after each trial.
private func search(
  _ problem: Problem, _ sampler: any Sampler, window: Int, trials: Int, seed: Int
) -> [Double] {
  var values: [Double] = []
  var assignments: [Assignment] = []
  var best: [Double] = []
  for point in 0..<trials {
    // Of the last points of the window only the parameters are known.
    let history = assignments.enumerated().map { earlier, assignment in
      Observation(
        point: earlier, assignment: assignment,
        result: earlier > point - window
          ? .running : .value(values[earlier], rung: 0, isComplete: true))
    }
    let assignment = sampler.suggest(
      point: point, draw: 0, seed: UInt64(seed), history: history)
    assignments.append(assignment)
    values.append(problem.value(assignment))
    best.append(min(best.last ?? .infinity, values[point]))
  }
  return best
}

/// Writes the median processor time of a suggestion after some points of three parameters, in milliseconds.
func measureSuggestion(points: Int) {
  let space = Space([
    Parameter(key: "loss", domain: .choice(["a", "b", "c"].map { .text($0) })),
    Parameter(key: "lr", domain: .log(low: 1e-5, high: 1e-2)),
    Parameter(key: "beta1", domain: .range(low: 0, high: 0.9, step: 0.1)),
  ])
  let random = RandomSampler(space)
  let history = (0..<points).map { point in
    let assignment = random.suggest(point: point, draw: 0, seed: 1, history: [])
    let rate = log10(assignment.values[1]?.doubleValue ?? 1) + 4
    return Observation(
      point: point, assignment: assignment,
      result: .value(rate * rate, rung: 0, isComplete: true))
  }
  let sampler = TPESampler(space)
  let times = (0..<51).map { repetition in
    let began = clock()
    _ = sampler.suggest(point: points + repetition, draw: 0, seed: 1, history: history)
    return Double(clock() - began) / Double(CLOCKS_PER_SEC) * 1e3
  }
  let text = String(format: "%.3f\n", times.sorted()[times.count / 2])
  FileHandle.standardOutput.write(Data(text.utf8))
}
