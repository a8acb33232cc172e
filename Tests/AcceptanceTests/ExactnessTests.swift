import Foundation
import Testing

@Suite("Same configuration, same seed, same bits")
struct ExactnessTests {
  private static func straight(_ text: String, _ arguments: [String] = [], build: Build = .release)
    throws -> Evidence
  {
    let place = try Workplace(build)
    try place.write(text, to: "run.yaml")
    let result = try place.start(["train", "--config", "run.yaml"] + arguments).wait()
    try #require(result.status == 0, "\(result.error)")
    return try place.evidence()
  }

  @Test(
    "three epochs and a resume to six give what six epochs give",
    arguments: [Examples.ring, Examples.everything, Examples.pictures])
  func resumed(text: String) throws {
    let place = try Workplace()
    try place.write(text, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml", "--epochs", "3")
    try place.expect("resume", "latest", "--epochs", "6")
    #expect(try place.evidence() == Self.straight(text))
  }

  @Test(
    "a run interrupted in mid-epoch and resumed gives what it would have given",
    arguments: [Examples.ring, Examples.everything, Examples.pictures])
  func interrupted(text: String) throws {
    let place = try Workplace()
    try place.write(text + "\ncheckpoint: {every: 1000}\n", to: "run.yaml")
    var stops = 0
    var call = ["train", "--config", "run.yaml", "--set", "steps_per_epoch=2000"]
    // A registry that shows a run trains it; a signal then ends it in the middle of its first epoch.
    for _ in 0..<2 {
      let running = try place.start(call)
      try place.waitUntilTraining(running)
      running.send(SIGINT)
      let result = try running.wait()
      #expect(result.status == 130, "\(result.error)")
      #expect(result.output.contains("interrupted"))
      stops += 1
      call = ["resume", "latest"]
    }
    let state = try #require(try place.checkpoints().last)
    let step = try #require(state["step"] as? Int)
    #expect(step % 2000 != 0, "stopped by chance at the end of an epoch, step \(step)")
    try place.expect("resume", "latest")
    let straight = try Self.straight(
      text + "\ncheckpoint: {every: 1000}\n", ["--set", "steps_per_epoch=2000"])
    #expect(try place.evidence() == straight)
  }

  @Test(
    "one thread or two give the same bits",
    arguments: [Examples.ring, Examples.everything, Examples.pictures])
  func threads(text: String) throws {
    #expect(
      try Self.straight(text, ["--threads", "1"]) == Self.straight(text, ["--threads", "2"]))
  }

  @Test(
    "a debug build and a release build give the same bits",
    arguments: [Examples.ring, Examples.everything, Examples.pictures])
  func builds(text: String) throws {
    #expect(try Self.straight(text, build: .debug) == Self.straight(text, build: .release))
  }

  @Test(
    "fashion-mlp at two short epochs gives the same bits straight and resumed, on one thread and two"
  )
  func fashion() throws {
    let settings = ["--preset", "fashion-mlp", "--set", "steps_per_epoch=15"]
    let places = try (0..<2).map { _ in try Workplace() }
    let straight = try places[0].start(["train", "--threads", "2", "--epochs", "2"] + settings)
      .wait()
    try #require(straight.status == 0, "\(straight.error)")
    let first = try places[1].start(["train", "--threads", "1", "--epochs", "1"] + settings).wait()
    try #require(first.status == 0, "\(first.error)")
    try places[1].expect("resume", "latest", "--epochs", "2")
    #expect(try places[0].evidence() == places[1].evidence())
  }

  @Test("another seed gives other bits")
  func seeds() throws {
    #expect(
      try Self.straight(Examples.ring, ["--seed", "1"]).digest
        != Self.straight(Examples.ring, ["--seed", "2"]).digest)
  }

  @Test("settings that never change results do not")
  func neutral() throws {
    let changed = try Self.straight(
      Examples.ring,
      ["--set", "samples.every=1", "--set", "checkpoint.every=2", "--set", "experiment=other"])
    #expect(try changed == Self.straight(Examples.ring))
  }
}

extension Workplace {
  /// Waits until a call has recorded its first step; `log_every` of the examples makes that early.
  func waitUntilTraining(_ running: RunningProgram) throws {
    let deadline = Date() + 60
    let before = try newestStep() ?? 0
    while running.process.isRunning, Date() < deadline {
      if let now = try newestStep(), now > before { return }
    }
    Issue.record("the run never showed a step")
  }

  private func newestStep() throws -> Int? { try runs().first?["step"] as? Int }
}
