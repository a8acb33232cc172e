import GRDB
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

/// Six runs, an hour apart: `ring`, `Ring*`, `nan`, `bare` (without anything), `gone` (crashed),
/// `child` (of `ring`).
private final class SixRuns: Sendable {
  /// One for all tests: they only read it.
  static let shared = Result { try SixRuns() }

  let folder: TemporaryFolder
  let clock = Clock()
  let reader: RegistryReader

  init() throws {
    folder = try TemporaryFolder()
    let clock = clock
    let dead = ProcessIdentity(
      host: "one", pidNamespace: "pid:[1]", bootID: "boot", pid: 9, startTicks: 1)
    let liveness = Liveness(observer: dead, processState: { _ in nil })
    let writer = try RegistryWriter(
      path: folder.file(), clock: { clock.now }, liveness: liveness)
    var ring: RunSession?
    func add(
      _ name: String, _ parameters: [String: ParameterValue], _ points: [[String: Double]],
      parent: Run.Parent? = nil, ends: RunStatus? = .finished
    ) throws {
      let session = try writer.begin(name, parameters: parameters, parent: parent)
      let start = parent == nil ? 1 : 2
      for (step, values) in zip(start..., points) {
        try session.record(measure(step, epoch: (step + 1) / 2, values))
        if name == "ring", step == 1 {
          try session.save(makeSnapshot(), step: 1, epoch: 1, isEpochEnd: true)
        }
      }
      try session.flush()
      clock.advance(by: 3_600_000_000)
      if let ends { try session.finish(ends) }
      if name == "ring" { ring = session }
    }
    try add(
      "ring", ["seed": .integer(1), "loss": .text("hinge"), "fresh": .boolean(true)],
      [["a": 1, "swd[n=8]": 5], ["a": 3, "swd[n=8]": 2], ["a": 2]])
    try add(
      "Ring*", ["seed": .integer(2), "loss": .number(2.5), "fresh": .boolean(false)],
      [["a": -.infinity], ["a": 0.5]], ends: .failed)
    try add(
      "nan", ["seed": .number(.nan), "loss": .text("2.5")], [["a": 1], ["a": .nan]], ends: .diverged
    )
    try add("bare", [:], [])
    try add("gone", ["seed": .integer(1 << 53 + 1)], [["a": .nan]], ends: nil)
    let parent = Run.Parent(
      id: try #require(ring).runID, checkpointDigest: makeSnapshot().digest)
    try add(
      "child",
      [
        "seed": .number(1), "checkpoint.best.metric": .text("a"),
        "checkpoint.best.direction": .text("max"),
      ], [["a": 1, "swd": 4], ["a": 2]], parent: parent)
    reader = try RegistryReader(path: folder.file(), clock: { clock.now }, liveness: liveness)
    // What `gone` leaves behind: its session is let go of, and never ended.
    try writer.close()
    try Self.tag(folder.file(), ["ring": "one", "nan": "100%", "child": "ONE"])
  }

  /// Puts a tag on runs, past the seals, which no reader looks at.
  private static func tag(_ path: String, _ values: [String: String]) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { database in
      for (name, value) in values {
        try database.execute(
          sql: "INSERT INTO tag SELECT id, 't', ? FROM run WHERE name = ?",
          arguments: [value, name])
      }
    }
    try queue.close()
  }
}

@Suite("Filters")
struct FilterTests {
  let clock: Clock
  let reader: RegistryReader

  init() throws {
    let runs = try SixRuns.shared.get()
    (clock, reader) = (runs.clock, runs.reader)
  }

