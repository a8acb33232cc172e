import RunModel
import Sweeps
import Testing

@Suite("What a worker does next")
struct PlannerTests {
  private static let file = """
    sweep: parts
    base: {preset: ring}
    epochs: 4
    minimize: d_loss
    params: {generator.optimizer.lr: {log: [1e-4, 1e-1]}}
    sampler: {kind: tpe, startup: 4}
    points: 12
    window: 4
    stop: {kind: median, warmup: 1, startup: 1}

    """

  private func planner() throws -> SweepPlanner {
    let file = try SweepFile(text: Self.file, source: "parts.yaml")
    let sweep = Sweep(
      name: file.name, file: file.text, digest: file.digest,
      createdAt: Timestamp(microseconds: 0), isStopped: false, failuresInRow: 0,
      extents: [.init(firstEntry: 0, points: 12, epochs: 4)])
    return try SweepPlanner(sweep, file)
  }

  private func job(
    _ point: Int, _ state: Job.State, value: Double? = nil, revision: Int, isAbandoned: Bool = false
  ) -> Job {
    Job(
      key: Job.Key(point: point, seed: 1, rung: 0), entry: point, epochs: 4, state: state,
      value: value, startedAt: Timestamp(microseconds: 0), isAbandoned: isAbandoned,
      revision: revision)
  }

  @Test("is of its own part, and others' are taken for begun")
  func parts() throws {
    var first = try planner()
    var second = try planner()
    guard case .begin(let one, entry: 0, _) = try first.next(in: .shard(index: 0, count: 2)),
      case .begin(let other, entry: 1, let trial) = try second.next(
        in: .shard(index: 1, count: 2))
    else {
      Issue.record("the first entries are not begun")
      return
    }
    #expect(one.point == 0 && other.point == 1)
    // The second point is the same whether the first is stored or taken for begun.
    var whole = try planner()
    let suggested = whole.suggest(0)
    try whole.take(whole.sweep, trials: [suggested], jobs: [job(0, .running, revision: 1)])
    guard case .begin(_, entry: 1, let same) = try whole.next() else {
      Issue.record("the second entry is not begun")
      return
    }
    #expect(same == trial)
  }

  @Test("is what its part left behind, although what lies before is not there")
  func gaps() throws {
    let part = SweepPlanner.Part.shard(index: 1, count: 2)
    var planner = try planner()
    guard case .begin(_, entry: 1, let trial) = try planner.next(in: part) else {
      Issue.record("the part has nothing to begin")
      return
    }
    var again = try self.planner()
    let left = job(1, .running, revision: 1, isAbandoned: true)
    try again.take(again.sweep, trials: [trial], jobs: [left])
    #expect(try again.next(in: part) == .takeOver(left))
    #expect(again.course.complete(before: 1) == [])
    // Its round ends with what does not depend on others: entries 1 and 3 of 0…3.
    var ended = try self.planner()
    try ended.take(
      ended.sweep, trials: [trial], jobs: [job(1, .done, value: 1, revision: 2)])
    guard case .begin(_, entry: 3, _) = try ended.next(in: part) else {
      Issue.record("entry 3 is not begun")
      return
    }
  }

  @Test("waits where a decision needs results that others work on")
  func waiting() throws {
    var planner = try planner()
    for point in 0..<4 {
      try planner.take(
        planner.sweep, trials: [planner.suggest(point)],
        jobs: [job(point, .running, revision: point + 1)])
    }
    #expect(try planner.next() == .wait)
    try planner.take(
      planner.sweep, trials: [], jobs: [job(0, .done, value: 0.5, revision: 9)])
    guard case .begin(_, entry: 4, _) = try planner.next() else {
      Issue.record("the fifth entry is not begun")
      return
    }
    #expect(planner.course.complete(before: 4) == [0])
  }
}
