import Foundation
import TestSupport
import Testing

@Suite("Where the power fails")
struct PowerLossTests {
  /// Trains, writing down what happens to the files, and looks at what a loss of power would leave at
  /// `losses` random moments of it.
  ///
  /// - Parameter range: of the events of a record, those after which it may come; all without it.
  private static func lose(
    _ text: String, losses: Int, faults: String = "", seed: UInt64,
    within range: (StorageRecord) -> ClosedRange<Int>? = { 1...$0.events.count }
  ) throws {
    var numbers = SeededNumbers(seed: seed)
    let place = try Workplace(.faulty)
    try place.write(text, to: "run.yaml")
    let log = place.path("storage")
    let training = try place.start(
      ["train", "--config", "run.yaml"],
      environment: place.faults("record=\(log.path) \(faults)")
    ).wait()
    try #require(training.status == 0 || !faults.isEmpty, "\(training.error)")
    let record = try StorageRecord(at: log)
    var disk = VolatileDisk()
    guard let range = range(record) else { return }
    let moments = (0..<losses).map { _ in Int.random(in: range, using: &numbers) }
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

  /// The events that follow the failed sync of a registry's WAL: those in which it is dealt with.
  private static func aftermath(of record: StorageRecord) -> ClosedRange<Int>? {
    let failed = record.events.firstIndex {
      if case .failedSync(let file) = $0 { file.hasSuffix(".db-wal") } else { false }
    }
    return failed.map { $0 + 1...min($0 + 80, record.events.count) }
  }

  @Test("what a failed sync of the WAL left undone is done before any of it moves into the file")
  func failedSyncOfWAL() throws {
    let seed = UInt64.random(in: 0..<1000)
    for sync in 4...11 {
      try Self.lose(
        Examples.least, losses: 12, faults: "sync=\(sync)", seed: seed, within: Self.aftermath)
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
      let faults = "sync=\(sync)"
      try Self.lose(Examples.least, losses: 10, faults: faults, seed: UInt64(sync))
      try Self.lose(
        Examples.least, losses: 50, faults: faults, seed: UInt64(sync), within: Self.aftermath)
    }
  }
}
