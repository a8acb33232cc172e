import Foundation
import GRDB
import RunModel
import Synchronization
import TestSupport
import Testing

@testable import RunRegistry

@Suite("Sweeps")
struct SweepTests {
  let folder: TemporaryFolder
  let clock = Clock()

  init() throws { folder = try TemporaryFolder() }

  private func writer(_ liveness: Liveness = worker(10)) throws -> RegistryWriter {
    try RegistryWriter(path: folder.file(), clock: { [clock] in clock.now }, liveness: liveness)
  }

  private func reader(_ liveness: Liveness = worker(99)) throws -> RegistryReader {
    try RegistryReader(path: folder.file(), clock: { [clock] in clock.now }, liveness: liveness)
  }

  @Test("a sweep is stored once, whole; another content under its name is refused")
  func creation() throws {
    let writer = try writer()
    let first = try writer.sweep()
    clock.advance(by: 5)
    #expect(try writer.sweep() == first)
    let error = try #require(throws: RegistryError.self) { try writer.sweep(file: "points: 5\n") }
    #expect(error.kind == .invalid)
    #expect(error.description.hasPrefix("Sweep lr is stored with another content; "))
    #expect(throws: RegistryError.self) { try writer.sweep("a@b") }
    clock.advance(by: 5)
    try writer.sweep("other")
    let reader = try reader()
    #expect(try reader.sweeps().map(\.name) == ["other", "lr"])
    #expect(try reader.sweep("lr") == first)
    #expect(first.file == sweepFile && !first.isStopped && first.failuresInRow == 0)
    #expect(first.extents == [Sweep.Extent(firstEntry: 0, points: 4, epochs: 9)])
    let missing = try #require(throws: RegistryError.self) { try reader.sweep("othr") }
    #expect(missing.kind == .missing)
    #expect(missing.description.contains("(did you mean 'other'?). It has other, lr."))
    try writer.close()
  }

  @Test("of two that claim a job one gets it; the point is stored with it")
  func rivals() throws {
    let (one, two) = (try writer(worker(10)), try writer(worker(11)))
    try one.sweep()
    let lease = try #require(try one.claim(claim(0), in: "lr"))
    #expect(lease.attempt == 1 && lease.tries == 1 && lease.run == nil)
    #expect(try two.claim(claim(0), in: "lr") == nil)
    #expect(try two.claim(claim(1), in: "lr") != nil)
    let reader = try reader()
    #expect(try reader.trials(of: "lr") == [trial(0), trial(1)])
    #expect(try reader.trials(of: "lr", from: 1) == [trial(1)])
    let jobs = try reader.jobs(of: "lr")
    #expect(jobs.map(\.worker) == ["one:10", "one:11"])
    #expect(jobs.map(\.revision) == [1, 2] && jobs.allSatisfy { $0.state == .running })
    #expect(jobs[0].entry == 0 && jobs[0].epochs == 1 && jobs[0].startedAt == clock.now)
    #expect(try reader.jobs(of: "lr", after: 1).map(\.key.point) == [1])
    #expect(try two.takeOver(lease.job, attempt: 1, in: "lr") == nil)
    try one.close()
    try two.close()
  }

  @Test("a point that is stored with other values is a difference between two programs")
  func otherDecision() throws {
    let writer = try writer()
    try writer.sweep()
    _ = try writer.claim(claim(0), in: "lr")
    var other = claim(0, rung: 1)
    other.trial.parameters[0].value = .number(0.1.nextUp)
    let error = try #require(throws: RegistryError.self) { try writer.claim(other, in: "lr") }
    #expect(error.kind == .invalid)
    #expect(error.description.contains("lr 0.1, loss hinge, and this process came to lr 0.1000"))
    #expect(try reader().jobs(of: "lr").count == 1)
    try writer.close()
  }

