import Foundation
import TestSupport
import Testing

@Suite("Several processes, one file", .serialized)
struct ConcurrencyTests {
  /// What others do meanwhile, each in a process of its own.
  private static let others = [
    ["list", "--json"], ["export", "-o", "points.csv"], ["gc"], ["backup", "copy.db"],
    ["verify", "--data=20"], ["checkpoints", "export", "a", "-o", "a.safetensors"],
    ["checkpoints", "prune", "b", "--keep-last", "2"],
  ]

  /// Two processes train into a new file while others read, collect, prune, copy and verify it.
  private func crowd(seconds: Double) throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    let call = [
      "train", "--config", "run.yaml", "--epochs", "1000000", "--threads", "1", "--set",
      "log_every=1", "--set", "samples.every=0",
    ]
    let trainers = try ["a", "b"].map { name in
      try place.start(
        call + ["--name", name], build: .faulty, environment: place.faults())
    }
    let end = Date() + seconds
    var (listings, busy) = (0, 0)
    while Date() < end {
      let listing = try place.run("list", "--json")
      // Until the first of the two has made the file there is none.
      if listing.status == 66, listings == 0 { continue }
      #expect(listing.status == 0, "\(listing.error)")
      let together = try Self.others.map { call in (call, try place.start(call)) }
      for (call, running) in together {
        let result = try running.wait()
        // There is no checkpoint to export at first; many at once may keep one of them waiting.
        let isEarly = result.status == 66 && call[0] == "checkpoints" && listings < 3
        #expect([0, 75].contains(result.status) || isEarly, "\(call): \(result.error)")
        if result.status == 75 { busy += 1 }
      }
      listings += 1
    }
    #expect(listings > 2)
    #expect(busy <= listings / 2, "\(busy) calls were turned away in \(listings) rounds")
    for trainer in trainers { trainer.send(SIGINT) }
    for trainer in trainers {
      let result = try trainer.wait()
      #expect(result.status == 130, "\(result.error)")
    }
    // The last writer has brought everything into the one file.
    #expect(!FileManager.default.fileExists(atPath: place.path("gan-runs.db-wal").path))
    for name in ["a", "b"] {
      let run = try place.run(object: name)
      #expect(run["status"] as? String == "interrupted")
      let steps = try #require(run["step"] as? Int)
      let exported = try place.expect("export", name)
      let recorded = exported.lines.compactMap { line -> Int? in
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        return fields[2] == "step_d_loss" ? Int(fields[3]) : nil
      }
      #expect(recorded == Array(1...steps), "run \(name) lost a point")
    }
    #expect(
      try place.brokenPromises(acknowledged: place.acknowledged(), keepLast: 1) == [])
    #expect(try place.brokenPromises(of: place.path("copy.db").path, acknowledged: []) == [])
  }

  @Test("two processes train while others do all else: no error, no lost point or checkpoint")
  func twentySeconds() throws { try crowd(seconds: 20) }

  @Test(
    "Torture: ten minutes of two trainers and seven others", .enabled(if: isTorture))
  func tortureTenMinutes() throws { try crowd(seconds: 600) }
}
