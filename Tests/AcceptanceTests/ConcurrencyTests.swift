import Foundation
import Testing

@Suite("Several processes, one file", .serialized)
struct ConcurrencyTests {
  /// Two processes train into a new file while a third lists and exports, for some seconds.
  private func crowd(seconds: Double) throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    let call = [
      "train", "--config", "run.yaml", "--epochs", "1000000", "--threads", "1", "--set",
      "log_every=1", "--set", "samples.every=0",
    ]
    let trainers = try ["a", "b"].map { try place.start(call + ["--name", $0]) }
    let end = Date() + seconds
    var listings = 0
    while Date() < end {
      let listing = try place.run("list", "--json")
      // Until the first of the two has made the file there is none.
      if listing.status == 66, listings == 0 { continue }
      #expect(listing.status == 0, "\(listing.error)")
      let export = try place.run("export", "-o", "points.csv")
      #expect(export.status == 0, "\(export.error)")
      listings += 1
    }
    #expect(listings > 2)
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
    #expect(try place.sqlite("PRAGMA integrity_check") == "ok\n")
  }

  @Test("two processes train into a new file while a third reads: no error, no lost point")
  func fifteenSeconds() throws { try crowd(seconds: 15) }

  @Test(
    "Torture: five minutes of two trainers and a reader",
    .enabled(if: ProcessInfo.processInfo.environment["GAN_RUNS_TORTURE"] != nil))
  func tortureFiveMinutes() throws { try crowd(seconds: 300) }
}
