import RunModel

@testable import Reports

/// A sweep's standing with points of these values; `nil`: diverged.
///
/// - Parameter epochs: the points', over and over.
func sweepStanding(
  _ values: [Double?], name: String = "ring", epochs: [Int]
) throws -> SweepStanding {
  let trials = try values.enumerated().map { number, value in
    TrialStanding(
      trial: Trial(
        number: number,
        parameters: [
          .init(key: "loss", value: .text(number % 2 == 0 ? "hinge" : name)),
          .init(key: "generator.optimizer.lr", value: .number(1e-4 * Double(number % 50 + 1))),
        ]),
      state: value == nil
        ? .diverged : epochs[number % epochs.count] == epochs.max() ? .finished : .paused,
      mean: value.map { .init(value: $0, deviation: nil, seeds: 1) }, confirmed: nil,
      epochs: epochs[number % epochs.count], ended: 1, seeds: 1,
      runs: [try runID(number)], startedAt: noon, endedAt: minutes(1), workers: [], failure: nil)
  }
  let best = trials.ranked(minimizes: true).first.flatMap { trial in
    trial.mean.map { SweepStanding.Best(number: trial.trial.number, value: $0.value) }
  }
  return SweepStanding(
    name: name, state: .finished, objective: "last(\(name))", minimizes: true, best: best,
    trials: trials,
    rungs: Set(epochs).sorted().map { .init(epochs: $0, results: 2, promoted: 1, cutoff: 0.5) },
    points: values.count, epochs: 9, cost: 30)
}

/// A report of a sweep of `sweepStanding`, one training a point.
func sweepReport(
  _ values: [Double?], name: String = "ring", epochs: [Int] = [9], importance: [Double]? = nil
) throws -> SweepReport {
  let file = "sweep: ring # \(name)\n"
  return SweepReport(
    sweep: Sweep(
      name: name, file: file, digest: SHA256.digest(file.utf8), createdAt: noon, isStopped: false,
      failuresInRow: 0, extents: [.init(firstEntry: 0, points: values.count, epochs: 9)]),
    standing: try sweepStanding(values, name: name, epochs: epochs),
    rules: [("sampler", "random")],
    axes: [
      SweepAxis(key: "loss", values: .categories(["hinge", name])),
      SweepAxis(
        key: "generator.optimizer.lr",
        values: .numbers(low: 1e-4, high: 5e-3, isLogarithmic: true)),
    ],
    importance: importance, command: "gan-runs train --set 'name=\(name)'",
    jobs: values.indices.map { number in
      Job(
        key: .init(point: number, seed: 1, rung: 0), entry: number, epochs: 9,
        state: values[number] == nil ? .diverged : .done, value: values[number],
        startedAt: minutes(Int64(number / 2)), endedAt: minutes(Int64(number / 2) + 1))
    })
}