  @Test("an end is stored with the next claim, and counted where it failed")
  func finishing() throws {
    let writer = try writer()
    try writer.sweep()
    var lease = try #require(try writer.claim(claim(0), in: "lr"))
    clock.advance(by: 7)
    for (point, state) in [Job.State.failed, .failed, .done].enumerated() {
      let (isMine, next) = try writer.finish(
        lease, as: state, value: state == .done ? 0.25 : .nan, reached: 1,
        failure: state == .failed ? "no disk" : nil, next: claim(point + 1))
      #expect(isMine)
      lease = try #require(next)
      #expect(try reader().sweep("lr").failuresInRow == [1, 2, 0][point])
    }
    let jobs = try reader().jobs(of: "lr")
    #expect(jobs.map(\.key.point) == [0, 1, 2, 3])
    #expect(jobs.map(\.state) == [.failed, .failed, .done, .running])
    #expect(jobs.map(\.value) == [nil, nil, 0.25, nil])
    #expect(jobs[0].failure == "no disk" && jobs[0].endedAt == clock.now)
    #expect(jobs[0].worker == nil && jobs[3].worker == "one:10")
    // A try that is to be made again is no end: what failed before it stays counted.
    _ = try writer.finish(lease, as: .failed)
    lease = try #require(try writer.takeOver(lease.job, attempt: 1, in: "lr"))
    _ = try writer.finish(lease, as: .waiting, failure: "once more")
    #expect(try reader().sweep("lr").failuresInRow == 1)
    lease = try #require(try writer.takeOver(lease.job, attempt: 2, in: "lr"))
    // The same lease once more has nothing left to end.
    #expect(try writer.finish(lease, as: .diverged).isMine)
    #expect(try reader().sweep("lr").failuresInRow == 0)
    let again = try writer.finish(lease, as: .done, value: 1, next: claim(4))
    #expect(!again.isMine && again.next == nil)
    #expect(try reader().verify().findings == [])
    try writer.close()
  }

