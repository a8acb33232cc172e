import Adversarial
import Configuration
import RunModel
import Synchronization
import Testing

@Suite("Checkpoints that a busy disk leaves out")
struct SavingTests {
  /// Gives the answers of a store that has room again now and then.
  private final class BusyStore: RunRecorder {
    struct State {
      var policies: [BusyPolicy] = []
      var saved: [Int] = []
      var lines: [String] = []
      var skipped: [Int] = []
    }
    let state = Mutex(State())
    let room: @Sendable (BusyPolicy, _ last: Int) -> SaveRoom

    init(_ room: @escaping @Sendable (BusyPolicy, _ last: Int) -> SaveRoom) { self.room = room }

    func record(_ measurement: StepMeasurement) {
      guard measurement.values["checkpoint_skipped"] == 1 else { return }
      state.withLock { $0.skipped.append(measurement.step) }
    }
    func record(_ picture: SamplePicture) {}
    func record(line: String, at time: Timestamp) { state.withLock { $0.lines.append(line) } }
    func makeRoom(_ policy: BusyPolicy) -> SaveRoom {
      state.withLock {
        $0.policies.append(policy)
        return room(policy, $0.saved.last ?? 0)
      }
    }
    func save(
      _ source: any CheckpointSource, step: Int, epoch: Int, isEpochEnd: Bool, isReplaceable: Bool
    ) {
      state.withLock { $0.saved.append(step) }
    }
    func flush() {}
  }

  @Test("are said in the log and counted; the last, and those that stay for good, are waited for")
  func skip() throws {
    let store = BusyStore { policy, _ in policy == .skip ? .none : .free }
    try trainer(
      configuration(
        smallRing, "epochs=5", "checkpoint={when_busy: skip, keep_every: 2}")
    ).train(into: store)
    let state = store.state.withLock { $0 }
    #expect(state.policies == [.skip, .block, .skip, .block, .block])
    #expect(state.saved == [12, 24, 30])
    #expect(state.skipped == [6, 18])
    #expect(state.lines.count == 2)
    #expect(state.lines.first?.contains("step 6 was left out") == true)
  }

  @Test("under `latest` are those whose place a newer one takes")
  func latest() throws {
    let store = BusyStore { policy, last in
      policy == .latest && last > 0 ? .inPlaceOf(step: last, epoch: last / 6) : .free
    }
    try trainer(configuration(smallRing, "epochs=4", "checkpoint.when_busy=latest"))
      .train(into: store)
    let state = store.state.withLock { $0 }
    #expect(state.saved == [6, 12, 18, 24])
    #expect(state.skipped == [6, 12])
  }
}
