import Foundation
import TestSupport
import Testing

/// A verb that changes or copies the registry, and may be killed while it does.
enum KilledVerb: String, CaseIterable {
  case backup
  case prune
  case collect
  case verify

  var call: [String] {
    switch self {
    case .backup: ["backup", "copy.db"]
    case .prune: ["checkpoints", "prune", "latest", "--keep-last", "1"]
    case .collect: ["gc", "--now"]
    case .verify: ["verify", "--data"]
    }
  }
}

@Suite("Killed while pruning, collecting, backing up, verifying")
struct KilledVerbTests {
  /// Two runs of six checkpoints each, one of them deleted: something to do for every verb.
  private static func stage() throws -> Workplace {
    let place = try Workplace(.faulty)
    let text = Examples.heavy.replacingOccurrences(of: "keep_last: 1", with: "keep_last: 0")
    try place.write(text, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml", "--name", "gone", "--epochs", "2")
    let training = try place.run(
      "train", "--config", "run.yaml", "--epochs", "4", environment: place.faults())
    try #require(training.status == 0, "\(training.error)")
    try place.expect("delete", "gone")
    return place
  }

  /// Kills the verb at random moments of it, looks, and lets it end.
  private static func kill(_ verb: KilledVerb, _ kills: Int, in stage: Workplace, seed: UInt64)
    throws
    -> Int
  {
    var numbers = SeededNumbers(seed: seed)
    let place = try Workplace(.faulty)
    try FileManager.default.copyItem(at: stage.path("gan-runs.db"), to: place.path("gan-runs.db"))
    let acknowledged = stage.acknowledged()
    let keepLast = verb == .prune ? 1 : 0
    var met = 0
    for kill in 0..<kills {
      let running = try place.start(verb.call)
      usleep(.random(in: 10_000...150_000, using: &numbers))
      running.send(SIGKILL)
      if try running.wait().status == 128 + SIGKILL { met += 1 }
      let what = "\(verb), seed \(seed), kill \(kill)"
      #expect(
        try place.brokenPromises(acknowledged: acknowledged, keepLast: keepLast) == [], "\(what)")
      let copy = place.path("copy.db").path
      if FileManager.default.fileExists(atPath: copy) {
        #expect(try place.brokenPromises(of: copy, acknowledged: acknowledged) == [], "\(what)")
      }
    }
    try place.expect(verb.call)
    #expect(try place.brokenPromises(acknowledged: acknowledged, keepLast: keepLast) == [])
    return met
  }

  @Test("a killed verb leaves a whole file, and no half of a copy under its name")
  func few() throws {
    let stage = try Self.stage()
    let seed = UInt64.random(in: 0..<1000)
    for verb in KilledVerb.allCases { _ = try Self.kill(verb, 2, in: stage, seed: seed) }
  }

  @Test(
    "Torture: four hundred kills of verbs at work", .enabled(if: isTorture),
    arguments: KilledVerb.allCases)
  func torture(verb: KilledVerb) throws {
    let stage = try Self.stage()
    var met = 0
    for seed in UInt64(0)..<20 { met += try Self.kill(verb, 5, in: stage, seed: seed) }
    print("\(verb): 100 kills, \(met) of them met it at work")
  }
}
