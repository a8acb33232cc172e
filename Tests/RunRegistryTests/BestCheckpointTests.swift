import Foundation
import GRDB
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

private func rule(
  _ metric: String = "swd", _ direction: Retention.Best.Direction = .min, keep: Int = 1,
  keepLast: Int = 1
) -> Retention {
  Retention(
    keepLast: keepLast, keepEvery: 0,
    best: Retention.Best(metric: metric, direction: direction, keep: keep))
}

@Suite("The best checkpoint")
struct BestCheckpointTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func begin(_ writer: RegistryWriter, _ rule: Retention) throws -> RunSession {
    try writer.beginRun(
      name: "ring", experiment: "default", parameters: ["epochs": .integer(9)],
      environment: RunEnvironment(facts: [:]), parent: nil, retention: rule)
  }

  /// One epoch after another, each with its value and its checkpoint; `nil` records no point.
  private func train(
    _ session: RunSession, _ values: [Double?], from epoch: Int = 1, metric: String = "swd[n=8]"
  ) throws {
    for (place, value) in values.enumerated() {
      let epoch = epoch + place
      var metrics = ["d_loss": 1.0]
      metrics[metric] = value
      try session.record(measure(epoch * 10, epoch: epoch, metrics))
      try session.save(
        makeSnapshot(seed: UInt64(epoch), step: epoch * 10), step: epoch * 10, epoch: epoch,
        isEpochEnd: true)
    }
    try session.flush()
  }

  private func stored(_ reader: RegistryReader, _ session: RunSession) throws -> [String] {
    try reader.checkpoints(of: session.runID).map { "\($0.epoch)\($0.pins.joined())" }
  }

  @Test(
    "the best is pinned and stays, as do the others that were asked for",
    arguments: [
      ([5, 3, 4, 6], rule(keep: 1), ["2best", "4"]),
      ([5, 3, 4, 6], rule(keep: 2), ["2best", "3", "4"]),
      ([5, 3, 4, 6], rule("swd", .max), ["4best"]),
      ([5, 3, 4, 6], rule("swd[n=8]"), ["2best", "4"]),
      // The older of equals, so that the best does not move without reason.
      ([3, 3, 3], rule(), ["1best", "3"]),
      // Not a number is never the best, and neither is an epoch that measured nothing.
      ([.nan, 7, nil, .nan], rule(), ["2best", "4"]),
      ([.nan, nil], rule(), ["2"]),
      ([5, 3, 4], rule("swd", keepLast: 0), ["1", "2best", "3"]),
      // Another metric whose name begins alike is another metric.
      ([5, 3, 4], rule("sw"), ["3"]),
    ] as [([Double?], Retention, [String])])
  func ranking(values: [Double?], retention: Retention, kept: [String]) throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try begin(writer, retention)
    try train(session, values)
    let reader = try RegistryReader(path: folder.file())
    #expect(try stored(reader, session) == kept)
    #expect(try reader.seal(recomputedFor: session.runID) == reader.storedSeal(of: session.runID))
    let best = kept.first { $0.hasSuffix("best") }?.prefix { $0.isNumber }
    if let best {
      let (_, checkpoint) = try reader.checkpoint("ring@best")
      #expect(String(checkpoint.epoch) == String(best))
      _ = try reader.snapshot(of: checkpoint)
    }
    try session.finish(.finished)
    try writer.close()
  }

  @Test("the pin moves in the transaction that publishes the checkpoint")
  func atPublish() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try begin(writer, rule(keepLast: 3))
    let reader = try RegistryReader(path: folder.file())
    for (epoch, best) in [(1, "1best"), (2, "2best"), (3, "3best")] {
      try train(session, [10 - Double(epoch)], from: epoch)
      #expect(try stored(reader, session).last == best)
    }
    #expect(try stored(reader, session) == ["1", "2", "3best"])
    try session.finish(.finished)
    try writer.close()
  }

  @Test(
    "a stop and a resume, wherever they fall, choose as one run without them", arguments: [1, 2, 4])
  func resuming(stop: Int) throws {
    let values: [Double?] = [5, 3, 4, .nan, 2.5, 3]
    let writer = try RegistryWriter(path: folder.file())
    var session = try begin(writer, rule(keep: 2))
    try train(session, Array(values[..<stop]))
    // What the stop leaves behind: a better value that no checkpoint belongs to.
    try session.record(
      measure(stop * 10 + 5, epoch: stop + 1, ["swd[n=8]": -1, "d_loss": 0]))
    try session.finish(.interrupted)
    let reader = try RegistryReader(path: folder.file())
    session = try writer.resumeRun(
      session.runID, from: reader.checkpoints(of: session.runID).last,
      environment: RunEnvironment(facts: [:]), retention: rule(keep: 2))
    try train(session, Array(values[stop...]), from: stop + 1)
    #expect(try stored(reader, session) == ["2", "5best", "6"])
    #expect(try reader.seal(recomputedFor: session.runID) == reader.storedSeal(of: session.runID))
    try session.finish(.finished)
    try writer.close()
  }

  @Test("a checkpoint within an epoch is not a candidate until its epoch turns out to end there")
  func withinEpoch() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try begin(writer, rule(keepLast: 3))
    let reader = try RegistryReader(path: folder.file())
    try session.record(measure(10, epoch: 1, ["swd[n=8]": 1]))
    try session.save(makeSnapshot(step: 10), step: 10, epoch: 1, isEpochEnd: false)
    try session.flush()
    #expect(try stored(reader, session) == ["1"])
    try session.save(makeSnapshot(step: 10), step: 10, epoch: 1, isEpochEnd: true)
    try session.flush()
    #expect(try stored(reader, session) == ["1best"])
    try session.finish(.finished)
    try writer.close()
  }

  @Test("a run that asked for a best and has none yet says what it waits for")
  func notYet() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.beginRun(
      name: "ring", experiment: "default", parameters: ["checkpoint.best.metric": .text("swd")],
      environment: RunEnvironment(facts: [:]), parent: nil, retention: rule())
    try train(session, [nil])
    try session.finish(.finished)
    try writer.close()
    let reader = try RegistryReader(path: folder.file())
    let error = try #require(throws: RegistryError.self) { try reader.checkpoint("ring@best") }
    #expect(error.kind == .missing)
    #expect(error.description.contains("number for swd"), "\(error)")
  }
}
