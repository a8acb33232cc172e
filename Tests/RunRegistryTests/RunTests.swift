import Foundation
import RunModel
import RunRegistry
import TestSupport
import Testing

@Suite("Runs")
struct RunTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("what a run records is read back")
  func roundTrip() throws {
    let writer = try RegistryWriter(path: folder.file())
    let parameters: [String: ParameterValue] = [
      "epochs": .integer(3), "loss": .text("minimax"), "lr": .number(2e-4),
      "fresh": .boolean(true), "odd": .number(.nan), "whole": .number(2),
    ]
    let session = try writer.begin(parameters: parameters)
    #expect(throws: RegistryError.self) { try session.record(measure(-1, ["d_loss": 1])) }
    try session.record(measure(1, epoch: 1, ["d_loss": 0.5, "g_loss": .infinity]))
    try session.record(measure(2, epoch: 1, ["d_loss": .nan, "g_loss": -.infinity]))
    try session.record(line: "hello", at: Timestamp(microseconds: 5))
    try session.record(
      SamplePicture(
        name: "samples", step: 2, epoch: 1, png: [1, 2, 3], time: Timestamp(microseconds: 6)))
    let snapshot = makeSnapshot(step: 2)
    try session.save(snapshot, step: 2, epoch: 1, isEpochEnd: true)
    try session.finish(.finished)
    try writer.close()
    #expect(folder.names == ["runs.db", "runs.db.lock"])

    let reader = try RegistryReader(path: folder.file())
    let run = try reader.run("latest")
    #expect(run.id == session.runID)
    #expect(run.status == .finished)
    #expect(run.epoch == 1 && run.step == 2 && run.images == 64 && run.checkpoints == 1)
    #expect(run.parameters.filter { $0.key != "odd" } == parameters.filter { $0.key != "odd" })
    #expect(run.parameters["odd"]?.doubleValue?.isNaN == true)
    let loss = try #require(run.metrics["d_loss"])
    #expect(loss.last.isNaN && loss.count == 2 && loss.nanCount == 1 && loss.firstNaNStep == 2)
    #expect(loss.min == 0.5 && loss.max == 0.5)
    let points = try reader.points(of: run.id, metric: "g_loss")
    #expect(points.map(\.value) == [.infinity, -.infinity])
    #expect(points.map(\.images) == [64, 128])
    #expect(try reader.lines(of: run.id).map(\.text) == ["hello"])
    #expect(try reader.pictures(of: run.id).map(\.byteCount) == [3])
    #expect(try reader.picture(of: run.id, named: "samples", step: 2).png == [1, 2, 3])
    let (_, checkpoint) = try reader.checkpoint("ring@epoch:1")
    #expect(checkpoint.digest == snapshot.digest)
    let loaded = try reader.snapshot(of: checkpoint)
    #expect(loaded.digest == snapshot.digest)
    #expect(loaded.clocks == ["seconds": 1.5] && loaded.seed == 1)
    #expect(folder.names == ["runs.db", "runs.db.lock"])
  }
}

@Suite("References, orders and names")
struct ReferenceTests {
  let folder: TemporaryFolder
  let writer: RegistryWriter
  let reader: RegistryReader
  let ids: [RunID]

  /// Four runs a second apart: ring, grid, ring, empty; the last without any point.
  init() throws {
    folder = try TemporaryFolder()
    let clock = Clock()
    writer = try RegistryWriter(path: folder.file(), clock: { clock.now })
    var ids: [RunID] = []
    let runs: [(name: String, lr: ParameterValue, loss: Double?)] = [
      ("ring", .number(0.5), 1), ("grid", .integer(2), .nan), ("ring", .text("ramp"), -3),
      ("empty", .number(0.25), nil),
    ]
    for run in runs {
      let session = try writer.begin(run.name, parameters: ["lr": run.lr])
      if let loss = run.loss { try session.record(measure(1, ["d_loss": loss])) }
      try session.finish(.interrupted)
      ids.append(session.runID)
      clock.advance(by: 1_000_000)
    }
    self.ids = ids
    try writer.close()
    reader = try RegistryReader(path: folder.file())
  }

