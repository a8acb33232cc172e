import Configuration
import RunModel
import Testing

@testable import CommandLine

/// What a call of `resume` means, without a run or a registry.
@Suite("What a resume comes to")
struct ResumePlanTests {
  /// A run of six epochs of ten steps.
  private func run(_ status: RunStatus) throws -> Run {
    let settings = try RunConfiguration.load(
      preset: "ring", file: nil, sets: ["epochs=6", "steps_per_epoch=10"], flags: [])
    return Run(
      id: try #require(RunID(rawValue: "r0000000000001")), name: "ring", experiment: "default",
      status: status, createdAt: noon, endedAt: noon, epoch: 0, step: 0, images: 0,
      parameters: settings.parameters, metrics: [:], tags: [:], note: nil, parent: nil,
      checkpoints: 0, failure: nil)
  }

  private func start(
    _ status: RunStatus = .interrupted, step: Int?, isNewest: Bool = true
  ) throws -> StartingPoint {
    let run = try run(status)
    let checkpoint = step.map { step in
      Checkpoint(
        runID: run.id, epoch: (step + 9) / 10, step: step, isEpochEnd: step % 10 == 0,
        digest: SHA256.digest([]), bytes: 0, storedBytes: 0, tensors: 0, pins: [], createdAt: noon)
    }
    return StartingPoint(run: run, checkpoint: checkpoint, isNewest: isNewest)
  }

  @Test(
    "the run itself goes on from its newest checkpoint, while epochs are left",
    arguments: [
      (RunStatus.interrupted, 25, nil, .goOn), (.crashed, 60, nil, .goOn),
      (.finished, 60, nil, .stay), (.finished, 60, 6, .stay), (.finished, 60, 9, .goOn),
      (.finished, 50, nil, .goOn), (.interrupted, 25, 2, .stay), (.interrupted, 25, 3, .goOn),
      (.interrupted, 30, 3, .stay), (.failed, nil, nil, .startAgain),
      (.interrupted, nil, 9, .startAgain),
    ] as [(RunStatus, Int?, Int?, ResumePlan.Course)])
  func goesOn(status: RunStatus, step: Int?, epochs: Int?, course: ResumePlan.Course) throws {
    let plan = try ResumePlan(from: start(status, step: step), epochs: epochs)
    #expect(plan.course == course)
    #expect(plan.settings.epochs == epochs ?? 6)
    #expect((plan.note == nil) == (course == .goOn || course == .fork))
  }

  @Test("an earlier checkpoint or a setting that changes results makes a child run")
  func forks() throws {
    #expect(try ResumePlan(from: start(step: 10, isNewest: false)).course == .fork)
    #expect(
      try ResumePlan(from: start(step: 20), sets: ["loss=minimax"], name: "x").course == .fork)
    // With nothing left to train as well: the contract's child run.
    #expect(try ResumePlan(from: start(.finished, step: 60), sets: ["seed=2"]).course == .fork)
    let error = try #require(throws: Failure.self) {
      try ResumePlan(from: start(step: nil), sets: ["seed=2"])
    }
    #expect(error.status == .missing)
  }

  @Test("settings that never change results hold for the attempt alone")
  func passing() throws {
    let plan = try ResumePlan(
      from: start(step: 20), sets: ["samples.every=3", "data.modes=8"], epochs: 7)
    #expect(plan.course == .goOn)
    #expect(plan.passing == ["set.samples.every": "3"])
    #expect(try ResumePlan(from: start(step: 20), sets: ["seed=2"]).passing.isEmpty)
  }

  @Test("a name is a child run's alone")
  func name() throws {
    let error = try #require(throws: Failure.self) {
      try ResumePlan(from: start(step: 20), name: "other")
    }
    #expect(error.status == .usage)
  }
}

@Suite("What an environment changes")
struct EnvironmentChangeTests {
  private let stored = RunEnvironment(facts: [
    "onednn": "2.6.3", "isa": "avx2", "cpu": "One CPU", "version": "0.1.0", "threads": "2",
    "host": "a",
  ])

  @Test("facts that bits depend on are named with both values, others are not")
  func named() throws {
    var present = stored
    present.facts["threads"] = "8"
    present.facts["host"] = "b"
    #expect(EnvironmentChange(from: stored, to: present) == nil)
    present.facts["onednn"] = "3.1.0"
    present.facts["isa"] = "avx512_core"
    let change = try #require(EnvironmentChange(from: stored, to: present))
    let run = try #require(RunID(rawValue: "r0000000000001"))
    #expect(
      change.sentence(of: run)
        == "run r0000000000001 was trained with oneDNN 2.6.3 (here 3.1.0), instruction set avx2 "
        + "(here avx512_core): what follows may differ in its last bits")
  }

  @Test("a fact that one of the two does not tell is no change")
  func missing() {
    #expect(EnvironmentChange(from: stored, to: RunEnvironment(facts: [:])) == nil)
    #expect(EnvironmentChange(from: RunEnvironment(facts: [:]), to: stored) == nil)
  }

  @Test(
    "the environment of a step is that of the attempt that reached it",
    arguments: [(0, "1"), (10, "1"), (11, "2"), (20, "2"), (30, "2")])
  func attempts(step: Int, version: String) {
    let attempts = [(1, 0), (2, 10), (3, 30)].map { number, start in
      Attempt(
        number: number, startStep: start, startedAt: noon, endedAt: nil, status: .crashed,
        environment: RunEnvironment(facts: ["version": String(number)]))
    }
    #expect(attempts.environment(at: step)?.facts["version"] == version)
  }
}
