import Foundation
import RunModel
import TestSupport
import Testing

@Suite("Killed between two steps of the store's work", .serialized)
struct KillPointTests {
  /// Trains, is killed when a milestone is reached for the n-th time, looks, and carries the run on.
  ///
  /// - Returns: whether it was killed: the milestone may not come so often.
  private static func kill(_ milestone: Milestone, _ time: Int, _ straight: Evidence) throws -> Bool
  {
    let place = try Workplace(.faulty)
    try place.write(Examples.heavy, to: "run.yaml")
    let training = try place.run(
      "train", "--config", "run.yaml",
      environment: place.faults("kill=\(milestone.rawValue):\(time)"))
    let isKilled = training.status == 128 + SIGKILL
    try #require(isKilled || training.status == 0, "\(training.error)")
    let broken = try place.brokenPromises(acknowledged: place.acknowledged(), keepLast: 1)
    #expect(broken == [], "killed at \(milestone) \(time)")
    let hasRun = try !place.runs().isEmpty
    let last = try place.start(
      hasRun ? ["resume", "latest"] : ["train", "--config", "run.yaml"]
    ).wait()
    try #require(last.status == 0, "killed at \(milestone) \(time): \(last.error)")
    #expect(try place.evidence() == straight, "killed at \(milestone) \(time)")
    return isKilled
  }

  /// Those that a training reaches.
  private static let milestones = Milestone.allCases.filter {
    ![.backupChecked, .backupPlaced, .outputWritten, .outputPlaced, .runRowsDropped].contains($0)
  }

  private static func straight() throws -> Evidence {
    let place = try Workplace(.faulty)
    try place.write(Examples.heavy, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml")
    return try place.evidence()
  }

  @Test("a run killed at any milestone, and later at some, gives what it would have given")
  func milestones() throws {
    let straight = try Self.straight()
    for milestone in Self.milestones {
      #expect(try Self.kill(milestone, 1, straight), "\(milestone) is never reached")
    }
    var numbers = SeededNumbers(seed: UInt64.random(in: 0..<1000))
    for milestone in Self.milestones.shuffled(using: &numbers).prefix(4) {
      _ = try Self.kill(milestone, Int.random(in: 2...12, using: &numbers), straight)
    }
  }

  @Test(
    "Torture: a run killed at each of the first forty times of each milestone",
    .enabled(if: isTorture))
  func tortureMilestones() throws {
    let straight = try Self.straight()
    var kills = 0
    for milestone in Self.milestones {
      var time = 1
      while time <= 40, try Self.kill(milestone, time, straight) { time += 1 }
      kills += time - 1
    }
    print("\(kills) kills at \(Self.milestones.count) milestones")
  }
}
