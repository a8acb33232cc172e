import Foundation
import TestSupport
import Testing

@Suite("Where the disk is full")
struct FullDiskTests {
  /// What a training that ran out of space leaves: its words, a run that can be read and is not
  /// finished, every acknowledged checkpoint; and once there is space, the result it would have had.
  private static func expectPatience(
    _ result: Result, in place: Workplace, acknowledged: [String], keepLast: Int, _ what: String
  ) throws {
    #expect(result.status == 74, "\(what): \(result.error)")
    #expect(
      try place.brokenPromises(acknowledged: acknowledged, keepLast: keepLast) == [], "\(what)")
    let runs = try place.runs()
    for run in runs { #expect(run["status"] as? String != "finished", "\(what)") }
    if let checkpoints = runs.first?["checkpoints"] as? Int, checkpoints > 0 {
      try place.expect("checkpoints", "list", "latest")
    }
  }

  private static func expectSameEnd(_ place: Workplace, as straight: Evidence, _ what: String)
    throws
  {
    let hasRun = try !place.runs().isEmpty
    try place.expect(hasRun ? ["resume", "latest"] : ["train", "--config", "run.yaml"])
    #expect(try place.evidence() == straight, "\(what)")
  }

  private static func straight() throws -> Evidence {
    let place = try Workplace(.faulty)
    try place.write(Examples.heavy, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml")
    return try place.evidence()
  }

  /// Trains where files may grow by so many bytes altogether.
  private static func fill(_ bytes: Int, _ straight: Evidence) throws {
    let place = try Workplace(.faulty)
    try place.write(Examples.heavy, to: "run.yaml")
    let what = "\(bytes) bytes"
    let result = try place.run(
      "train", "--config", "run.yaml", environment: place.faults("growth=\(bytes)", "haste=100"))
    #expect(result.error.contains("No space is left"), "\(what): \(result.error)")
    try expectPatience(
      result, in: place, acknowledged: place.acknowledged(), keepLast: 1, what)
    try expectSameEnd(place, as: straight, what)
  }

  @Test("a training ends with 74 at its last whole checkpoint, and goes on when there is space")
  func growth() throws {
    let straight = try Self.straight()
    for bytes in [0, 300_000, 3_000_000, 12_000_000, 20_000_000] { try Self.fill(bytes, straight) }
  }

  @Test("Torture: a disk that is full at any of two hundred sizes", .enabled(if: isTorture))
  func tortureGrowth() throws {
    let straight = try Self.straight()
    for step in stride(from: 0, to: 200, by: tortureStride ?? 1) {
      try Self.fill(step * 110_000, straight)
    }
  }

  @Test("a training waits for space that comes back within its patience, and says so")
  func spaceReturns() throws {
    let straight = try Self.straight()
    let place = try Workplace(.faulty)
    try place.write(Examples.heavy, to: "run.yaml")
    let training = try place.start(
      ["train", "--config", "run.yaml"],
      environment: place.faults("growth=12000000:\(place.path("space").path)"))
    while try training.process.isRunning && !training.errorSoFar().contains("waiting") {
      usleep(10_000)
    }
    try Data().write(to: place.path("space"))
    let result = try training.wait()
    #expect(result.status == 0, "\(result.error)")
    #expect(result.error.contains("has space again"), "\(result.error)")
    #expect(try place.evidence() == straight)
  }

  // SQLite tells it as an error of the disk like any other: there is nothing to wait for.
  @Test("a limit of the shell on the size of files ends a training as a full disk does")
  func fileSizeLimit() throws {
    let straight = try Self.straight()
    let place = try Workplace(.faulty)
    try place.write(Examples.heavy, to: "run.yaml")
    // Blocks of 1024 bytes; output goes to files too, so the limit leaves room for it.
    let result = try place.start(
      ["train", "--config", "run.yaml"], environment: place.faults("haste=100"),
      shell: "ulimit -f 6000; exec \"$@\""
    ).wait()
    try Self.expectPatience(
      result, in: place, acknowledged: place.acknowledged(), keepLast: 1, "ulimit -f 6000")
    try Self.expectSameEnd(place, as: straight, "ulimit -f 6000")
  }

  @Test("a small file system that fills up, where this user may mount one")
  func smallFileSystem() throws {
    let straight = try Self.straight()
    let place = try Workplace(.faulty)
    try place.write(Examples.heavy, to: "run.yaml")
    let small = place.path("small")
    try FileManager.default.createDirectory(at: small, withIntermediateDirectories: false)
    func shell(_ command: String) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", command]
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
    guard try shell("mount -t tmpfs -o size=16m tmpfs '\(small.path)'") == 0 else {
      print("skipped: this user may not mount a file system")
      return
    }
    defer { _ = try? shell("umount '\(small.path)'") }
    let registry = small.appendingPathComponent("runs.db").path
    let call = ["train", "--config", "run.yaml", "--db", registry]
    let result = try place.start(call, environment: place.faults("haste=100")).wait()
    #expect(result.status == 74, "\(result.error)")
    #expect(
      try place.brokenPromises(
        of: registry, acknowledged: place.acknowledged(), keepLast: 1) == [])
    // A full disk can be read.
    try place.expect("list", "--db", registry)
    try #require(shell("mount -o remount,size=64m '\(small.path)'") == 0)
    try place.expect("resume", "latest", "--db", registry)
    let last = try place.json("checkpoints", "list", "latest", "--db", registry)
    let digest = (last as? [[String: Any]])?.last?["digest"] as? String
    #expect(digest == straight.digest)
  }
}
