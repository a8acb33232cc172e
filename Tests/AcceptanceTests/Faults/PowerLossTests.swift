import Foundation
import TestSupport
import Testing

@Suite("Where the power fails")
struct PowerLossTests {
  /// Trains, writing down what happens to the files, and looks at what a loss of power would leave at
  /// `losses` random moments of it.
  private static func lose(
    _ text: String, _ arguments: [String] = [], losses: Int, faults: String = "", seed: UInt64
  ) throws {
    var numbers = SeededNumbers(seed: seed)
    let place = try Workplace(.faulty)
    try place.write(text, to: "run.yaml")
    let log = place.path("storage")
    let training = try place.start(
      ["train", "--config", "run.yaml"] + arguments,
      environment: place.faults("record=\(log.path) \(faults)")
    ).wait()
    try #require(training.status == 0 || !faults.isEmpty, "\(training.error)")
    let record = try StorageRecord(at: log)
    var disk = VolatileDisk()
    let moments = (0..<losses).map { _ in Int.random(in: 1...record.events.count, using: &numbers) }
    var isFirst = true
    for (number, event) in record.events.enumerated() {
      disk.apply(event)
      for _ in 0..<(moments.count { $0 == number + 1 }) {
        let images = disk.afterPowerLoss(&numbers)
        let left = try Workplace(.faulty)
        for (file, image) in images {
          let name = URL(fileURLWithPath: file).lastPathComponent
          try image.write(to: left.path(name))
        }
        let broken = try left.brokenPromises(acknowledged: disk.acknowledged)
        #expect(broken == [], "seed \(seed), \(faults) after event \(number + 1)")
        // Once a training goes on from there, to the end.
        if isFirst, !disk.acknowledged.isEmpty {
          let resumed = try left.run("resume", "latest")
          #expect(resumed.status == 0, "seed \(seed), event \(number + 1): \(resumed.error)")
          isFirst = false
        }
      }
    }
  }

  private static let kept = Examples.heavy.replacingOccurrences(
    of: "keep_last: 1", with: "keep_last: 0")

  @Test("a loss of power costs nothing that was acknowledged, and leaves no damage")
  func sample() throws {
    let seed = UInt64.random(in: 0..<1000)
    try Self.lose(Examples.least, losses: 40, seed: seed)
    try Self.lose(Self.kept, losses: 6, seed: seed)
  }

  @Test("a failed sync acknowledges nothing, and what the cache then forgets is not missed")
  func failedSync() throws {
    let seed = UInt64.random(in: 0..<1000)
    for sync in 1...12 {
      try Self.lose(Examples.least, losses: 3, faults: "sync=\(sync)", seed: seed)
    }
  }

  @Test("a sync that fails while a registry is made leaves none, or a whole one, and is said")
  func failedSyncAtCreation() throws {
    var (sync, status) = (0, Int32(74))
    // Up to the first that training does without.
    while status != 0 || sync < 12 {
      sync += 1
      try #require(sync < 60)
      let place = try Workplace(.faulty)
      try place.write(Examples.least, to: "run.yaml")
      let result = try place.start(
        ["train", "--config", "run.yaml"], environment: place.faults("sync=\(sync)")
      ).wait()
      status = result.status
      #expect([0, 74].contains(status), "sync \(sync): \(status) \(result.error)")
      guard FileManager.default.fileExists(atPath: place.registry) else { continue }
      #expect(try place.brokenPromises(acknowledged: place.acknowledged()) == [], "sync \(sync)")
    }
  }

  @Test("Torture: ten thousand losses of power", .enabled(if: isTorture))
  func torture() throws {
    for seed in UInt64(0)..<18 {
      try Self.lose(Examples.least, losses: 500, seed: seed)
      try Self.lose(Self.kept, losses: 50, seed: seed)
    }
    for sync in 1...30 {
      try Self.lose(Examples.least, losses: 10, faults: "sync=\(sync)", seed: UInt64(sync))
    }
  }
}
