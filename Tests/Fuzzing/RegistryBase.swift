import Foundation
import GRDB
import RunModel
import RunRegistry
import Synchronization

/// A small registry with something in each table, which the edits begin from.
///
/// It is kept as a file, so that edits which once found a fault find it again.
package enum RegistryBase {
  /// Its file.
  package static let path =
    "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    + "/FuzzTests/Corpus/base.registry"

  /// Its bytes.
  static let bytes: [UInt8] = {
    guard let data = FileManager.default.contents(atPath: path) else {
      fatalError("there is no \(path)")
    }
    return [UInt8](data)
  }()

  /// Whether nothing in it is found damaged: else no edit of it could be silent.
  package static var isClean: Bool { RegistryAnswers.ofBase.isClean }

  /// When it is read.
  static let now = Timestamp(microseconds: 1_700_000_900_000_000)

  /// Who reads it: its crashed run is one whoever looks.
  static let liveness = Liveness(
    observer: ProcessIdentity(
      host: "near", pidNamespace: "pid:[1]", bootID: "b", pid: 2, startTicks: 2),
    processState: { _ in nil })

  /// Makes it anew, with pages as small as SQLite has them: many pages in few bytes.
  package static func make(at path: String) throws {
    let file = try ScratchFile("runs.db", [])
    let (clock, random) = (Counting(), Counting())
    let writer = try RegistryWriter(
      path: file.path,
      clock: { Timestamp(microseconds: 1_700_000_000_000_000 + clock.next() * 1_000_000) },
      random: { UInt64(random.next()) },
      liveness: Liveness(
        observer: ProcessIdentity(
          host: "far", pidNamespace: "pid:[1]", bootID: "a", pid: 1, startTicks: 1),
        processState: { _ in ProcessState(startTicks: 1, isZombie: false) }))
    let first = try begin("first", by: writer)
    for epoch in 1...3 { try train(first, epoch) }
    try first.record(line: "a line\tof text", at: now)
    try first.finish(.finished)
    let checkpoints = try RegistryReader(path: file.path).checkpoints(of: first.runID)
    try writer.pin(checkpoints[0], as: "kept")
    let child = try begin(
      "child", by: writer,
      from: Run.Parent(id: first.runID, checkpointDigest: checkpoints[1].digest))
    try train(child, 3)
    // Left behind by the attempt that follows.
    try measure(child, 35, epoch: 4)
    try child.finish(.failed, failure: "It failed.")
    let last = try RegistryReader(path: file.path).checkpoint("child@last").checkpoint
    let again = try writer.resumeRun(
      child.runID, from: last, environment: RunEnvironment(facts: ["threads": "1"]),
      retention: Retention(keepLast: 2, keepEvery: 0))
    try train(again, 4)
    try again.finish(.interrupted)
    let gone = try begin("gone", by: writer)
    try train(gone, 1)
    try gone.finish(.finished)
    try writer.delete([gone.runID])
    try train(begin("lost", by: writer), 1)
    try writer.close()
    try small(file.path, at: path)
  }

  private static func begin(
    _ name: String, by writer: RegistryWriter, from parent: Run.Parent? = nil
  ) throws -> RunSession {
    try writer.beginRun(
      name: name, experiment: "fuzz",
      parameters: [
        "epochs": .integer(3), "loss": .text("hinge"), "generator.optimizer.lr": .number(2e-4),
        "generator.layers.0.bias": .boolean(false),
      ], environment: RunEnvironment(facts: ["threads": "2", "os": "Linux"]), parent: parent,
      retention: Retention(
        keepLast: 2, keepEvery: 0,
        best: Retention.Best(metric: "swd", direction: .min, keep: 1)))
  }

  static func train(_ session: RunSession, _ epoch: Int) throws {
    try measure(session, epoch * 10, epoch: epoch)
    try session.record(
      SamplePicture(
        name: "samples", step: epoch * 10, epoch: epoch, png: Array(repeating: 7, count: 900),
        time: time(epoch * 10)))
    try session.save(state(epoch), step: epoch * 10, epoch: epoch, isEpochEnd: true)
  }

  private static func measure(_ session: RunSession, _ step: Int, epoch: Int) throws {
    try session.record(
      StepMeasurement(
        step: step, epoch: epoch, images: step * 64, time: time(step),
        values: ["d_loss": 1 / Double(epoch), "g_loss": epoch == 2 ? .nan : 3, "swd[n=64]": 2]))
  }

  private static func time(_ step: Int) -> Timestamp {
    Timestamp(microseconds: 1_700_000_000_000_000 + Int64(step) * 100_000)
  }

  /// A tensor that compresses, one that does not and changes, one without an element, one number.
  private static func state(_ epoch: Int) throws -> Snapshot {
    let shapes: [(String, [Int])] = [
      ("discriminator.0.bias", [2]), ("discriminator.0.weight", [2, 300]),
      ("generator.0.weight", [30, 100]), ("generator.1.norm.running_mean", [0]),
      ("optimizer.generator.step", []),
    ]
    var tensors: [Snapshot.Tensor] = []
    var end = 0
    for (name, shape) in shapes {
      tensors.append(Snapshot.Tensor(name: name, shape: shape, byteOffset: end))
      end += shape.reduce(4, *)
    }
    return Snapshot(
      tensors: tensors,
      counters: ["step": .integer(Int64(epoch) * 10), "sum.d_loss": .real(0.25)],
      clocks: ["seconds": 1.5], seed: 7, byteCount: end
    ) { memory in
      var number = UInt32(truncatingIfNeeded: epoch)
      for place in 0..<memory.count {
        number = number &* 1_664_525 &+ 1_013_904_223
        memory[place] = place < 2408 ? UInt8(number >> 24) : place.isMultiple(of: 4) ? 0x3F : 0
      }
    }
  }

  private static func small(_ source: String, at path: String) throws {
    try? FileManager.default.removeItem(atPath: path)
    var configuration = Configuration()
    configuration.journalMode = .default
    let queue = try DatabaseQueue(path: source, configuration: configuration)
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA page_size = 512")
      try database.execute(sql: "VACUUM INTO ?", arguments: [path])
    }
    try queue.close()
    let made = try DatabaseQueue(path: path, configuration: configuration)
    try made.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
    try made.close()
  }
}

/// Numbers one after the other.
private final class Counting: Sendable {
  private let count = Mutex<Int64>(0)

  func next() -> Int64 {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}
