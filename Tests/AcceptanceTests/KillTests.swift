import Foundation
import TestSupport
import Testing

@Suite("Killed at any moment")
struct KillTests {
  /// A run of about a second whose epochs are short, so that kills fall before, between and within
  /// checkpoints.
  private static func long(_ text: String) -> String {
    text.replacingOccurrences(of: "steps_per_epoch: 60", with: "steps_per_epoch: 400")
  }

  private static func straight(_ text: String) throws -> Evidence {
    let place = try Workplace()
    try place.write(text, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml")
    return try place.evidence()
  }

  /// Kills a run `kills` times at random moments, looks at what it left, resumes it each time, and lets
  /// it end.
  private static func killed(
    _ text: String, _ kills: Int, seed: UInt64
  ) throws -> (Evidence, crashes: Int) {
    var numbers = SeededNumbers(seed: seed)
    let place = try Workplace(.faulty)
    try place.write(text, to: "run.yaml")
    var crashes = 0
    var kill = 0
    // On a busy machine it takes longer until a run is in progress.
    while kill < kills || crashes == 0 && kill < 4 * kills {
      let hasRun = try !place.runs().isEmpty
      let running = try place.start(
        hasRun ? ["resume", "latest"] : ["train", "--config", "run.yaml"],
        environment: place.faults())
      // The first falls before the first checkpoint, which takes an epoch.
      let wait = kill == 0 ? 40 : Int.random(in: 5...300 * (1 + kill / kills), using: &numbers)
      usleep(UInt32(wait) * 1000)
      running.send(SIGKILL)
      _ = try running.wait()
      let broken = try place.brokenPromises(acknowledged: place.acknowledged(), keepLast: 1)
      #expect(broken == [], "seed \(seed), kill \(kill)")
      if let status = try place.runs().first?["status"] as? String {
        #expect(status == "crashed" || status == "finished", "seed \(seed), kill \(kill)")
        if status == "crashed" { crashes += 1 }
      }
      kill += 1
    }
    let hasRun = try !place.runs().isEmpty
    let last = try place.start(
      hasRun ? ["resume", "latest"] : ["train", "--config", "run.yaml"]
    ).wait()
    try #require(last.status == 0, "seed \(seed): \(last.error)")
    return (try place.evidence(), crashes)
  }

  @Test(
    "a run killed five times and resumed gives what it would have given",
    arguments: [Examples.ring, Examples.pictures].map(long))
  func five(text: String) throws {
    let seed = UInt64.random(in: 0..<1000)
    let (evidence, crashes) = try Self.killed(text, 5, seed: seed)
    #expect(try evidence == Self.straight(text), "seed \(seed)")
    #expect(crashes > 0, "seed \(seed): no kill met a run in progress")
  }

  @Test(
    "Torture: a thousand kills of runs in progress lose nothing", .enabled(if: isTorture),
    arguments: [(long(Examples.ring), 400), (long(Examples.pictures), 300), (Examples.heavy, 300)])
  func tortureThousandKills(text: String, count: Int) throws {
    let straight = try Self.straight(text)
    var crashes = 0
    var seed = UInt64(0)
    while crashes < count, seed < UInt64(count) {
      let (evidence, met) = try Self.killed(text, 5, seed: seed)
      #expect(evidence == straight, "seed \(seed)")
      crashes += met
      seed += 1
    }
    #expect(crashes >= count)
    print("\(5 * seed) kills, \(crashes) of them met a run in progress")
  }
}
