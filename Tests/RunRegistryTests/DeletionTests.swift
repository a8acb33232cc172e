import GRDB
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

@Suite("Deleting and restoring runs")
struct DeletionTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs of these names, each with a checkpoint, the oldest first.
  private func train(_ names: [String]) throws -> [RunID] {
    let writer = try RegistryWriter(path: folder.file())
    let ids = try names.enumerated().map { place, name in
      let session = try writer.begin(name)
      try session.record(measure(1, epoch: 1, ["d_loss": Double(place)]))
      try session.save(makeSnapshot(seed: UInt64(place)), step: 1, epoch: 1, isEpochEnd: true)
      try session.finish(.finished)
      return session.runID
    }
    try writer.close()
    return ids
  }

  private func write(_ body: (RegistryWriter) throws -> Void) throws {
    let writer = try RegistryWriter(path: folder.file())
    try body(writer)
    try writer.close()
  }

  @Test("no reference means a deleted run, and no list and no export holds it")
  func hidden() throws {
    let ids = try train(["old", "twice", "twice"])
    try write { try $0.delete([ids[2]]) }
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.runs().runs.map(\.id) == [ids[1], ids[0]])
    #expect(try reader.runs().total == 2)
    #expect(
      try reader.runs(sortedBy: RunSort(parsing: "d_loss")).runs.map(\.id) == [ids[0], ids[1]])
    // The name means the newest that is left.
    #expect(try reader.run("twice").id == ids[1])
    #expect(try reader.run("latest").id == ids[1])
    #expect(try reader.run("latest~1").id == ids[0])
    var exported: Set<RunID> = []
    try reader.forEachPoint { id, _, _ in exported.insert(id) }
    #expect(exported == [ids[0], ids[1]])
    for reference in [ids[2].rawValue, "latest~2", ids[2].rawValue + "@last"] {
      let error = try #require(throws: RegistryError.self) { try reader.checkpoint(reference) }
      #expect(error.kind == .missing, "\(error)")
    }
    let error = try #require(throws: RegistryError.self) { try reader.run(ids[2].rawValue) }
    #expect(error.description.contains("was deleted"), "\(error)")
    #expect(error.description.contains("gan-runs restore"), "\(error)")
    // The shell's views agree; a reader's connection knows none of a file's views.
    let names = try DatabaseQueue(path: folder.file()).read { database in
      try ["run_summary", "points", "checkpoints"].map {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)")
      }
    }
    #expect(names == [2, 2, 2])
  }

  @Test("a deleted run is restored as it was, with its seal")
  func restored() throws {
    let ids = try train(["one", "two"])
    let before = try RegistryReader(path: folder.file())
    let seals = try (before.storedSeal(of: ids[0]), before.storedSeal())
    try write { try $0.delete([ids[0]]) }
    let deleted = try RegistryReader(path: folder.file(), choice: .deleted)
    #expect(try deleted.run("one").deletedAt != nil)
    #expect(try deleted.seal(recomputedFor: ids[0]) == deleted.storedSeal(of: ids[0]))
    #expect(try deleted.storedSeal(of: ids[0]) != seals.0)
    #expect(try RegistryReader(path: folder.file(), choice: .all).runs().total == 2)
    try write { try $0.restore([ids[0]]) }
    let after = try RegistryReader(path: folder.file())
    #expect(try after.run("one").deletedAt == nil)
    #expect(try after.storedSeal(of: ids[0]) == seals.0)
    #expect(try after.storedSeal() == seals.1)
    _ = try after.snapshot("one@last")
  }

  @Test("a run in training is not deleted, and nothing else of that call is")
  func running() throws {
    let ids = try train(["done"])
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin("busy")
    let error = try #require(throws: RegistryError.self) {
      try writer.delete([ids[0], session.runID])
    }
    #expect(error.kind == .refused)
    #expect(error.description.contains("process \(ProcessIdentity.current().pid)"), "\(error)")
    #expect(try RegistryReader(path: folder.file()).runs().total == 2)
    try session.finish(.finished)
    try writer.close()
  }

  @Test("a deleted run is not resumed, forked or changed, and its process can write no more")
  func writers() throws {
    let clock = Clock()
    let writer = try RegistryWriter(path: folder.file(), clock: { clock.now })
    let session = try writer.begin("silent")
    try session.save(makeSnapshot(), step: 1, epoch: 1, isEpochEnd: true)
    try session.flush()
    let reader = try RegistryReader(path: folder.file())
    let start = try reader.checkpoint("silent").checkpoint
    // Another host takes the silence of the process for its end.
    let other = Liveness(
      observer: ProcessIdentity(host: "b", pidNamespace: "b", bootID: "b", pid: 1, startTicks: 1))
    clock.advance(by: 120_000_000)
    let stranger = try RegistryWriter(path: folder.file(), clock: { clock.now }, liveness: other)
    try stranger.delete([session.runID])
    for attempt in [
      { _ = try stranger.resume(session.runID, from: start) },
      {
        _ = try stranger.begin(
          parent: Run.Parent(id: session.runID, checkpointDigest: start.digest))
      },
      { try stranger.setParameter("epochs", to: .integer(9), of: session.runID) },
      { try stranger.delete([session.runID]) },
    ] {
      let error = try #require(throws: RegistryError.self) { try attempt() }
      #expect(error.kind == .missing && error.description.contains("was deleted"), "\(error)")
    }
    try session.record(measure(2, epoch: 2, ["d_loss": 1]))
    let error = try #require(throws: RegistryError.self) { try session.flush() }
    #expect(error.kind == .refused && error.description.contains("deleted"), "\(error)")
    // The next run may get the key of one that is removed, but nothing that the old process records.
    _ = try stranger.collectGarbage(grace: .zero)
    let next = try stranger.begin("next")
    #expect(next.key.run == session.key.run)
    try session.record(measure(3, epoch: 3, ["d_loss": 1]))
    #expect(throws: RegistryError.self) { try session.flush() }
    #expect(try reader.run("next").metrics.isEmpty)
    try next.finish(.finished)
    try stranger.close()
    try? writer.close()
  }
}
