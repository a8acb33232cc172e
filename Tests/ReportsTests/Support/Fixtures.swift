import RunModel
import Testing

@testable import Reports

/// 2026-11-24T12:00:00Z.
let noon = Timestamp(microseconds: 1_795_521_600_000_000)

func minutes(_ count: Int64, after time: Timestamp = noon) -> Timestamp {
  Timestamp(microseconds: time.microseconds + count * 60_000_000)
}

func runID(_ number: Int) throws -> RunID {
  let digits = String(number)
  let zeros = String(repeating: "0", count: 13 - digits.count)
  return try #require(RunID(rawValue: "r" + zeros + digits))
}

func summary(_ values: [Double]) -> MetricSummary {
  var summary = MetricSummary(step: 100, value: values[0])
  for (place, value) in values.enumerated().dropFirst() {
    summary.add(step: 100 * (place + 1), value: value)
  }
  return summary
}

func points(_ values: [Double]) -> [SeriesPoint] {
  values.enumerated().map { place, value in
    SeriesPoint(
      step: 100 * (place + 1), epoch: place + 1, images: 6400 * (place + 1),
      value: value, time: minutes(Int64(place)), attempt: 1)
  }
}

/// A finished run of three epochs.
func run(
  _ number: Int = 1, name: String = "ring", loss: String = "nonsaturating",
  losses: [Double] = [1.3862943611198906, 1.25, 1.1]
) throws -> Run {
  Run(
    id: try runID(number), name: name, experiment: "default", status: .finished,
    createdAt: noon, endedAt: minutes(3), epoch: 3, step: 300, images: 19_200,
    parameters: [
      "loss": .text(loss), "epochs": .integer(3), "batch_size": .integer(64),
      "data.kind": .text("ring"), "data.radius": .number(2),
      "schedule.fresh_latents": .boolean(false),
      "generator.optimizer.lr": .number(2e-4), "generator.layers.10.dense": .integer(2),
      "generator.layers.2.dense": .integer(128),
    ],
    metrics: [
      "d_loss": summary(losses), "d_accuracy": summary([0.5, 0.625, .nan]),
      "seconds": summary([1.5, 1.25, 1.75]), "modes[8]": summary([8]),
    ],
    tags: ["purpose": "a test"], note: "looks\tgood",
    parent: Run.Parent(
      id: try runID(9), checkpointDigest: SHA256.digest([UInt8(1)])),
    checkpoints: 1, failure: nil)
}

func environment(commit: String = "0123456") -> RunEnvironment {
  RunEnvironment(facts: [
    "version": "0.1.0", "git_commit": commit, "cpu": "Some CPU", "threads": "2",
  ])
}

func page() throws -> RunPage {
  let run = try run()
  return RunPage(
    run: run, environment: environment(),
    attempts: [
      Attempt(
        number: 1, startStep: 0, startedAt: noon, endedAt: minutes(1), status: .interrupted,
        environment: environment()),
      Attempt(
        number: 2, startStep: 150, startedAt: minutes(2), endedAt: minutes(3), status: .finished,
        environment: environment()),
    ],
    checkpoints: [
      Checkpoint(
        runID: run.id, epoch: 3, step: 300, isEpochEnd: true, digest: SHA256.digest([UInt8(2)]),
        bytes: 1_500_000, storedBytes: 1_200_000, tensors: 12, pins: ["sweet-spot", "best"],
        createdAt: minutes(3)),
      Checkpoint(
        runID: run.id, epoch: 3, step: 250, isEpochEnd: false, digest: SHA256.digest([UInt8(3)]),
        bytes: 1_500_000, storedBytes: 1_200_000, tensors: 12, pins: [],
        createdAt: minutes(2)),
    ])
}

let terminal = Medium(isTerminal: true, width: 100, hasColor: false, now: minutes(7))
let pipe = Medium(isTerminal: false, width: 100, hasColor: false, now: minutes(7))
