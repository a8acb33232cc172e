import RunModel
import RunRegistry
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// A registry made by the writer, the same to the last id every time.
///
/// Oldest first: `ring` (finished, interrupted once), `ring-minimax` (finished, forked from `ring`),
/// `odd, "name"` (diverged).
final class FixtureRegistry: Sendable {
  /// One for all tests that only read it.
  static let shared = Result { try FixtureRegistry() }

  let folder: TemporaryFolder
  var path: String { folder.file("runs.db") }

  /// The time that the writer reads, and the bits that it makes ids of.
  private final class Surroundings: Sendable {
    private let time = Mutex(Timestamp(microseconds: noon.microseconds - 3_600_000_000))
    private let state = Mutex(UInt64(0))

    var now: Timestamp { time.withLock { $0 } }

    func pass(minutes: Int64) { time.withLock { $0.microseconds += minutes * 60_000_000 } }

    /// Any fixed sequence does; this is the multiplier of Knuth's MMIX generator.
    func bits() -> UInt64 {
      state.withLock { state in
        state = state &* 6_364_136_223_846_793_005 &+ 1
        return state
      }
    }
  }

  private let surroundings = Surroundings()

  init() throws {
    folder = try TemporaryFolder()
    let surroundings = surroundings
    let writer = try RegistryWriter(
      path: folder.file("runs.db"), clock: { surroundings.now }, random: { surroundings.bits() })
    try fill(writer)
    try writer.close()
  }

  private var now: Timestamp { surroundings.now }

  private func pass(minutes: Int64) { surroundings.pass(minutes: minutes) }

  private func fill(_ writer: RegistryWriter) throws {
    let retention = Retention(keepLast: 0, keepEvery: 0)
    let ring = try writer.beginRun(
      name: "ring", experiment: "default", parameters: Self.parameters("nonsaturating"),
      environment: Self.environment(commit: "0a1b2c3"), retention: retention)
    try train(ring, epochs: 1...2, loss: 1.3862943611198906)
    // What a resume leaves behind: epoch 3 of the first attempt.
    try record(ring, epoch: 3, loss: 1.3862943611198906, extra: ["left_behind": 1])
    try ring.finish(.interrupted)
    pass(minutes: 5)
    let reader = try RegistryReader(path: path)
    let start = try #require(reader.checkpoints(of: ring.runID).last)
    let again = try writer.resumeRun(
      ring.runID, from: start, environment: Self.environment(commit: "0a1b2c3"),
      retention: retention)
    try train(again, epochs: 3...3, loss: 1.3)
    try again.finish(.finished)
    pass(minutes: 5)

    let minimax = try writer.beginRun(
      name: "ring-minimax", experiment: "losses", parameters: Self.parameters("minimax"),
      environment: Self.environment(commit: "4d5e6f7"),
      parent: Run.Parent(id: ring.runID, checkpointDigest: start.digest), retention: retention)
    try record(minimax, epoch: 1, loss: 1.3862943611198906)
    try train(minimax, epochs: 2...3, loss: 1.25)
    try minimax.finish(.finished)
    pass(minutes: 5)

    let odd = try writer.beginRun(
      name: "odd, \"name\"", experiment: "losses", parameters: Self.parameters("minimax"),
      environment: Self.environment(commit: "4d5e6f7"), retention: retention)
    try record(odd, epoch: 1, loss: .infinity)
    try record(odd, epoch: 2, loss: .nan)
    try odd.finish(.diverged, failure: "d_loss is NaN at step 200")
  }

  private func train(_ session: RunSession, epochs: ClosedRange<Int>, loss: Double) throws {
    for epoch in epochs {
      try record(session, epoch: epoch, loss: loss)
      try session.save(
        Self.snapshot(step: 100 * epoch), step: 100 * epoch, epoch: epoch, isEpochEnd: true)
      // Stored before the clock goes on, which stamps it.
      try session.flush()
    }
  }

  private func record(
    _ session: RunSession, epoch: Int, loss: Double, extra: [String: Double] = [:]
  ) throws {
    pass(minutes: 1)
    var values = [
      "d_loss": loss / Double(epoch), "g_loss": 0.7, "d_accuracy": 0.5 + Double(epoch) / 16,
      "seconds": 1.5,
    ]
    values.merge(extra) { $1 }
    try session.record(
      StepMeasurement(
        step: 100 * epoch, epoch: epoch, images: 6400 * epoch, time: now, values: values))
    try session.flush()
  }

  static func parameters(_ loss: String) -> [String: ParameterValue] {
    [
      "loss": .text(loss), "epochs": .integer(3), "batch_size": .integer(64),
      "data.kind": .text("ring"), "data.radius": .number(2), "seed": .integer(1),
      "generator.optimizer.lr": .number(2e-4),
    ]
  }

  static func environment(commit: String) -> RunEnvironment {
    RunEnvironment(facts: [
      "version": "0.1.0", "git_commit": commit, "cpu": "Some CPU", "threads": "2",
    ])
  }

  /// Six values that differ by step, in a generator with a moving average and a discriminator.
  static func snapshot(step: Int) -> Snapshot {
    let names = [
      "discriminator.0.weight", "generator.0.weight", "generator_ema.0.weight",
      "optimizer.generator.m.0.weight",
    ]
    let tensors = names.enumerated().map { place, name in
      Snapshot.Tensor(name: name, shape: [2, 3], byteOffset: 24 * place)
    }
    return Snapshot(
      tensors: tensors, counters: ["step": .integer(Int64(step)), "d_loss_sum": .real(0.5)],
      clocks: ["seconds": 1.5], seed: 1, byteCount: 24 * names.count
    ) { bytes in
      let values = bytes.bindMemory(to: Float.self)
      for place in values.indices { values[place] = Float(place) + Float(step) }
    }
  }
}
