import GRDB
package import RunModel

extension RegistryReader {
  /// Hands over what was measured at each step, step by step; memory holds one step.
  ///
  /// As `forEachBlock`, of one moment but where another process begins to write meanwhile.
  ///
  /// - Parameters:
  ///   - metrics: the columns, in their order.
  ///   - body: is handed the values in the order of `metrics`, `nil` where there is none.
  /// - Throws: `RegistryError`, `.missing` for a run that is not there; what `body` throws.
  package func forEachStep(
    _ selection: PointSelection, metrics: [String], _ body: (RunID, MeasuredStep) throws -> Void
  ) throws {
    let keys = try keysByCreation(of: selection.runs)
    let columns = Dictionary(zip(metrics, 0...)) { first, _ in first }
    var place = 0
    var after: (step: Int64, attempt: Int64)?
    try stream { database, check in
      var pool: [BareStatement] = []
      while place < keys.count {
        let (key, id) = keys[place]
        var reading = try StepReading(of: key, selection, columns, after: after, &pool, database)
        while let step = try reading.next() {
          try check()
          after = (Int64(step.step), Int64(step.attempt))
          try body(id, step)
        }
        try check()
        (place, after) = (place + 1, nil)
      }
    }
  }
}

/// Reads the steps of one run: each series in its own statement, all at the same step.
private struct StepReading {
  /// One series, and the point that comes next of it.
  private struct Cursor {
    var column: Int
    var statement: BareStatement
    var next: (step: Int64, attempt: Int64, value: Double)?
  }

  private let selection: PointSelection
  private let reaches: AttemptReaches
  private let steps: BareStatement
  private let width: Int
  private var cursors: [Cursor] = []

  init(
    of run: Int64, _ selection: PointSelection, _ columns: [String: Int],
    after start: (step: Int64, attempt: Int64)?, _ pool: inout [BareStatement],
    _ database: Database
  ) throws {
    self.selection = selection
    width = columns.count
    reaches = try AttemptReaches(of: run, database)
    steps = try BareStatement(
      cached: """
        SELECT step, attempt, epoch, images, time FROM step WHERE run = ? AND step >= ?
        ORDER BY step, attempt
        """, database)
    steps.reset()
    steps.bind(1, run)
    steps.bind(2, start?.step ?? .min)
    for series in try RegistryReader.series(of: run, database) {
      guard let column = columns[series.name] else { continue }
      if cursors.count == pool.count {
        pool.append(
          try BareStatement(
            """
            SELECT step, attempt, value FROM point WHERE series = ? AND (step, attempt) > (?, ?)
            ORDER BY step, attempt
            """, database))
      }
      let statement = pool[cursors.count]
      statement.reset()
      statement.bind(1, series.key)
      // Of visible points a step is whole once it was handed over, whatever attempts it is of.
      statement.bind(2, start?.step ?? .min)
      statement.bind(
        3, selection.attempts == .visible && start != nil ? .max : start?.attempt ?? .min)
      cursors.append(Cursor(column: column, statement: statement))
      try advance(cursors.count - 1)
    }
  }

  /// The next step that has a chosen point.
  mutating func next() throws -> MeasuredStep? {
    while let first = cursors.lazy.compactMap(\.next).map({ ($0.step, $0.attempt) }).min(by: <) {
      var values = [Double?](repeating: nil, count: width)
      var attempt = first.1
      for index in cursors.indices {
        while let next = cursors[index].next, next.step == first.0,
          selection.attempts == .visible || next.attempt == first.1
        {
          // The last of several visible points of one step is the one that counts.
          values[cursors[index].column] = next.value
          attempt = max(attempt, next.attempt)
          try advance(index)
        }
      }
      let step = try step(first.0, attempt, values)
      if let since = selection.since, step.time < since { continue }
      return step
    }
    return nil
  }

  /// Goes on to a series' next chosen point.
  private mutating func advance(_ index: Int) throws {
    let statement = cursors[index].statement
    cursors[index].next = nil
    while try statement.next() {
      let (step, attempt) = (try statement.integer(0), try statement.integer(1))
      if selection.attempts == .visible {
        guard reaches.show(step, of: attempt) else { continue }
      }
      cursors[index].next = (step, attempt, try statement.real(2))
      return
    }
  }

  private func step(_ step: Int64, _ attempt: Int64, _ values: [Double?]) throws -> MeasuredStep {
    while try steps.next() {
      let found = (try steps.integer(0), try steps.integer(1))
      if found < (step, attempt) { continue }
      guard found == (step, attempt) else { break }
      return MeasuredStep(
        step: Int(step), attempt: Int(attempt), epoch: try steps.optionalInteger(2).map(Int.init),
        images: try steps.optionalInteger(3).map(Int.init),
        time: Timestamp(microseconds: try steps.integer(4)), values: values)
    }
    throw DatabaseError(resultCode: .SQLITE_CORRUPT)
  }
}
