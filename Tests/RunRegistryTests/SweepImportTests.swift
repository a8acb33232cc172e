import Foundation
import RunModel
import Synchronization
import TestSupport
import Testing

@testable import RunRegistry

@Suite("Importing sweeps")
struct SweepImportTests {
  let folder: TemporaryFolder
  let clock = Clock()

  init() throws { folder = try TemporaryFolder() }

  private func writer(_ name: String, _ liveness: Liveness = worker(10)) throws -> RegistryWriter {
    try RegistryWriter(
      path: folder.file(name), clock: { [clock] in clock.now }, liveness: liveness)
  }

  private func reader(_ name: String) throws -> RegistryReader {
    try RegistryReader(
      path: folder.file(name), clock: { [clock] in clock.now }, liveness: worker(99))
  }

  /// A registry with a sweep some of whose points came to results.
  private func shard(
    _ name: String, _ points: [Int], value: (Int) -> Double? = { Double($0) },
    leaving: Int? = nil
  ) throws {
    let writer = try writer(name)
    try writer.sweep()
    for point in points {
      let lease = try #require(try writer.claim(claim(point), in: "lr"))
      let session = try writer.beginRun(
        name: "lr-\(point)", experiment: "lr", parameters: ["epochs": .integer(1)],
        environment: RunEnvironment(facts: [:]),
        retention: Retention(keepLast: 0, keepEvery: 0), for: lease)
      try session.record(measure(1, epoch: 1, ["swd": Double(point)]))
      try session.finish(.finished)
      let state: Job.State = value(point) == nil ? .diverged : .done
      _ = try writer.finish(lease, as: state, value: value(point), reached: 1)
    }
    if let leaving { _ = try writer.claim(claim(leaving), in: "lr") }
    try writer.close()
  }

  @discardableResult
  private func merge(_ name: String) throws -> [SweepOutcome] {
    let outcomes = Mutex<[SweepOutcome]>([])
    let writer = try writer("all.db")
    defer { try? writer.close() }
    try writer.importRuns(of: reader(name), { _ in }) { outcome in
      outcomes.withLock { $0.append(outcome) }
    }
    return outcomes.withLock { $0 }
  }

  @Test("shards come together to one sweep, whichever comes first, and twice adds nothing")
  func shards() throws {
    try shard("a.db", [0, 2], leaving: 4)
    try shard("b.db", [1, 3], value: { $0 == 3 ? nil : Double($0) })
    #expect(
      try merge("b.db") == [SweepOutcome(name: "lr", change: .added, points: 2, jobs: 2)])
    #expect(
      try merge("a.db") == [SweepOutcome(name: "lr", change: .grown, points: 3, jobs: 3)])
    for name in ["a.db", "b.db"] {
      #expect(
        try merge(name) == [SweepOutcome(name: "lr", change: .same, points: 0, jobs: 0)])
    }
    let reader = try reader("all.db")
    let jobs = try reader.jobs(of: "lr").sorted { $0.key.point < $1.key.point }
    #expect(jobs.map(\.state) == [.done, .done, .done, .diverged, .waiting])
    #expect(jobs.map(\.value) == [0, 1, 2, nil, nil])
    #expect(jobs.map(\.entry) == [0, 1, 2, 3, 4] && jobs.allSatisfy { $0.worker == nil })
    for job in jobs.dropLast() {
      let run = try reader.run(#require(job.run).rawValue)
      #expect(run.trial == Run.SweepTrial(sweep: "lr", number: job.key.point))
    }
    #expect(try reader.trials(of: "lr") == (0...4).map { trial($0) })
    #expect(try reader.verify().findings == [])
  }

  @Test("a result comes before none: whoever trains the job here finds its lease gone")
  func results() throws {
    try shard("a.db", [0])
    let here = try writer("all.db")
    try here.sweep()
    let lease = try #require(try here.claim(claim(0), in: "lr"))
    try merge("a.db")
    #expect(try !here.finish(lease, as: .failed, failure: "x").isMine)
    let job = try #require(try reader("all.db").jobs(of: "lr").first)
    #expect(job.state == .done && job.value == 0 && job.attempt == 2)
    try here.close()
    // And the other way round: what is done here stays.
    try shard("c.db", [], leaving: 0)
    #expect(try merge("c.db").map(\.change) == [.same])
    #expect(try reader("all.db").jobs(of: "lr").map(\.state) == [.done])
    #expect(try reader("all.db").verify().findings == [])
  }

  @Test("an extension comes over; one made in another way is refused")
  func extents() throws {
    try shard("a.db", [0])
    try merge("a.db")
    let more = Sweep.Extent(firstEntry: 1, points: 8, epochs: 9)
    let there = try writer("a.db")
    try there.extendSweep("lr", to: more)
    try there.close()
    #expect(try merge("a.db").map(\.change) == [.grown])
    #expect(try reader("all.db").sweep("lr").extents.last == more)
    try shard("b.db", [1])
    #expect(try merge("b.db").map(\.change) == [.grown])
    let other = try writer("b.db")
    try other.extendSweep("lr", to: Sweep.Extent(firstEntry: 2, points: 9, epochs: 9))
    try other.close()
    let error = try #require(throws: RegistryError.self) { try merge("b.db") }
    #expect(error.kind == .invalid && error.description.contains("extended in another way"))
  }

  @Test("what contradicts itself is refused with its place, and nothing is imported")
  func conflicts() throws {
    try shard("all.db", [0, 1])
    func refusal(_ make: (RegistryWriter) throws -> Void) throws -> String {
      defer { try? FileManager.default.removeItem(atPath: folder.file("b.db")) }
      let there = try writer("b.db")
      try make(there)
      try there.begin("one more").finish(.finished)
      try there.close()
      let error = try #require(throws: RegistryError.self) { try merge("b.db") }
      #expect(error.kind == .invalid)
      #expect(try reader("all.db").runs().total == 2)
      return error.description
    }
    var text = try refusal { try $0.sweep(file: "points: 3\n") }
    #expect(text.contains("b.db has another content than the one of its name here, so the two"))
    text = try refusal {
      try $0.sweep()
      var other = claim(1)
      other.trial.parameters[1].value = .text("wasserstein")
      _ = try $0.claim(other, in: "lr")
    }
    #expect(
      text.contains("has lr 0.2, loss wasserstein at point 1, which is lr 0.2, loss hinge here"))
    text = try refusal {
      try $0.sweep()
      let lease = try #require(try $0.claim(claim(1), in: "lr"))
      _ = try $0.finish(lease, as: .done, value: 1.5, reached: 1)
    }
    #expect(
      text.contains(
        "came to done with 1.5 after 1 epochs at point 1 with seed 1 at rung 0, and to done with 1 after"
      ))
    text = try refusal {
      try $0.sweep()
      _ = try $0.claim(claim(1, entry: 5), in: "lr")
    }
    #expect(text.contains("decided on point 1 with seed 1 at rung 0 in another order than here"))
  }

  @Test("a row of a sweep that was changed by hand is not imported")
  func damage() throws {
    try shard("a.db", [0])
    try FullRegistry.change(folder.file("a.db"), "UPDATE job SET value = 7")
    let error = try #require(throws: RegistryError.self) { try merge("a.db") }
    #expect(error.kind == .invalid)
    #expect(error.damage?.hasPrefix("sweep lr: job of point 0, seed 1, rung 0") == true)
    #expect(try reader("all.db").runs().total == 0)
  }
}
