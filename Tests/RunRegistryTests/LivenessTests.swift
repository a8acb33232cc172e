import RunModel
import RunRegistry
import TestSupport
import Testing

@Suite("Live status")
struct LivenessTests {
  static let here = ProcessIdentity(
    host: "one", pidNamespace: "pid:[1]", bootID: "boot-1", pid: 10, startTicks: 500)

  /// A process, what /proc says of its number, the age of its heartbeat in seconds, the status.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var change: @Sendable (inout ProcessIdentity) -> Void = { _ in }
    var state: ProcessState? = ProcessState(startTicks: 500, isZombie: false)
    var silence: Int64 = 0
    var expected: RunStatus
  }

  static let cases = [
    Case(testDescription: "lives", silence: 1000, expected: .running),
    Case(testDescription: "is gone", state: nil, expected: .crashed),
    Case(
      testDescription: "has left its number to another",
      state: ProcessState(startTicks: 501, isZombie: false), expected: .crashed),
    Case(
      testDescription: "is a zombie", state: ProcessState(startTicks: 500, isZombie: true),
      expected: .crashed),
    Case(
      testDescription: "is of an earlier boot", change: { $0.bootID = "boot-0" },
      expected: .crashed),
    Case(
      testDescription: "is in another container and speaks",
      change: { ($0.pidNamespace, $0.host) = ("pid:[2]", "two") }, state: nil, silence: 59,
      expected: .running),
    Case(
      testDescription: "is in another container and is silent",
      change: { ($0.pidNamespace, $0.host) = ("pid:[2]", "two") }, silence: 61,
      expected: .crashed),
    Case(
      testDescription: "is on another host and speaks",
      change: { ($0.host, $0.bootID) = ("two", "boot-2") }, state: nil, silence: 59,
      expected: .running),
    Case(
      testDescription: "is on another host and is silent",
      change: { ($0.host, $0.bootID) = ("two", "boot-2") }, silence: 61, expected: .crashed),
  ]

  @Test("a process that", arguments: cases)
  func derived(example: Case) {
    var process = Self.here
    example.change(&process)
    let liveness = Liveness(observer: Self.here, processState: { _ in example.state })
    let now = Timestamp(microseconds: 10_000_000_000)
    let heartbeat = Timestamp(microseconds: now.microseconds - example.silence * 1_000_000)
    #expect(
      liveness.status(stored: .running, process: process, heartbeat: heartbeat, now: now)
        == example.expected)
  }

  @Test("a run that has ended stays as it ended", arguments: RunStatus.allCases)
  func ended(status: RunStatus) {
    let liveness = Liveness(observer: Self.here, processState: { _ in nil })
    let moment = Timestamp(microseconds: 0)
    let derived = liveness.status(
      stored: status, process: Self.here, heartbeat: moment, now: moment)
    #expect(derived == (status == .running ? .crashed : status))
  }

  @Test("this process is seen as it is")
  func current() throws {
    let process = ProcessIdentity.current()
    #expect(!process.host.isEmpty && process.bootID.utf8.count == 36)
    #expect(process.pidNamespace.hasPrefix("pid:["))
    let state = try #require(ProcessState.read(pid: process.pid))
    #expect(state.startTicks == process.startTicks && state.startTicks > 0 && !state.isZombie)
    #expect(ProcessState.read(pid: Int32.max) == nil)
  }

  @Test("a crash is derived by readers at once and stored by the next writer")
  func storing() throws {
    let folder = try TemporaryFolder()
    let gone = ProcessIdentity(
      host: Self.here.host, pidNamespace: "pid:[1]", bootID: "boot-1", pid: 99, startTicks: 1)
    let clock = Clock()
    let first = try RegistryWriter(
      path: folder.file(), clock: { clock.now },
      liveness: Liveness(observer: gone, processState: { _ in nil }))
    let session = try first.begin()
    try session.flush()
    let seen = Liveness(observer: Self.here, processState: { _ in nil })
    let reader = try RegistryReader(path: folder.file(), clock: { clock.now }, liveness: seen)
    #expect(try reader.run("ring").status == .crashed)
    #expect(try reader.run("ring").endedAt == clock.now)
    #expect(try reader.attempts(of: session.runID).map(\.status) == [.crashed])
    #expect(try reader.runs(sortedBy: RunSort(parsing: "status")).runs.map(\.status) == [.crashed])
    let blind = Liveness(
      observer: gone, processState: { _ in ProcessState(startTicks: 1, isZombie: false) })
    let other = try RegistryReader(path: folder.file(), clock: { clock.now }, liveness: blind)
    #expect(try other.run("ring").status == .running)
    let second = try RegistryWriter(
      path: folder.file(), clock: { clock.now }, liveness: seen)
    #expect(try other.run("ring").status == .crashed)
    #expect(try reader.seal(recomputedFor: session.runID) == reader.storedSeal(of: session.runID))
    // The first was only taken for dead: its next word sets that right.
    try session.record(measure(1, ["d_loss": 1]))
    try session.flush()
    #expect(try other.run("ring").status == .running)
    try second.close()
    try first.close()
  }
}
