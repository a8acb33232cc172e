import RunModel
import RunRegistry
import TestSupport
import Testing

@Suite("Attempts")
struct AttemptTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("a resume from a state that another process trained on from meanwhile is refused")
  func overtaken() throws {
    let writer = try RegistryWriter(path: folder.file())
    let first = try writer.begin()
    try first.finish(.interrupted)
    let none = try RegistryReader(path: folder.file()).checkpoints(of: first.runID).last
    let second = try writer.resume(first.runID, from: none)
    try second.save(makeSnapshot(seed: 1, step: 1), step: 1, epoch: 1, isEpochEnd: true)
    try second.flush()
    let reader = try RegistryReader(path: folder.file())
    let old = try reader.checkpoint("ring").checkpoint
    try second.record(measure(2, ["d_loss": 2]))
    try second.save(makeSnapshot(seed: 2, step: 2), step: 2, epoch: 2, isEpochEnd: true)
    try second.finish(.finished)

    for stale in [none, old] {
      let error = try #require(throws: RegistryError.self) {
        try writer.resume(first.runID, from: stale)
      }
      #expect(error.kind == .refused)
      #expect(error.description.contains("another process"))
    }
    #expect(try reader.run("ring").status == .finished)
    #expect(try reader.points(of: first.runID, metric: "d_loss").map(\.value) == [2])
    try writer.close()
  }

  @Test("a resume shadows what lies beyond its start, and the summaries follow")
  func shadowing() throws {
    let writer = try RegistryWriter(path: folder.file())
    let first = try writer.begin()
    for step in 1...4 { try first.record(measure(step, epoch: step, ["d_loss": Double(step)])) }
    try first.save(makeSnapshot(step: 2, images: 128), step: 2, epoch: 2, isEpochEnd: true)
    try first.record(measure(9, epoch: 9, ["late": 1]))
    try first.finish(.interrupted)
    let reader = try RegistryReader(path: folder.file())
    let (_, checkpoint) = try reader.checkpoint("ring")
    #expect(try reader.run("ring").step == 9)

    let second = try writer.resume(first.runID, from: checkpoint)
    #expect(second.attempt == 2)
    var run = try reader.run("ring")
    #expect(run.status == .running)
    #expect(run.step == 2 && run.epoch == 2 && run.images == 128)
    #expect(run.metrics["d_loss"]?.max == 2 && run.metrics["d_loss"]?.count == 2)
    #expect(run.metrics["late"] == nil)
    try second.record(measure(3, epoch: 3, ["d_loss": 30]))
    try second.flush()
    run = try reader.run("ring")
    #expect(run.metrics["d_loss"]?.last == 30 && run.metrics["d_loss"]?.count == 3)
    let points = try reader.points(of: run.id, metric: "d_loss")
    #expect(points.map(\.value) == [1, 2, 30])
    #expect(points.map(\.attempt) == [1, 1, 2])
    var all: [Double] = []
    try reader.forEachPoint(attempts: .all, metrics: ["d_loss"]) { all.append($2.value) }
    #expect(all == [1, 2, 3, 30, 4])
    let attempts = try reader.attempts(of: run.id)
    #expect(attempts.map(\.status) == [.interrupted, .running])
    #expect(attempts.map(\.startStep) == [0, 2])
    #expect(attempts.map { $0.environment.facts["threads"] } == ["2", "1"])
    try second.finish(.finished)
    try writer.close()
  }

  @Test("damaged checkpoints passed over are shadowed with all that lies beyond the start")
  func passingOver() throws {
    let writer = try RegistryWriter(path: folder.file())
    let first = try writer.begin(keepLast: 0)
    for step in 1...3 {
      try first.record(measure(step, epoch: step, ["d_loss": Double(step)]))
      try first.save(makeSnapshot(seed: UInt64(step)), step: step, epoch: step, isEpochEnd: true)
    }
    try first.finish(.interrupted)
    let reader = try RegistryReader(path: folder.file())
    let stored = try reader.checkpoints(of: first.runID)
    func resume(from place: Int, over damaged: [Checkpoint]) throws -> RunSession {
      try writer.resumeRun(
        first.runID, from: stored[place], passingOver: damaged,
        environment: RunEnvironment(facts: [:]), retention: Retention(keepLast: 0, keepEvery: 0))
    }
    // Whoever does not know of the newest one must not shadow it.
    for damaged in [[], [stored[1]], [stored[2]], [stored[2], stored[1]]] {
      let error = try #require(throws: RegistryError.self) { try resume(from: 0, over: damaged) }
      #expect(error.kind == .refused)
    }
    let second = try resume(from: 0, over: [stored[1], stored[2]])
    #expect(try reader.checkpoints(of: first.runID).map(\.step) == [1])
    let run = try reader.run("ring")
    #expect(run.checkpoints == 1 && run.step == 1 && run.metrics["d_loss"]?.count == 1)
    try second.save(makeSnapshot(seed: 2), step: 2, epoch: 2, isEpochEnd: true)
    try second.finish(.finished)
    #expect(try reader.checkpoints(of: first.runID).map(\.step) == [1, 2])
    #expect(try reader.seal(recomputedFor: first.runID) == reader.storedSeal(of: first.runID))
    try writer.close()
  }

  @Test("a run without a checkpoint starts again from nothing")
  func restart() throws {
    let writer = try RegistryWriter(path: folder.file())
    let first = try writer.begin()
    try first.record(measure(0, ["d_loss": 1]))
    try first.finish(.failed, failure: "out of luck")
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.run("ring").failure == "out of luck")
    let second = try writer.resume(first.runID, from: nil)
    #expect(try reader.run("ring").metrics.isEmpty)
    #expect(try reader.run("ring").failure == nil)
    try second.record(measure(0, ["d_loss": 2]))
    try second.finish(.finished)
    #expect(try reader.points(of: first.runID, metric: "d_loss").map(\.value) == [2])
    try writer.close()
  }

  @Test("a run that a process trains is refused, with host and pid")
  func running() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    let error = try #require(throws: RegistryError.self) {
      try writer.resume(session.runID, from: nil)
    }
    let process = ProcessIdentity.current()
    #expect(error.kind == .refused)
    #expect(error.description.contains("process \(process.pid) on \(process.host)"))
    try writer.close()
  }

  @Test("a run is not overtaken unseen: the older process is told to stop")
  func fencing() throws {
    // Each writer believes the other's process gone, as two hosts with a slow clock might.
    func liveness(pid: Int32) -> Liveness {
      var process = ProcessIdentity.current()
      process.pid = pid
      return Liveness(observer: process, processState: { _ in nil })
    }
    let writer = try RegistryWriter(path: folder.file(), liveness: liveness(pid: 1))
    let session = try writer.begin()
    let taker = try RegistryWriter(path: folder.file(), liveness: liveness(pid: 2))
    let reader = try RegistryReader(path: folder.file(), liveness: liveness(pid: 3))
    #expect(try reader.run("ring").status == .crashed)
    let second = try taker.resume(session.runID, from: nil)
    try session.record(measure(1, ["d_loss": 1]))
    let error = try #require(throws: RegistryError.self) { try session.flush() }
    #expect(error.kind == .refused)
    try second.record(measure(1, ["d_loss": 2]))
    try second.finish(.finished)
    #expect(try reader.points(of: session.runID, metric: "d_loss").map(\.value) == [2])
    try writer.close()
    try taker.close()
  }

  @Test("only the target of epochs may change")
  func changedSettings() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    try session.finish(.interrupted)
    func resume(_ changed: [String: ParameterValue]) throws -> RunSession {
      try writer.resumeRun(
        session.runID, from: nil, parameters: changed, environment: RunEnvironment(facts: [:]),
        retention: Retention(keepLast: 3, keepEvery: 0))
    }
    let error = try #require(throws: RegistryError.self) { try resume(["loss": .text("hinge")]) }
    #expect(error.kind == .refused)
    try resume(["epochs": .integer(6)]).finish(.interrupted)
    let reader = try RegistryReader(path: folder.file())
    #expect(try reader.run("ring").parameters["epochs"] == .integer(6))
    #expect(try reader.attempts(of: session.runID).count == 2)
    try writer.setParameter("epochs", to: .integer(9), of: session.runID)
    #expect(try reader.run("ring").parameters["epochs"] == .integer(9))
    #expect(try reader.seal(recomputedFor: session.runID) == reader.storedSeal(of: session.runID))
    #expect(throws: RegistryError.self) {
      try writer.setParameter("seed", to: .integer(9), of: session.runID)
    }
    try writer.close()
  }

  @Test("a child has its own row for the checkpoint it starts from, and only its own points")
  func children() throws {
    let writer = try RegistryWriter(path: folder.file())
    let parent = try writer.begin("parent")
    try parent.record(measure(2, epoch: 1, ["d_loss": 1]))
    let snapshot = makeSnapshot(step: 2, images: 128)
    try parent.save(snapshot, step: 2, epoch: 1, isEpochEnd: true)
    try parent.finish(.finished)
    let lineage = Run.Parent(id: parent.runID, checkpointDigest: snapshot.digest)
    let child = try writer.begin("child", parent: lineage)
    try child.flush()
    let reader = try RegistryReader(path: folder.file())
    let run = try reader.run("child")
    #expect(run.parent == lineage)
    #expect(run.step == 2 && run.epoch == 1 && run.images == 128 && run.metrics.isEmpty)
    let (_, checkpoint) = try reader.checkpoint("child")
    #expect(checkpoint.digest == snapshot.digest && checkpoint.runID == child.runID)
    #expect(try reader.snapshot(of: checkpoint).digest == snapshot.digest)
    #expect(try reader.attempts(of: run.id).map(\.startStep) == [2])
    let unknown = Run.Parent(id: parent.runID, checkpointDigest: SHA256.digest([]))
    let error = try #require(throws: RegistryError.self) { try writer.begin(parent: unknown) }
    #expect(error.kind == .missing)
    try writer.close()
  }
}