  @Test("a run is found by id, newest of its name, unique prefix, and place from the newest")
  func references() throws {
    #expect(try reader.run(ids[0].rawValue).id == ids[0])
    #expect(try reader.run("ring").id == ids[2])
    #expect(try reader.run("grid").id == ids[1])
    #expect(try reader.run("latest").id == ids[3])
    #expect(try reader.run("latest~3").id == ids[0])
    let common = ids[0].rawValue.commonPrefix(with: ids[1].rawValue)
    #expect(try reader.run(String(ids[1].rawValue.prefix(common.count + 1))).id == ids[1])
  }

  @Test(
    "a reference that fits nothing is missing",
    arguments: ["nope", "latest~4", "r", "", "latest~x"])
  func missing(reference: String) throws {
    let error = try #require(throws: RegistryError.self) { try reader.run(reference) }
    #expect(error.kind == (reference == "r" ? .ambiguous : .missing))
  }

  @Test("a prefix that fits several runs lists them")
  func ambiguous() throws {
    let error = try #require(throws: RegistryError.self) {
      try reader.run(String(ids[0].rawValue.prefix(4)))
    }
    #expect(error.kind == .ambiguous)
    for id in ids { #expect(error.description.contains(id.rawValue)) }
  }

  @Test(
    "runs are ordered by any key; then NaN, then missing",
    arguments: [
      ("created_at", [0, 1, 2, 3]), ("created_at:desc", [3, 2, 1, 0]), ("d_loss", [2, 0, 1, 3]),
      ("metrics.d_loss:desc", [0, 2, 1, 3]), ("params.lr", [3, 0, 1, 2]),
      ("params.lr:desc", [2, 1, 0, 3]), ("name", [3, 1, 2, 0]), ("tags.none", [3, 2, 1, 0]),
    ])
  func orders(order: String, expected: [Int]) throws {
    let (runs, total) = try reader.runs(sortedBy: RunSort(parsing: order))
    #expect(runs.map(\.id) == expected.map { ids[$0] })
    #expect(total == 4)
    #expect(
      try reader.runs(sortedBy: RunSort(parsing: order), limit: 2).runs.map(\.id)
        == expected.prefix(2).map { ids[$0] })
  }

  @Test("an order that does not parse is refused", arguments: ["", "d_loss:up", ":asc"])
  func badOrders(order: String) throws {
    let error = try #require(throws: RegistryError.self) { try RunSort(parsing: order) }
    #expect(error.kind == .usage)
  }

  @Test(
    "a name that a reference could not mean is refused",
    arguments: ["", "a@b", "latest", "latest~2", "a\nb"])
  func badNames(name: String) throws {
    let writer = try RegistryWriter(path: folder.file())
    defer { try? writer.close() }
    let error = try #require(throws: RegistryError.self) { try writer.begin(name) }
    #expect(error.kind == .usage)
    #expect(try reader.runs().total == 4)
  }

  @Test("points of all runs come by creation, metric and step")
  func points() throws {
    var seen: [String] = []
    try reader.forEachPoint { seen.append("\($0) \($1) \($2.step)") }
    #expect(seen == ids.prefix(3).map { "\($0) d_loss 1" })
    seen = []
    try reader.forEachPoint(of: [ids[2]], metrics: ["g_loss"]) { id, _, _ in seen.append("\(id)") }
    #expect(seen.isEmpty)
  }

  @Test("a closed writer lets go of what was not finished")
  func letGo() throws {
    weak var left: RunSession?
    do {
      let writer = try RegistryWriter(path: folder.file())
      let session = try writer.begin()
      left = session
      try session.record(measure(1, ["d_loss": 1]))
      try writer.close()
      #expect(throws: RegistryError.self) { try session.record(measure(2, ["d_loss": 1])) }
    }
    #expect(left == nil)
    #expect(folder.names == ["runs.db", "runs.db.lock"])
    #expect(try RegistryReader(path: folder.file()).run("ring").metrics["d_loss"]?.count == 1)
  }
}
