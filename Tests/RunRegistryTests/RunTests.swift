import RunModel
import RunRegistry
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