  @Test("whoever was taken for dead finds its lease gone, and can store nothing")
  func fencing() throws {
    let gone = Mutex<Set<Int32>>([])
    let dead = worker(11) { gone.withLock { $0 } }
    let (one, two) = (try writer(worker(10)), try writer(dead))
    try one.sweep()
    let old = try #require(try one.claim(claim(0), in: "lr"))
    let session = try one.beginRun(
      name: "lr-0", experiment: "lr", parameters: [:], environment: RunEnvironment(facts: [:]),
      retention: Retention(keepLast: 1, keepEvery: 0), for: old)
    try session.flush()
    #expect(try two.takeOver(old.job, attempt: 1, in: "lr") == nil)
    gone.withLock { $0 = [10] }
    let mine = try reader(dead).jobs(of: "lr")
    #expect(mine.map(\.isAbandoned) == [true] && mine.map(\.run) == [session.runID])
    let new = try #require(try two.takeOver(old.job, attempt: 1, in: "lr"))
    #expect(new.attempt == 2 && new.tries == 1 && new.vanished == 1 && new.run == session.runID)
    #expect(try one.takeOver(old.job, attempt: 1, in: "lr") == nil)
    let second = try two.resumeRun(
      session.runID, from: nil, environment: RunEnvironment(facts: [:]),
      retention: Retention(keepLast: 1, keepEvery: 0), for: new)
    // The first wakes up.
    #expect(try !one.finish(old, as: .done, value: 1, next: claim(1)).isMine)
    try one.release(old)
    #expect(throws: LeaseLost.self) {
      try one.beginRun(
        name: "lr-0", experiment: "lr", parameters: [:], environment: RunEnvironment(facts: [:]),
        retention: Retention(keepLast: 1, keepEvery: 0), for: old)
    }
    #expect(throws: RegistryError.self) {
      try session.record(measure(1, ["d_loss": 1]))
      try session.flush()
    }
    #expect(try reader().runs().total == 1)
    try second.finish(.paused)
    #expect(try two.finish(new, as: .done, value: 2, reached: 1).isMine)
    let jobs = try reader().jobs(of: "lr")
    #expect(jobs.map(\.state) == [.done] && jobs.map(\.value) == [2] && jobs.map(\.attempt) == [2])
    #expect(try reader().verify().findings == [])
    try one.close()
    try two.close()
  }

  @Test("a try counts again from 1 once the run came further, and one given back is none")
  func tries() throws {
    let writer = try writer()
    try writer.sweep()
    var lease = try #require(try writer.claim(claim(0), in: "lr"))
    let session = try writer.beginRun(
      name: "lr-0", experiment: "lr", parameters: [:], environment: RunEnvironment(facts: [:]),
      retention: Retention(keepLast: 0, keepEvery: 0), for: lease)
    func again() throws -> JobLease {
      try #require(try writer.takeOver(lease.job, attempt: lease.attempt, in: "lr"))
    }
    _ = try writer.finish(lease, as: .failed, failure: "x")
    lease = try again()
    #expect(lease.tries == 2 && lease.attempt == 2)
    try writer.release(lease)
    #expect(try reader().jobs(of: "lr").map(\.state) == [.waiting])
    lease = try again()
    #expect(lease.tries == 2 && lease.attempt == 3)
    try session.save(makeSnapshot(step: 5), step: 5, epoch: 1, isEpochEnd: true)
    try session.finish(.failed, failure: "y")
    _ = try writer.finish(lease, as: .failed, failure: "y")
    lease = try again()
    #expect(lease.tries == 1 && lease.attempt == 4)
    _ = try writer.finish(lease, as: .failed, failure: "y")
    lease = try again()
    #expect(lease.tries == 2)
    _ = try writer.finish(lease, as: .diverged)
    #expect(try writer.takeOver(lease.job, attempt: lease.attempt, in: "lr") == nil)
    try writer.close()
  }

  @Test("a higher rung goes on with the run of the one below; a repeat takes another's result")
  func rungs() throws {
    let writer = try writer()
    try writer.sweep()
    let lease = try #require(try writer.claim(claim(0), in: "lr"))
    let session = try writer.beginRun(
      name: "lr-0", experiment: "lr", parameters: [:], environment: RunEnvironment(facts: [:]),
      retention: Retention(keepLast: 0, keepEvery: 0), for: lease)
    try session.record(measure(4, epoch: 1, ["swd": 0.5]))
    try session.record(measure(8, epoch: 2, ["swd": .nan, "d_loss": 1]))
    try session.record(measure(9, ["swd": 3]))
    try session.finish(.paused)
    let promoted = claim(0, rung: 1, entry: 1)
    let next = try #require(
      try writer.finish(lease, as: .done, value: 0.5, reached: 1, next: promoted).next)
    #expect(next.run == session.runID && next.job.rung == 1)
    var same = claim(1, entry: 2)
    same.trial = trial(1, repeats: 0)
    #expect(try writer.record(repeat: same, run: nil, value: nil, state: .waiting, in: "lr"))
    #expect(try !writer.record(repeat: same, run: nil, value: nil, state: .waiting, in: "lr"))
    #expect(try reader().jobs(of: "lr").last?.endedAt == nil)
    #expect(
      try writer.record(
        repeat: same, run: session.runID, value: 0.5, state: .done, reached: 1, in: "lr"))
    #expect(
      try !writer.record(repeat: same, run: session.runID, value: 1, state: .done, in: "lr"))
    let reader = try reader()
    let job = try #require(try reader.jobs(of: "lr").last)
    #expect(job.key.point == 1 && job.value == 0.5 && job.run == session.runID)
    #expect(job.worker == nil && job.endedAt == clock.now)
    #expect(try reader.trials(of: "lr")[1].repeats == 0)
    let own = try #require(try reader.sweepTrial(of: session.runID))
    #expect(own == ("lr", 0, 1))
    let other = try writer.begin("alone")
    #expect(try reader.sweepTrial(of: other.runID) == nil)
    let values = try reader.metricValues(
      of: session.runID, metrics: ["swd", "none"], throughEpoch: 2)
    #expect(values["swd"]?.map(\.epoch) == [1, 2] && values["d_loss"] == nil)
    #expect(values["swd"]?.first?.value == 0.5 && values["swd"]?.last?.value.isNaN == true)
    let first = try reader.metricValues(of: session.runID, metrics: ["swd"], throughEpoch: 1)
    #expect(first["swd"]?.count == 1)
    try other.finish(.finished)
    #expect(try reader.verify().findings == [])
    try writer.close()
  }

  @Test("a stopped sweep gives out no work; going on counts failures from 0")
  func stopping() throws {
    let writer = try writer()
    try writer.sweep()
    let lease = try #require(try writer.claim(claim(0), in: "lr"))
    try writer.setStopped("lr", true)
    #expect(try writer.claim(claim(1), in: "lr") == nil)
    let (isMine, next) = try writer.finish(lease, as: .failed, failure: "x", next: claim(1))
    #expect(isMine && next == nil)
    #expect(try writer.takeOver(lease.job, attempt: 1, in: "lr") == nil)
    #expect(try reader().sweep("lr").isStopped && reader().sweep("lr").failuresInRow == 1)
    try writer.setStopped("lr", false)
    #expect(try reader().sweep("lr").failuresInRow == 0)
    #expect(try writer.takeOver(lease.job, attempt: 1, in: "lr") != nil)
    #expect(throws: RegistryError.self) { try writer.setStopped("none", true) }
    try writer.close()
  }

  @Test("an extent begins where nothing has begun, and ends decisions that did not know of it")
  func extending() throws {
    let writer = try writer()
    try writer.sweep()
    _ = try writer.claim(claim(0), in: "lr")
    let late = Sweep.Extent(firstEntry: 0, points: 6, epochs: 9)
    let error = try #require(throws: RegistryError.self) { try writer.extendSweep("lr", to: late) }
    #expect(error.kind == .refused)
    let more = Sweep.Extent(firstEntry: 1, points: 6, epochs: 27)
    try writer.extendSweep("lr", to: more)
    try writer.extendSweep("lr", to: more)
    #expect(try reader().sweep("lr").extents.count == 2)
    #expect(try reader().sweep("lr").extents.last == more)
    var old = claim(1)
    old.extents = 1
    #expect(try writer.claim(old, in: "lr") == nil)
    old.extents = 2
    #expect(try writer.claim(old, in: "lr") != nil)
    #expect(try reader().verify().findings == [])
    try writer.close()
  }

  @Test(
    "a process that was stopped for an hour is seen to live where it runs, and is silent elsewhere")
  func stoppedProcess() throws {
    let (stopped, rival) = (try writer(worker(10)), try writer(worker(11)))
    let elsewhere = try writer(
      Liveness(
        observer: ProcessIdentity(
          host: "two", pidNamespace: "pid:[2]", bootID: "other", pid: 1, startTicks: 1),
        processState: { _ in nil }))
    try stopped.sweep()
    let lease = try #require(try stopped.claim(claim(0), in: "lr"))
    // Its writer's next sign of life is due in five seconds of the true clock.
    clock.advance(by: 3_600_000_000)
    #expect(try rival.takeOver(lease.job, attempt: 1, in: "lr") == nil)
    #expect(try reader().jobs(of: "lr").map(\.isAbandoned) == [false])
    let taken = try #require(try elsewhere.takeOver(lease.job, attempt: 1, in: "lr"))
    #expect(taken.attempt == 2)
    // It wakes up, and what it has is not wanted any more.
    #expect(try !stopped.finish(lease, as: .done, value: 1, reached: 1).isMine)
    #expect(try elsewhere.finish(taken, as: .done, value: 1, reached: 1).isMine)
    for writer in [stopped, rival, elsewhere] { try writer.close() }
  }

  @Test("a claim shows signs of life until it ends")
  func heartbeats() throws {
    let writer = try RegistryWriter(
      path: folder.file(), clock: { [clock] in clock.now }, liveness: worker(10),
      heartbeatEvery: .milliseconds(1))
    try writer.sweep()
    let lease = try #require(try writer.claim(claim(0), in: "lr"))
    let elsewhere = Liveness(
      observer: ProcessIdentity(
        host: "two", pidNamespace: "pid:[2]", bootID: "other", pid: 1, startTicks: 1),
      processState: { _ in nil })
    let reader = try reader(elsewhere)
    clock.advance(by: 61_000_000)
    func isAbandoned() throws -> Bool { try reader.jobs(of: "lr")[0].isAbandoned }
    // The writer's own thread beats within milliseconds.
    var rounds = 0
    while try isAbandoned(), rounds < 2000 {
      Thread.sleep(forTimeInterval: 0.001)
      rounds += 1
    }
    #expect(try !isAbandoned())
    #expect(try reader.verify().findings == [])
    try writer.release(lease)
    clock.advance(by: 61_000_000)
    #expect(try reader.jobs(of: "lr")[0].worker == nil)
    try writer.close()
  }

  @Test("processes that want the same jobs share them out; each is done once, and seals hold")
  func contention() throws {
    try writer().close()
    let points = 30
    let failures = Mutex<[String]>([])
    let claimed = Mutex<[Int]>([])
    let group = DispatchGroup()
    for number in 0..<4 {
      group.enter()
      Thread.detachNewThread { [folder] in
        defer { group.leave() }
        do {
          let writer = try RegistryWriter(
            path: folder.file(), liveness: worker(Int32(20 + number)))
          try writer.sweep()
          var lease: JobLease?
          for point in 0..<points {
            if let held = lease {
              lease = try writer.finish(
                held, as: .done, value: Double(held.job.point), next: claim(point)
              ).next
            } else {
              lease = try writer.claim(claim(point), in: "lr")
            }
            if let lease { claimed.withLock { $0.append(lease.job.point) } }
          }
          if let lease { _ = try writer.finish(lease, as: .done, value: Double(lease.job.point)) }
          try writer.close()
        } catch { failures.withLock { $0.append("\(number): \(error)") } }
      }
    }
    group.wait()
    #expect(failures.withLock { $0 } == [])
    #expect(claimed.withLock { $0.sorted() } == Array(0..<points))
    let jobs = try reader().jobs(of: "lr")
    #expect(jobs.allSatisfy { $0.state == .done && $0.value == Double($0.key.point) })
    #expect(Set(jobs.map(\.revision)).count == points && jobs.last?.revision == 2 * points)
    #expect(try reader().trials(of: "lr") == (0..<points).map { trial($0) })
    #expect(try reader().verify().findings == [])
  }

  @Test("a registry of an earlier version has no sweeps, and gets room for them when it is written")
  func earlierVersion() throws {
    let folder = try GoldenRegistryTests().folder
    let reader = try RegistryReader(path: folder.file(), choice: .all)
    #expect(try reader.sweeps() == [])
    #expect(try reader.sweepTrial(of: reader.run("golden").id) == nil)
    #expect(throws: RegistryError.self) { try reader.jobs(of: "lr") }
    #expect(try reader.backUp(to: folder.file("backup.db")).runs == 2)
    #expect(try reader.sweeps() == [])
    let writer = try RegistryWriter(path: folder.file())
    try writer.sweep()
    try writer.close()
    #expect(try RegistryReader(path: folder.file()).sweeps().count == 1)
    #expect(try RegistryReader(path: folder.file()).verify().findings == [])
  }

  @Test("the view trials shows each trial at its highest rung")
  func view() throws {
    let writer = try writer()
    try writer.sweep()
    let lease = try #require(try writer.claim(claim(0), in: "lr"))
    let next = try writer.finish(
      lease, as: .done, value: 0.5, next: claim(0, rung: 1, entry: 1)
    ).next
    _ = try writer.finish(try #require(next), as: .done, value: 0.25, next: claim(1, entry: 2))
    try writer.close()
    let queue = try DatabaseQueue(path: folder.file())
    let rows = try queue.read { try Row.fetchAll($0, sql: "SELECT * FROM trials") }
    #expect(
      rows.map { $0.databaseValues.map { "\($0)" }.joined(separator: "|") } == [
        "\"lr\"|0|\"lr=0.1 loss=hinge\"|1|1|3|\"done\"|0.25|NULL",
        "\"lr\"|1|\"lr=0.2 loss=hinge\"|1|0|1|\"running\"|NULL|NULL",
      ])
    try queue.close()
  }
}

