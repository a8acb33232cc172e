import Foundation
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

/// Pruning, deleting, collecting and backing up: ended at any moment, and beside a training.
@Suite("Keeping and dropping", .serialized)
struct KeepingTests {
  /// Two runs of some checkpoints of 1.4 MB each; the second is deleted.
  private static func prepared() throws -> Workplace {
    let place = try Workplace(.faulty)
    try place.write(
      Examples.heavy.replacingOccurrences(of: "512", with: "256")
        .replacingOccurrences(of: "keep_last: 1", with: "keep_last: 0"), to: "run.yaml")
    for name in ["stays", "goes"] {
      try place.expect("train", "--config", "run.yaml", "--name", name)
    }
    try place.expect("delete", "goes")
    return place
  }

  private static let verbs = [
    ["checkpoints", "prune", "stays", "--keep-last", "2"], ["gc", "--now"],
    ["checkpoints", "pin", "stays@epoch:2", "mine"], ["delete", "stays"], ["restore", "goes"],
    ["backup", "copy.db"], ["checkpoints", "export", "stays", "-o", "stays.safetensors"],
  ]

  /// What a registry holds: runs, deleted ones, checkpoints with their pins, how many points.
  private static func content(_ place: Workplace) throws -> [String] {
    let reader = try RegistryReader(path: place.registry)
    let runs = try reader.runs().runs
    var points = 0
    try reader.forEachPoint { _, _, _ in points += 1 }
    let checkpoints = try runs.flatMap { try reader.checkpoints(of: $0.id) }
    return try runs.map(\.name)
      + RegistryReader(path: place.registry, choice: .deleted).runs().runs.map {
        "deleted \($0.name)"
      }
      + checkpoints.map { "\($0.digest) \($0.pins)" } + ["\(points) points"]
  }

  /// What is wrong with a registry, if anything.
  private static func damage(_ place: Workplace) throws -> [Finding] {
    try RegistryReader(path: place.registry, choice: .all).verify(data: .all).findings
  }

  /// Copies the prepared registry to a place of its own.
  private static func copy(of prepared: Workplace) throws -> Workplace {
    let place = try Workplace(.faulty)
    try FileManager.default.copyItem(atPath: prepared.registry, toPath: place.registry)
    return place
  }

  /// Calls a verb with a fault that ends it, looks, and calls it again.
  private static func interrupt(
    _ verb: [String], _ prepared: Workplace, _ straight: [String], _ what: String,
    by end: (Workplace) throws -> Result
  ) throws -> Bool {
    let place = try copy(of: prepared)
    let result = try end(place)
    let isKilled = result.status == 128 + SIGKILL
    try #require(isKilled || result.status == 0, "\(verb), \(what): \(result.error)")
    #expect(try damage(place) == [], "\(verb), \(what)")
    // A deletion that was done before the process died is not there to be done once more.
    _ = try place.start(verb).wait()
    #expect(try content(place) == straight, "\(verb), \(what)")
    #expect(try damage(place) == [], "\(verb), \(what)")
    return isKilled
  }

  private static func straight(_ verb: [String], _ prepared: Workplace) throws -> [String] {
    let place = try copy(of: prepared)
    let result = try place.start(verb).wait()
    try #require(result.status == 0, "\(verb): \(result.error)")
    return try content(place)
  }

  /// Kills each verb at the first `times` times of each milestone that it reaches.
  ///
  /// - Parameter most: milestones of a verb, chosen by chance; all without it.
  private static func killAtMilestones(times: Int, most: Int = .max) throws -> Int {
    var numbers = SeededNumbers(seed: UInt64.random(in: 0..<1000))
    let prepared = try prepared()
    var kills = 0
    for verb in verbs {
      let straight = try straight(verb, prepared)
      var reached = 0
      for milestone in Milestone.allCases.shuffled(using: &numbers) where reached < most {
        for time in 1...times {
          let isKilled = try interrupt(verb, prepared, straight, "\(milestone) \(time)") { place in
            try place.start(
              verb, environment: ["GAN_RUNS_FAULTS": "kill=\(milestone.rawValue):\(time)"]
            ).wait()
          }
          guard isKilled else { break }
          kills += 1
          if time == 1 { reached += 1 }
        }
      }
    }
    return kills
  }

