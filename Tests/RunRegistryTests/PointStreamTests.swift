import RunModel
import RunRegistry
import TestSupport
import Testing

@Suite("Points in blocks and by step")
struct PointStreamTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A run of several thousand steps, resumed from the middle, so that blocks end within it.
  private func fill() throws -> RunID {
    let writer = try RegistryWriter(path: folder.file())
    let first = try writer.begin()
    try first.record(
      (1...20_000).map { measure($0, epoch: $0 / 100, ["a": Double($0), "b": .nan]) })
    try first.finish(.interrupted)
    let second = try writer.continueRun(
      first.runID, environment: RunEnvironment(facts: [:]),
      retention: Retention(keepLast: 0, keepEvery: 0))
    try second.goOn(after: 9000)
    try second.record((9001...25_000).map { measure($0, ["a": Double(-$0)]) })
    try second.record([measure(9000, ["c": 1])])
    try second.finish(.finished)
    try writer.close()
    return first.runID
  }

  @Test(
    "blocks hold what a run's points are, in their order", arguments: [AttemptChoice.visible, .all])
  func blocks(attempts: AttemptChoice) throws {
    let id = try fill()
    let reader = try RegistryReader(path: folder.file())
    var expected: [String] = []
    try reader.forEachPoint(of: [id], attempts: attempts) { expected.append("\($1) \($2)") }
    var found: [String] = []
    var largest = 0
    try reader.forEachBlock(PointSelection(attempts: attempts)) { run, metric, points in
      #expect(run == id)
      largest = max(largest, points.count)
      found += points.map { "\(metric) \($0)" }
    }
    #expect(found == expected)
    #expect(largest <= 8192 && found.count > 30_000)
  }

  @Test("steps hold the same points, each step once")
  func steps() throws {
    let id = try fill()
    let reader = try RegistryReader(path: folder.file())
    for attempts in [AttemptChoice.visible, .all] {
      var expected: [String: Double] = [:]
      try reader.forEachPoint(of: [id], attempts: attempts) { _, metric, point in
        expected["\(point.step) \(attempts == .all ? point.attempt : 0) \(metric)"] =
          point.value
      }
      var found: [String: Double] = [:]
      var last = (-1, 0)
      try reader.forEachStep(PointSelection(attempts: attempts), metrics: ["c", "a", "b"]) {
        _, step in
        #expect(last < (step.step, attempts == .all ? step.attempt : 0))
        last = (step.step, attempts == .all ? step.attempt : 0)
        for (metric, value) in zip(["c", "a", "b"], step.values) {
          found["\(step.step) \(attempts == .all ? step.attempt : 0) \(metric)"] = value
        }
      }
      #expect(found.mapValues(\.description) == expected.mapValues(\.description))
    }
  }

  @Test("a choice of metrics and times")
  func choice() throws {
    let id = try fill()
    let reader = try RegistryReader(path: folder.file())
    var steps: [Int] = []
    try reader.forEachBlock(
      PointSelection(runs: [id], metrics: ["a"], since: measure(24_990, [:]).time)
    ) { _, metric, points in
      #expect(metric == "a")
      steps += points.map(\.step)
    }
    #expect(steps == Array(24_990...25_000))
    var wide: [Int] = []
    try reader.forEachStep(
      PointSelection(since: measure(24_990, [:]).time), metrics: ["a", "b"]
    ) { wide.append($1.step) }
    #expect(wide == steps)
  }

  @Test("a file that is written while it is read as it stands: each point once, and all of them")
  func writtenMeanwhile() throws {
    let id = try fill()
    // Nothing has it open: it is read as it stands.
    let reader = try RegistryReader(path: folder.file())
    for isWide in [false, true] {
      var found: [Int] = []
      var hasWritten = false
      func write() throws {
        guard !hasWritten else { return }
        hasWritten = true
        let writer = try RegistryWriter(path: folder.file())
        let session = try writer.begin("other")
        try session.record([measure(1, ["a": 1])])
        try session.finish(.finished)
        try writer.close()
      }
      if isWide {
        let reader = try RegistryReader(path: folder.file())
        try reader.forEachStep(PointSelection(runs: [id]), metrics: ["a"]) { _, step in
          if step.values[0] != nil { found.append(step.step) }
          if step.step == 12_000 { try write() }
        }
      } else {
        try reader.forEachBlock(PointSelection(runs: [id], metrics: ["a"])) { _, _, points in
          found += points.map(\.step)
          try write()
        }
      }
      #expect(found == Array(1...25_000), "\(isWide)")
    }
  }
}
