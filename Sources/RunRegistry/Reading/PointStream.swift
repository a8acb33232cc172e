import GRDB
package import RunModel

/// Which points are read.
package struct PointSelection: Sendable {
  /// All runs without a list.
  package var runs: [RunID]?
  /// Visible ones, or all.
  package var attempts: AttemptChoice
  /// All metrics without a list.
  package var metrics: [String]?
  /// Those measured then or later.
  package var since: Timestamp?

  /// A selection from its parts.
  package init(
    runs: [RunID]? = nil, attempts: AttemptChoice = .visible, metrics: [String]? = nil,
    since: Timestamp? = nil
  ) {
    self.runs = runs
    self.attempts = attempts
    self.metrics = metrics
    self.since = since
  }

  /// Whether a metric is chosen.
  func has(_ metric: String) -> Bool { metrics?.contains(metric) ?? true }
}

extension RegistryReader {
  /// Points that are handed over at once, at most.
  static let blockSize = 8192

  /// Hands metric points over in blocks, each of one metric of one run, ordered by the run's creation, metric
  /// name, step, attempt; memory holds one block, whatever a run holds.
  ///
  /// All is of one moment, unless the registry is read as it stands and another process begins to write it
  /// meanwhile: then each block is.
  ///
  /// - Throws: `RegistryError`, `.missing` for a run that is not there; what `body` throws.
  package func forEachBlock(
    _ selection: PointSelection, _ body: (RunID, String, [SeriesPoint]) throws -> Void
  ) throws {
    let keys = try keysByCreation(of: selection.runs)
    // Where to go on: what lies before was handed over.
    var place = 0
    var after: (metric: String, last: BlockReading.Last?)?
    try stream { database, check in
      while place < keys.count {
        let (key, id) = keys[place]
        let reading = try BlockReading(of: key, selection, database)
        let all = try Self.series(of: key, database)
        let first = after.flatMap { after in all.firstIndex { $0.name == after.metric } }
        for series in all[(first ?? 0)...] where selection.has(series.name) {
          try reading.forEachBlock(
            of: series.key, after: series.name == after?.metric ? after?.last : nil
          ) { points, last in
            try check()
            after = (series.name, last)
            try body(id, series.name, points)
          }
        }
        try check()
        (place, after) = (place + 1, nil)
      }
    }
  }

  /// The metrics of runs, those of shadowed points among them.
  package func metricNames(of runs: [RunID]) throws -> Set<String> {
    try read { database in
      var names: Set<String> = []
      for run in runs {
        names.formUnion(try Self.series(of: key(of: run, database), database).map(\.name))
      }
      return names
    }
  }

  /// A run's series, in the order of their names.
  static func series(
    of run: Int64, _ database: Database
  ) throws -> [(key: Int64, name: String)] {
    try database.rows("SELECT id, name FROM series WHERE run = ? ORDER BY name", [run]) {
      (try $0.integer(0), try $0.text(1))
    }
  }
}

/// Up to which step each attempt of a run is visible.
struct AttemptReaches {
  private var last: [Int64: Int64] = [:]

  init(of run: Int64, _ database: Database) throws {
    for row in try AttemptRow.fetchAll(database, run: run) {
      last[Int64(row.number)] = row.visibleTo.map(Int64.init) ?? .max
    }
  }

  /// Whether a point of an attempt at a step is not shadowed by a later one.
  func show(_ step: Int64, of attempt: Int64) -> Bool { last[attempt].map { step <= $0 } ?? false }
}

/// Reads the points of one run, in blocks: a row of `point` and that of its step are met on the way through
/// both tables, which are in the same order, so that nothing is looked up.
struct BlockReading {
  /// The last point of a block.
  typealias Last = (step: Int64, attempt: Int64)

  private let run: Int64
  private let selection: PointSelection
  private let reaches: AttemptReaches
  private let points: BareStatement
  private let steps: BareStatement

  init(of run: Int64, _ selection: PointSelection, _ database: Database) throws {
    self.run = run
    self.selection = selection
    reaches = try AttemptReaches(of: run, database)
    points = try BareStatement(
      cached: """
        SELECT step, attempt, value FROM point WHERE series = ? AND (step, attempt) > (?, ?)
        ORDER BY step, attempt
        """, database)
    steps = try BareStatement(
      cached: """
        SELECT step, attempt, epoch, images, time FROM step WHERE run = ? AND step >= ?
        ORDER BY step, attempt
        """, database)
  }

  /// Hands over the chosen points of a series that come after one.
  func forEachBlock(
    of series: Int64, after start: Last?, _ body: ([SeriesPoint], Last) throws -> Void
  ) throws {
    defer {
      points.reset()
      steps.reset()
    }
    points.reset()
    points.bind(1, series)
    points.bind(2, start?.step ?? .min)
    points.bind(3, start?.attempt ?? .min)
    steps.reset()
    steps.bind(1, run)
    steps.bind(2, start?.step ?? .min)
    var block: [SeriesPoint] = []
    block.reserveCapacity(RegistryReader.blockSize)
    while try points.next() {
      let step = try points.integer(0)
      let attempt = try points.integer(1)
      if selection.attempts == .visible {
        guard reaches.show(step, of: attempt) else { continue }
        // The last of several visible points of one step is the one that counts.
        if let last = block.last, last.step == Int(step) { block.removeLast() }
      }
      if block.count == RegistryReader.blockSize, let last = block.last {
        try body(block, (Int64(last.step), Int64(last.attempt)))
        block.removeAll(keepingCapacity: true)
      }
      let point = try point(step, attempt)
      if let since = selection.since, point.time < since { continue }
      block.append(point)
    }
    if let last = block.last { try body(block, (Int64(last.step), Int64(last.attempt))) }
  }

  /// The point at which its statement stands, with what its step's row says.
  private func point(_ step: Int64, _ attempt: Int64) throws -> SeriesPoint {
    while try steps.next() {
      let found = (try steps.integer(0), try steps.integer(1))
      if found < (step, attempt) { continue }
      guard found == (step, attempt) else { break }
      return SeriesPoint(
        step: Int(step), epoch: try steps.optionalInteger(2).map(Int.init),
        images: try steps.optionalInteger(3).map(Int.init), value: try points.real(2),
        time: Timestamp(microseconds: try steps.integer(4)), attempt: Int(attempt))
    }
    // Whoever stores a point stores its step.
    throw DatabaseError(resultCode: .SQLITE_CORRUPT)
  }
}