  @Test("killed at some milestone, they lose nothing, and called again they are done")
  func milestones() throws { #expect(try Self.killAtMilestones(times: 1, most: 3) >= 17) }

  @Test(
    "Torture: killed at each of the first thirty times of each milestone, they lose nothing",
    .enabled(if: isTorture))
  func tortureMilestones() throws { print("\(try Self.killAtMilestones(times: 30)) kills") }

  @Test("a backup that is killed leaves the earlier one, and the next call sweeps its draft")
  func killedBackup() throws {
    let place = try Self.prepared()
    try place.expect("backup", "copy.db")
    let earlier = try Data(contentsOf: place.path("copy.db"))
    try place.expect("checkpoints", "pin", "stays", "mine")
    let killed = try place.run(
      "backup", "copy.db", environment: ["GAN_RUNS_FAULTS": "kill=backupChecked:1"])
    #expect(killed.status == 128 + SIGKILL)
    #expect(try Data(contentsOf: place.path("copy.db")) == earlier)
    let names = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
    let drafts = names.filter { $0.hasPrefix("copy.db.new-") }
    #expect(drafts.count == 1, "\(names)")
    for draft in drafts {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1)],
        ofItemAtPath: place.path(draft).path)
    }
    try place.expect("backup", "copy.db")
    #expect(try Data(contentsOf: place.path("copy.db")) != earlier)
    let left = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
    #expect(!left.contains { $0.contains(".new-") }, "\(left)")
  }

  @Test("an export that is killed leaves the earlier file, and the next call sweeps its draft")
  func killedExport() throws {
    let place = try Self.prepared()
    let file = "stays.safetensors"
    try place.expect("checkpoints", "export", "stays@epoch:1", "-o", file)
    let earlier = try Data(contentsOf: place.path(file))
    let call = ["checkpoints", "export", "stays@epoch:2", "-o", file]
    func killed(_ milestone: String) throws {
      let result = try place.start(
        call, environment: ["GAN_RUNS_FAULTS": "kill=\(milestone):1"]
      ).wait()
      #expect(result.status == 128 + SIGKILL, "\(milestone): \(result)")
    }
    func drafts() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
        .filter { $0.hasPrefix(file + ".new-") }
    }
    try killed("outputWritten")
    #expect(try Data(contentsOf: place.path(file)) == earlier)
    let left = try drafts()
    try #require(left.count == 1, "\(left)")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)],
      ofItemAtPath: place.path(left[0]).path)
    try killed("outputPlaced")
    let later = try Data(contentsOf: place.path(file))
    #expect(later != earlier)
    #expect(try drafts() == [])
    try place.expect(call)
    #expect(try Data(contentsOf: place.path(file)) == later)
  }

  /// A run that trains while others prune, collect, delete, restore, back up, list and verify.
  private static func crowd(_ text: String) throws -> Int {
    let place = try Workplace(.faulty)
    try place.write(text, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml", "--name", "other", "--epochs", "1")
    let training = try place.start(["train", "--config", "run.yaml", "--name", "busy"])
    var rounds = 0
    while training.process.isRunning {
      for call in [
        ["checkpoints", "prune", "latest"], ["delete", "other"], ["gc"], ["list"],
        ["backup", "copy.db"], ["restore", "other"], ["verify", "--data"],
        ["verify", "--data", "--db", "copy.db"],
      ] {
        let result = try place.start(call).wait()
        #expect(result.status == 0, "\(call): \(result.output) \(result.error)")
      }
      rounds += 1
    }
    let result = try training.wait()
    #expect(result.status == 0, "\(result.error)")
    let straight = try Workplace(.faulty)
    try straight.write(text, to: "run.yaml")
    try straight.expect("train", "--config", "run.yaml")
    #expect(try place.evidence("busy") == straight.evidence())
    #expect(try place.checkpoints("busy").count == straight.checkpoints().count)
    return rounds
  }

  @Test("beside a training they change nothing of it, and none of them fails")
  func beside() throws {
    let text = Examples.heavy.replacingOccurrences(of: "epochs: 6", with: "epochs: 12")
    #expect(try Self.crowd(text) > 0)
  }

  @Test(
    "Torture: all of them beside a long training", .enabled(if: isTorture))
  func tortureBeside() throws {
    let text = Examples.heavy.replacingOccurrences(of: "epochs: 6", with: "epochs: 400")
    print("\(try Self.crowd(text)) rounds")
  }
}
