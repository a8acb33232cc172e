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

/// A sweep at work: 24 points of six parameters and two seeds at three rungs, some diverged or failed, one
/// confirmed.
func workedSweep() throws -> SweepStanding {
  let losses = ["hinge", "nonsaturating", "wasserstein-gp"]
  let trials = try (0..<24).map { number -> TrialStanding in
    let share = Double(number * 7 % 24 + 1) / 24
    var parameters: [Trial.Parameter] = [
      .init(key: "loss", value: .text(losses[number % 3])),
      .init(key: "generator.optimizer.lr", value: .number(share * share * 0.01)),
      .init(key: "discriminator.optimizer.lr", value: .number(0.003 / (1 + 10 * share))),
      .init(key: "discriminator.optimizer.beta1", value: .number(Double(number % 10) / 10)),
      .init(key: "schedule.discriminator", value: .integer(Int64(number % 5 + 1))),
    ]
    if number % 3 == 2 {
      parameters.append(.init(key: "gradient_penalty.lambda", value: .number(100 * share)))
    }
    let state: SweepStanding.State =
      number == 5
      ? .diverged
      : number == 11
        ? .failed : number >= 22 ? .running : number % 4 == 0 ? .finished : .paused
    let value = 2.5 / (1 + Double(number * 5 % 24)) + 1.0 / 3
    let hasValue = ![5, 11, 23].contains(number)
    return TrialStanding(
      trial: Trial(number: number, parameters: parameters), state: state,
      mean: hasValue ? .init(value: value, deviation: value / 30, seeds: 2) : nil,
      confirmed: number == 4 ? .init(value: 0.41, deviation: 0.0625, seeds: 5) : nil,
      epochs: number == 23 ? 0 : number % 4 == 0 ? 9 : number % 4 == 1 ? 3 : 1, ended: 2, seeds: 2,
      runs: [try runID(2 * number), try runID(2 * number + 1)], startedAt: noon,
      endedAt: state == .running ? nil : minutes(3),
      workers: number >= 22 ? ["host:\(4000 + number)"] : [],
      failure: state == .failed ? "no space left on the device" : nil)
  }
  return SweepStanding(
    name: "losses", state: .running, objective: "last(swd[n=2048])", minimizes: true,
    best: .init(number: 4, value: 0.41), trials: trials,
    rungs: [
      .init(epochs: 1, results: 23, promoted: 12, cutoff: 0.75),
      .init(epochs: 3, results: 11, promoted: 6, cutoff: 0.45),
      .init(epochs: 9, results: 6, promoted: 0, cutoff: nil),
    ], points: 30, epochs: 9, cost: 162)
}