  @Test(
    "a filter finds the runs that it is true of",
    arguments: [
      ("metrics.a < 3", ["ring", "Ring*", "child"]), ("metrics.a = 2", ["ring", "child"]),
      ("metrics.a != 2", ["Ring*", "nan", "gone"]), ("not metrics.a < 3", ["nan", "gone"]),
      ("metrics.a is null", ["bare"]),
      ("metrics.a is not null and metrics.a >= 2", ["ring", "child"]),
      ("metrics.a = nan", []), ("metrics.a != nan and epoch = 2", ["ring", "child"]),
      ("metrics.a in (0.5, 2, nan)", ["ring", "Ring*", "child"]),
      ("metrics.a not in (2)", ["Ring*", "nan", "gone"]),
      ("min(metrics.a) = -inf", ["Ring*"]), ("max(a) > 2", ["ring"]),
      ("min(a) is null", ["bare", "gone"]),
      ("count(a) >= 3", ["ring"]), ("nan_count(a) > 0", ["nan", "gone"]),
      ("first_nan_step(metrics.a) < 2", ["gone"]), ("best(a) = 2", ["child"]),
      ("best(swd[n=8]) = 2", ["ring"]), ("metrics.swd[n=8] = 2", ["ring"]),
      ("params.seed = 1", ["ring", "child"]), ("params.seed = 9007199254740993", ["gone"]),
      ("params.seed > 1", ["Ring*", "gone"]), ("params.seed != 1", ["Ring*", "nan", "gone"]),
      ("params.seed is null", ["bare"]), ("params.seed in (1, 2)", ["ring", "Ring*", "child"]),
      ("params.loss = 2.5", ["Ring*"]), ("params.loss = '2.5'", ["nan"]),
      ("params.loss > 'a'", ["ring"]), ("params.loss in (2.5, 'hinge')", ["ring", "Ring*"]),
      ("params.loss like 'h%'", ["ring"]), ("not params.loss = 'hinge'", ["Ring*", "nan"]),
      ("params.fresh = false", ["Ring*"]), ("params.fresh in (true)", ["ring"]),
      ("params.seed = true", []),
      ("tags.t = 'one'", ["ring"]), ("tags.t ilike 'one'", ["ring", "child"]),
      ("tags.t like '100_'", ["nan"]), ("tags.t is null", ["Ring*", "bare", "gone"]),
      ("tags.t not like 'o%'", ["nan", "child"]),
      ("name like 'Ring*'", ["Ring*"]), ("name like 'R%'", ["Ring*"]),
      ("name ilike 'r%'", ["ring", "Ring*"]),
      ("name < 'b'", ["Ring*"]), ("experiment = 'default' and name = 'bare'", ["bare"]),
      ("status = 'finished'", ["ring", "bare", "child"]), ("status = 'crashed'", ["gone"]),
      ("status = 'running'", []), ("status in ('failed', 'diverged')", ["Ring*", "nan"]),
      ("status like 'f%' and not status = 'failed'", ["ring", "bare", "child"]),
      ("epoch = 2", ["ring", "child"]), ("step >= 2 and step < 3", ["Ring*", "nan"]),
      ("images = 192", ["ring", "child"]), ("checkpoints > 0", ["ring", "child"]),
      ("parent is not null", ["child"]),
      ("failure is null and name = 'Ring*'", ["Ring*"]), ("note is null and name = 'nan'", ["nan"]),
      ("created_at > -90m", ["child"]), ("created_at <= -5h", ["ring", "Ring*"]),
      ("created_at > '2023-11-15 02:00'", ["gone", "child"]),
      ("created_at = '2023-11-14T22:13:20Z'", ["ring"]),
      ("ended_at < -4h", ["ring"]), ("ended_at is null", []),
      ("metrics.a < 1 or params.loss = 'hinge'", ["ring", "Ring*"]),
      ("not (metrics.a < 1 or params.loss = 'hinge')", ["nan"]),
      ("metrics.none > 1 or name = 'bare'", ["bare"]), ("not metrics.none > 1", []),
    ])
  func found(text: String, names: [String]) throws {
    let filter = try RunFilter(parsing: text)
    let (runs, total) = try reader.runs(
      matching: filter, sortedBy: RunSort(parsing: "created_at"))
    #expect(runs.map(\.name) == names)
    #expect(total == names.count)
    let first = try reader.runs(matching: filter, limit: 1)
    #expect(first.runs.map(\.name) == Array(names.suffix(1)))
    #expect(first.total == names.count)
  }

