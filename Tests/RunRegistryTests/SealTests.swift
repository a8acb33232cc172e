import GRDB
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

@Suite("Seals and summaries")
struct SealTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("sums go round at 2^256 and subtracting undoes adding")
  func arithmetic() throws {
    var random = SeededNumbers(seed: 4)
    for _ in 0..<200 {
      let bytes = (0..<32).map { _ in random.next() % 3 == 0 ? 255 : UInt8(random.next() & 255) }
      let other = (0..<32).map { _ in UInt8(random.next() & 255) }
      let first = try #require(Seal(bytes: bytes))
      let second = try #require(Seal(bytes: other))
      #expect(first.bytes == bytes)
      var sum = first
      sum += second
      var naive = [UInt8](repeating: 0, count: 32)
      var carry = 0
      for place in (0..<32).reversed() {
        let digit = Int(bytes[place]) + Int(other[place]) + carry
        naive[place] = UInt8(digit & 255)
        carry = digit >> 8
      }
      #expect(sum.bytes == naive)
      sum -= second
      #expect(sum == first)
      sum -= first
      #expect(sum == Seal())
    }
  }

  @Test(
    "points sealed two at a time add what each adds alone", arguments: ["", "a", "swd[n=2048]"])
  func points(metric: String) {
    let values: [Double] = [0, -0.0, .nan, -.nan, .infinity, 0.1, -3, .leastNonzeroMagnitude]
    for name in [metric, metric + String(repeating: "é", count: 100)] {
      for count in 0...values.count {
        let points = (0..<count).map { StoredPoint(step: $0 << 40 + $0, value: values[$0]) }
        var sum = Seal()
        for point in points {
          sum +=
            SealedRow.point(metric: name, step: point.step, attempt: 7, value: point.value).seal
        }
        var sealing = PointSealing(metric: name, attempt: 7)
        #expect(sealing.seal(of: points) == sum, "\(count) points of \(name)")
      }
    }
  }

  @Test(
    "a batch of many points, some of them said twice, is stored as its lines say in their order")
  func largeBatch() throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    var steps: [StepMeasurement] = []
    // More than one statement takes, and more than may wait for their series.
    for step in 1...17_000 { steps.append(measure(step, ["b": Double(step), "a": -Double(step)])) }
    steps.append(measure(17_000, ["a": 5]))
    steps.append(measure(17, ["b": .nan]))
    steps.append(measure(17, ["b": 0.5, "late": 1]))
    try session.record(steps)
    try session.finish(.finished)
    try writer.close()
    let reader = try RegistryReader(path: folder.file())
    let run = try reader.run("ring")
    let a = try reader.points(of: run.id, metric: "a")
    #expect(a.map(\.step) == Array(1...17_000))
    #expect(a.map(\.value) == (1..<17_000).map { -Double($0) } + [5])
    let b = try reader.points(of: run.id, metric: "b")
    #expect(b.map(\.value) == (1...17_000).map { $0 == 17 ? 0.5 : Double($0) })
    #expect(run.metrics["a"]?.max == 5 && run.metrics["a"]?.maxStep == 17_000)
    #expect(run.metrics["b"]?.min == 0.5 && run.metrics["b"]?.nanCount == 0)
    #expect(run.metrics["b"]?.count == 17_000 && run.metrics["late"]?.last == 1)
    #expect(try reader.seal(recomputedFor: run.id) == reader.storedSeal(of: run.id))
  }

  /// What a run should hold, kept as plainly as can be.
  private struct Model {
    var attempts: [(reach: Int, points: [String: [Int: Double]])] = []
    var checkpoints: [(step: Int, attempt: Int)] = []

    /// The visible points of a metric by step, later attempts over earlier ones.
    func visible(_ metric: String) -> [(step: Int, value: Double)] {
      var points: [Int: Double] = [:]
      for attempt in attempts {
        for (step, value) in attempt.points[metric] ?? [:] where step <= attempt.reach {
          points[step] = value
        }
      }
      return points.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// A summary straight from its definition.
    func summary(_ metric: String) -> MetricSummary? {
      let points = visible(metric)
      guard let last = points.last else { return nil }
      let numbers = points.filter { !$0.value.isNaN }
      let min = numbers.map(\.value).min()
      let max = numbers.map(\.value).max()
      return MetricSummary(
        last: last.value, lastStep: last.step, min: min,
        minStep: numbers.first { $0.value == min }?.step, max: max,
        maxStep: numbers.first { $0.value == max }?.step, count: points.count,
        nanCount: points.count - numbers.count,
        firstNaNStep: points.first { $0.value.isNaN }?.step)
    }
  }

  @Test(
    "after any sequence of records, saves and resumes, summaries, points and seals are those computed anew",
    arguments: 1...12)
  func randomSequences(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
    let values: [Double] = [0, -0.0, 1, 2, -3, .nan, .infinity, -.infinity, 0.1]
    var writer = try RegistryWriter(path: folder.file())
    // A neighbour, so that the registry's sum is one of two runs.
    let neighbour = try writer.begin("neighbour")
    try neighbour.record(measure(1, ["d_loss": 1]))
    try neighbour.finish(.finished)
    var session = try writer.begin(keepLast: 2)
    var model = Model()
    model.attempts.append((Int.max, [:]))
    var step = 0
    for _ in 0..<40 {
      switch below(10) {
      case 0...5:
        // Mostly forward, now and then a step that was recorded already.
        step = below(5) == 0 ? max(0, step - below(4)) : step + below(3)
        var measured: [String: Double] = [:]
        for metric in ["d_loss", "g_loss", "swd[n=8]"] where below(3) > 0 {
          measured[metric] = values[below(values.count)]
        }
        try session.record(measure(step, epoch: below(2) == 0 ? nil : 1 + step / 3, measured))
        for (metric, value) in measured {
          model.attempts[model.attempts.count - 1].points[metric, default: [:]][step] = value
        }
      case 6:
        try session.record(line: "line \(below(3))", at: Timestamp(microseconds: Int64(below(99))))
        try session.record(
          SamplePicture(
            name: "samples", step: below(3), epoch: 1, png: [UInt8(below(255))],
            time: Timestamp(microseconds: 1)))
      case 7:
        try session.save(
          makeSnapshot(seed: random.next(), step: step), step: step, epoch: 1 + step / 3,
          isEpochEnd: below(2) == 0)
      case 8:
        try session.finish(.interrupted)
        try writer.close()
        writer = try RegistryWriter(path: folder.file())
        let reader = try RegistryReader(path: folder.file())
        let start = try reader.checkpoints(of: session.runID).last
        session = try writer.resume(session.runID, from: start, keepLast: 2)
        for place in model.attempts.indices {
          model.attempts[place].reach = min(model.attempts[place].reach, start?.step ?? -1)
        }
        model.attempts.append((Int.max, [:]))
        step = start?.step ?? 0
      default: try session.flush()
      }
    }
    try session.flush()
    let reader = try RegistryReader(path: folder.file())
    let run = try reader.run("ring")
    for metric in ["d_loss", "g_loss", "swd[n=8]"] {
      let points = try reader.points(of: run.id, metric: metric)
      let expected = model.visible(metric)
      #expect(points.map(\.step) == expected.map(\.step), "seed \(seed), \(metric)")
      #expect(
        points.map { "\($0.value + 0)" } == expected.map { "\($0.value + 0)" },
        "seed \(seed), \(metric)")
      #expect(
        String(describing: run.metrics[metric].map(normal))
          == String(describing: model.summary(metric).map(normal)), "seed \(seed), \(metric)")
    }
    #expect(try reader.checkpoints(of: run.id).count == run.checkpoints, "seed \(seed)")
    var sum = Seal()
    for name in ["ring", "neighbour"] {
      let id = try reader.run(name).id
      let stored = try reader.storedSeal(of: id)
      #expect(try reader.seal(recomputedFor: id) == stored, "seed \(seed), \(name)")
      sum += stored
    }
    #expect(try reader.storedSeal() == sum, "seed \(seed)")
    try session.finish(.finished)
    try writer.close()
  }

  /// The same summary with one zero instead of two.
  private func normal(_ summary: MetricSummary) -> MetricSummary {
    var summary = summary
    summary.last += 0
    summary.min = summary.min.map { $0 + 0 }
    summary.max = summary.max.map { $0 + 0 }
    return summary
  }

  @Test(
    "a row changed by hand breaks the seal",
    arguments: [
      "UPDATE point SET value = value + 1", "UPDATE step SET epoch = 9", "DELETE FROM line",
      "UPDATE setting SET value = 4", "UPDATE environment SET value = '3'",
      "UPDATE run SET name = 'other'", "UPDATE attempt SET start_step = 1",
      "UPDATE picture SET png = x'00'", "UPDATE checkpoint SET epoch = 2",
      "UPDATE counter SET value = 2.5 WHERE kind = 'clock'",
      "INSERT INTO note(run, text) VALUES(1, 'x')",
      "INSERT INTO tag(run, key, value) VALUES(1, 'a', 'b')",
      "INSERT INTO pin(run, name, checkpoint) VALUES(1, 'best', 1)",
    ])
  func tampering(statement: String) throws {
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    try session.record(measure(1, epoch: 1, ["d_loss": 1]))
    try session.record(line: "line", at: Timestamp(microseconds: 1))
    try session.record(
      SamplePicture(
        name: "samples", step: 1, epoch: 1, png: [1], time: Timestamp(microseconds: 1)))
    try session.save(makeSnapshot(), step: 1, epoch: 1, isEpochEnd: true)
    try session.finish(.finished)
    try writer.close()
    let id = session.runID
    var reader = try RegistryReader(path: folder.file())
    #expect(try reader.seal(recomputedFor: id) == reader.storedSeal(of: id))
    let queue = try DatabaseQueue(path: folder.file())
    try queue.writeWithoutTransaction { try $0.execute(sql: statement) }
    try queue.close()
    reader = try RegistryReader(path: folder.file())
    #expect(try reader.seal(recomputedFor: id) != reader.storedSeal(of: id))
  }
}