@Suite("Runs of sweeps")
struct SweepRunTests {
  @Test("filters, orders and runs know the sweep and the trial; a deleted run leaves its job")
  func fields() throws {
    let folder = try TemporaryFolder()
    let writer = try RegistryWriter(path: folder.file(), liveness: worker(10))
    try writer.begin("alone").finish(.finished)
    for name in ["lr", "other"] {
      try writer.sweep(name)
      for point in 0..<3 {
        let lease = try #require(try writer.claim(claim(point), in: name))
        let session = try writer.beginRun(
          name: "\(name)-\(point)", experiment: name, parameters: [:],
          environment: RunEnvironment(facts: [:]),
          retention: Retention(keepLast: 0, keepEvery: 0), for: lease)
        try session.finish(.finished)
        let next = claim(point, rung: 1, entry: 9 + point)
        _ = try writer.finish(
          writer.finish(lease, as: .done, value: 1, next: next).next ?? lease, as: .done)
      }
      // A repeat shows the run of its first.
      var same = claim(3)
      same.trial = trial(3, repeats: 1)
      let run = try RegistryReader(path: folder.file()).run("\(name)-1").id
      try writer.record(repeat: same, run: run, value: 1, state: .done, in: name)
    }
    let reader = try RegistryReader(path: folder.file())
    func names(_ filter: String, _ sort: String = "created_at") throws -> [String] {
      try reader.runs(
        matching: RunFilter(parsing: filter), sortedBy: RunSort(parsing: sort),
        loading: [.own(.trial)]
      ).runs.map { $0.name + ($0.trial.map { "=\($0.sweep)/\($0.number)" } ?? "") }
    }
    #expect(try names("sweep = 'lr' and trial >= 1") == ["lr-1=lr/1", "lr-2=lr/2"])
    #expect(try names("trial = 3") == [])
    #expect(try names("sweep is null") == ["alone"])
    #expect(
      try names("sweep like 'o%' or trial = 2", "trial:desc").map { $0.suffix(1) }
        == ["2", "2", "1", "0"])
    #expect(try reader.runs(loading: [.own(.name)]).runs.allSatisfy { $0.trial == nil })
    #expect(try reader.runs().runs.filter { $0.trial == nil }.map(\.name) == ["alone"])
    let id = try reader.run("lr-1").id
    try writer.delete([id])
    _ = try writer.collectGarbage(grace: .zero)
    let job = try #require(try reader.jobs(of: "lr").first { $0.key.point == 1 })
    #expect(job.run == id && job.value == 1)
    #expect(try reader.sweepTrial(of: id)?.point == 1)
    #expect(try reader.verify().findings == [])
    try writer.close()
    #expect(try reader.backUp(to: folder.file("backup.db")).runs == 6)
    #expect(try RegistryReader(path: folder.file("backup.db")).sweeps().count == 2)
  }
}