  @Test("what no run has is told, with the name that was meant")
  func unheard() throws {
    let names = ["a", "metrics.b", "params.sed", "tags.t", "tags.zzzzz", "epoch"]
    let unheard = try reader.unheard(among: names.compactMap(RunField.init))
    #expect(
      unheard == [
        UnheardField(field: .metric("b", .last), nearest: .metric("a", .last)),
        UnheardField(field: .parameter("sed"), nearest: .parameter("seed")),
        UnheardField(field: .tag("zzzzz"), nearest: nil),
      ])
  }

  @Test("a glimpse of thousands of points is some hundreds, spikes and the first NaN among them")
  func glimpses() throws {
    let folder = try TemporaryFolder()
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    for step in 1...5000 {
      let value = [1234: 1e6, 1235: -1e6, 4321: .nan][step] ?? 1 / Double(step)
      try session.record(measure(step, ["a": value, "b": 1]))
    }
    try session.finish(.finished)
    try writer.close()
    let reader = try RegistryReader(path: folder.file())
    let run = try reader.run("ring")
    let glimpse = try #require(try reader.glimpses(of: [run], metric: "a", limit: 100)[run.id])
    #expect((100...103).contains(glimpse.count))
    #expect(glimpse.contains { $0 == (1234, 1e6) } && glimpse.contains { $0 == (1235, -1e6) })
    #expect(glimpse.contains { $0.step == 4321 && $0.value.isNaN })
    #expect(glimpse.map(\.step) == glimpse.map(\.step).sorted())
    #expect(try reader.glimpses(of: [run], metric: "b", limit: 5000)[run.id]?.count == 5000)
    #expect(try reader.glimpses(of: [run], metric: "c").isEmpty)
  }

  @Test("what is not asked for is not loaded")
  func loading() throws {
    let run = try #require(
      try reader.runs(
        matching: RunFilter(parsing: "name = 'ring'"),
        loading: [.metric("swd[n=8]", .min), .parameter("seed")]
      ).runs.first)
    #expect(run.metrics.keys.sorted() == ["swd[n=8]"])
    #expect(run.parameters == ["seed": .integer(1)])
    #expect(run.tags.isEmpty && run.name == "ring")
  }

  @Test(
    "a list is the same whether names are looked up, runs read one by one or tables as they lie")
  func waysOfReading() throws {
    /// What the fields below are of a run; NaN has to be compared as text.
    func seen(_ run: Run) -> [String] {
      [
        run.name, "\(run.metrics["a"]?.last as Any)", "\(run.metrics["a"]?.max as Any)",
        "\(run.metrics["swd[n=8]"]?.min as Any)", "\(run.metrics["a"]?.firstNaNStep as Any)",
        "\(run.parameters["seed"] as Any)", "\(run.parameters["loss"] as Any)",
        "\(run.tags["t"] as Any)",
      ]
    }
    let fields: [RunField] = [
      .metric("a", .last), .metric("a", .best), .metric("swd[n=8]", .min),
      .metric("a", .firstNaNStep), .parameter("seed"), .parameter("loss"), .tag("t"),
    ]
    let all = try reader.runs().runs
    #expect(all.contains { $0.metrics["a"]?.firstNaNStep != nil })
    for others in [0, 5] {
      let names = (0..<others).flatMap { [RunField.metric("b\($0)", .last), .parameter("b\($0)")] }
      for limit in [1, 3, 6] {
        let some = try reader.runs(limit: limit, loading: fields + names).runs
        #expect(some.map(seen) == all.prefix(limit).map(seen), "\(limit) runs, \(others) others")
      }
    }
    for (metric, aspect) in [("a", RunField.Aspect.last), ("a", .max), ("swd[n=8]", .min)] {
      let some = try reader.runs(loading: [.metric(metric, aspect)]).runs
      for (run, whole) in zip(some, all) {
        let (own, other) = (run.metrics[metric], whole.metrics[metric])
        #expect(own?.count == other?.count && own?.lastStep == other?.lastStep)
        #expect(aspect != .max || own?.max == other?.max && own?.maxStep == other?.maxStep)
        #expect(aspect != .min || own?.min == other?.min && own?.minStep == other?.minStep)
      }
    }
  }

  @Test("orders of every kind of key: NaN, then missing last, equals newest first")
  func orders() throws {
    for (order, names) in [
      ("a", ["Ring*", "child", "ring", "gone", "nan", "bare"]),
      ("a:desc", ["child", "ring", "Ring*", "gone", "nan", "bare"]),
      ("min(a):desc", ["child", "nan", "ring", "Ring*", "gone", "bare"]),
      ("best(a)", ["child", "gone", "bare", "nan", "Ring*", "ring"]),
      ("nan_count(a):desc", ["gone", "nan", "child", "Ring*", "ring", "bare"]),
      ("params.seed:desc", ["gone", "Ring*", "child", "ring", "nan", "bare"]),
      ("params.loss", ["Ring*", "nan", "ring", "child", "gone", "bare"]),
      ("tags.t", ["nan", "child", "ring", "gone", "bare", "Ring*"]),
      ("parent", ["child", "gone", "bare", "nan", "Ring*", "ring"]),
      ("status", ["gone", "nan", "Ring*", "child", "bare", "ring"]),
      ("ended_at:desc", ["child", "bare", "nan", "Ring*", "ring", "gone"]),
    ] {
      let runs = try reader.runs(sortedBy: RunSort(parsing: order)).runs
      if order == "ended_at:desc" {
        // The crash's last sign of life lies between.
        #expect(runs.filter { $0.name != "gone" }.map(\.name) == names.dropLast(), "\(order)")
      } else {
        #expect(runs.map(\.name) == names, "\(order)")
      }
    }
  }

  // MARK: - Against a naive evaluator

  @Test("random filters find what a naive evaluator says", arguments: 0..<4)
  func naive(part: UInt64) throws {
    var random = SeededNumbers(seed: 40 + part)
    let runs = try reader.runs(sortedBy: RunSort(parsing: "created_at")).runs
    for _ in 0..<250 {
      let text = RandomFilter.text(depth: 3, using: &random)
      let filter = try RunFilter(parsing: text)
      let expected = runs.filter { naiveAnswer(filter.clause, of: $0, now: clock.now) == true }
      let found = try reader.runs(matching: filter, sortedBy: RunSort(parsing: "created_at")).runs
      #expect(found.map(\.name) == expected.map(\.name), "\(text)")
    }
  }

  // MARK: - Plans

  @Test("every clause and order is answered by indexes, but for the rows of run")
  func plans() throws {
    let fields = [
      "metrics.a", "min(a)", "best(a)", "first_nan_step(a)", "params.seed", "tags.t",
    ]
    let owns = RunField.Own.allCases.map(\.rawValue)
    var filters = (fields + owns).map { "\($0) is null" }
    filters += ["metrics.a", "best(a)", "params.a", "epoch"].flatMap {
      ["\($0) < 1", "\($0) != 1", "\($0) in (1, 2)", "\($0) not in (1)"]
    }
    filters += ["params.a", "tags.a", "name", "status", "note"].flatMap {
      ["\($0) like 'a%'", "\($0) not ilike 'a%'"]
    }
    filters += ["created_at > -6h", "ended_at < '2026-11-01'", "params.a = true"]
    filters.append(filters.joined(separator: " and "))
    filters.append("not (\(filters.dropLast().joined(separator: " or ")))")
    for filter in filters {
      try expectIndexes(filter: RunFilter(parsing: filter), sort: .newestFirst)
    }
    for key in fields + owns {
      try expectIndexes(filter: nil, sort: RunSort(parsing: key))
      try expectIndexes(filter: nil, sort: RunSort(parsing: key + ":desc"))
    }
  }

  private func expectIndexes(filter: RunFilter?, sort: RunSort) throws {
    let query = RunQuery(
      filter: filter, sort: sort, crashed: [1, 2], now: clock.now, limit: filter == nil ? 20 : nil)
    let plan = try reader.read { database in
      try Row.fetchAll(
        database, sql: "EXPLAIN QUERY PLAN " + query.sql, arguments: query.arguments
      ).map { $0["detail"] as String }
    }
    // Runs are few, and so are those that crashed: the list of them is read once.
    let small = ["SCAN run", "SCAN main.run", "SCAN json_each", "SCAN crashed"]
    for step in plan where step.hasPrefix("SCAN") {
      #expect(small.contains { step.hasPrefix($0) }, "\(filter?.text ?? "") \(sort): \(plan)")
    }
  }
}
