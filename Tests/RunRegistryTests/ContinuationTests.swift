import RunModel
import RunRegistry
import TestSupport
import Testing

@Suite("Runs of other programs")
struct ContinuationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func goOn(_ id: RunID, by writer: RegistryWriter) throws -> RunSession {
    try writer.continueRun(
      id, environment: RunEnvironment(facts: ["threads": "1"]),
      retention: Retention(keepLast: 0, keepEvery: 0))
  }

  /// A reader, after a check that the seal and the summaries are what the rows come to.
  private func checked(_ id: RunID) throws -> RegistryReader {
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.seal(recomputedFor: id) == reader.storedSeal(of: id))
    #expect(try reader.verify().findings.isEmpty)
    return reader
  }

  @Test("many measurements in one call give what one by one gives, to the seal")
  func batches() throws {
    let values = [
      measure(1, epoch: 1, ["a": 1, "b": .nan]), measure(2, ["a": -0.0]),
      measure(2, epoch: 2, ["b": 2]), measure(5, ["a": .infinity]), measure(3, ["a": 3, "c": 1]),
      measure(5, ["a": 5]), measure(5, ["a": 4]), measure(1, epoch: 7, ["b": 1]),
    ]
    var results: [(Run, [(String, SeriesPoint)])] = []
    for together in [true, false] {
      let folder = try TemporaryFolder()
      let writer = try RegistryWriter(path: folder.file())
      let session = try writer.begin()
      if together {
        try session.record(values)
      } else {
        for value in values {
          try session.record(value)
          try session.flush()
        }
      }
      try session.finish(.finished)
      try writer.close()
      let reader = try RegistryReader(path: folder.file())
      #expect(try reader.verify().findings.isEmpty)
      var points: [(String, SeriesPoint)] = []
      try reader.forEachPoint { points.append(($1, $2)) }
      results.append((try reader.run("ring"), points))
    }
    #expect(results[0].0.metrics["a"] == results[1].0.metrics["a"])
    #expect(results[0].0.metrics["a"]?.last == 4)
    #expect(results[0].0.metrics["c"]?.count == 1)
    let texts = results.map { $0.1.map { "\($0)" } }
    #expect(texts[0] == texts[1])
    #expect(
      results[0].1.filter { $0.1.step == 1 }.map(\.1.epoch) == [7, 7]
        && results[0].1.first { $0.0 == "b" && $0.1.step == 2 }?.1.epoch == 2)
    #expect(results.allSatisfy { $0.0.step == 5 && $0.0.epoch == 2 && $0.0.images == 320 })
  }

  @Test("a run is named, learns settings and tags, and its seal follows")
  func describe() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin("log", parameters: [:])
    try session.describe(name: "mine", experiment: nil)
    try session.describe(name: nil, experiment: "e")
    for bad in ["a@b", "", "latest", "a\u{1}"] {
      let error = try #require(throws: RegistryError.self) {
        try session.describe(name: bad, experiment: nil)
      }
      #expect(error.kind == .usage)
    }
    try session.add(parameters: ["lr": .number(0.1), "bad": .number(.nan)])
    try session.add(parameters: ["lr": .number(0.1), "bad": .number(.nan), "n": .integer(1)])
    let error = try #require(throws: RegistryError.self) {
      try session.add(parameters: ["a": .integer(1), "lr": .number(0.2)])
    }
    #expect(error.kind == .refused && error.description.contains("lr"))
    try session.set(tags: ["a": "1", "b": "2"])
    try session.set(tags: ["a": "3"])
    try session.finish(.finished)
    let run = try checked(session.runID).run("mine")
    #expect(run.name == "mine" && run.experiment == "e")
    #expect(Set(run.parameters.keys) == ["lr", "bad", "n"])
    #expect(run.tags == ["a": "3", "b": "2"])
    try writer.close()
  }

  @Test("a run goes on after a step: what was recorded beyond is kept, and shadowed")
  func goesOn() throws {
    let writer = try RegistryWriter(path: folder.file())
    let first = try writer.begin()
    for step in 1...4 { try first.record(measure(step, epoch: step, ["d_loss": Double(step)])) }
    try first.save(makeSnapshot(step: 2), step: 2, epoch: 2, isEpochEnd: true)
    try first.save(makeSnapshot(step: 4), step: 4, epoch: 4, isEpochEnd: true)
    try first.finish(.interrupted)

    let second = try goOn(first.runID, by: writer)
    #expect(second.attempt == 2)
    var run = try checked(first.runID).run("ring")
    #expect(run.status == .running && run.step == 4 && run.metrics["d_loss"]?.count == 4)
    let busy = try #require(throws: RegistryError.self) { try goOn(first.runID, by: writer) }
    #expect(busy.kind == .refused)

    try second.goOn(after: 2)
    run = try checked(first.runID).run("ring")
    #expect(run.step == 2 && run.epoch == 2 && run.images == 128 && run.checkpoints == 1)
    #expect(run.metrics["d_loss"]?.max == 2)
    try second.record(measure(3, epoch: 3, ["d_loss": 30]))
    try second.finish(.finished)
    let reader = try checked(first.runID)
    #expect(try reader.points(of: run.id, metric: "d_loss").map(\.value) == [1, 2, 30])
    var all: [Double] = []
    try reader.forEachPoint(attempts: .all) { all.append($2.value) }
    #expect(all == [1, 2, 3, 30, 4])
    #expect(try reader.attempts(of: run.id).map(\.startStep) == [0, 2])
    try writer.close()
  }

  @Test("a run that goes on beyond its last step, or from nothing")
  func edges() throws {
    let writer = try RegistryWriter(path: folder.file())
    let first = try writer.begin()
    try first.record(measure(3, epoch: 1, ["d_loss": 1]))
    try first.finish(.finished)
    let second = try goOn(first.runID, by: writer)
    try second.goOn(after: 8)
    try second.record(measure(9, ["d_loss": 2]))
    try second.finish(.finished)
    var reader = try checked(first.runID)
    #expect(try reader.points(of: first.runID, metric: "d_loss").map(\.value) == [1, 2])
    #expect(try reader.attempts(of: first.runID).map(\.startStep) == [0, 3])

    let third = try goOn(first.runID, by: writer)
    try third.goOn(after: -1)
    #expect(try checked(first.runID).run("ring").metrics.isEmpty)
    try third.record([measure(0, ["d_loss": 5]), measure(3, ["d_loss": 6])])
    try third.finish(.finished)
    reader = try checked(first.runID)
    #expect(try reader.points(of: first.runID, metric: "d_loss").map(\.value) == [5, 6])
    #expect(try reader.run("ring").step == 3)
    try writer.close()
  }

  @Test(
    "a second pass over all steps replaces values, as fast as the first but for one reading of each"
  )
  func secondPass() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    for pass in 1...2 {
      try session.record((1...4000).map { measure($0, ["a": Double($0 * pass)]) })
    }
    try session.finish(.finished)
    let run = try checked(session.runID).run("ring")
    #expect(run.metrics["a"]?.last == 8000 && run.metrics["a"]?.count == 4000)
    #expect(run.metrics["a"]?.min == 2)
    try writer.close()
  }
}
