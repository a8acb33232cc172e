import GRDB
import RunModel

/// Stores the measurements of one batch: steps one by one, points series by series, and at the end, once, what
/// follows from all of them: summaries, seals, the run's progress.
///
/// Where steps only grow, as in every training, nothing is read of what is stored already.
struct MeasurementWriting {
  /// One metric of the batch.
  private struct Series {
    var row: SeriesRow
    /// Points that are not in the file yet: rows that stand together there go in together.
    var waiting: [StoredPoint] = []
    /// What the batch's points add to the seal.
    var seal = Seal()
    /// Whether a value was put in another's place, so that the summary must be counted anew.
    var isReplaced = false
    /// The highest step of its points, visible or not, that this attempt can meet.
    var lastStep: Int?

    mutating func add(_ point: StoredPoint) {
      waiting.append(point)
      if row.summary == nil {
        row.summary = MetricSummary(step: point.step, value: point.value)
      } else {
        row.summary?.add(step: point.step, value: point.value)
      }
      lastStep = max(lastStep ?? point.step, point.step)
    }
  }

  /// The row of a step.
  private struct Step {
    var step: Int
    var epoch: Int?
    var images: Int?
    var time: Int64
  }

  /// Points that may wait for those of their series: 512 KiB.
  private static let mostWaiting = 1 << 15

  private let transaction: Transaction
  private let attempt: AttemptKey
  private var series: [Series] = []
  private var places: [String: Int] = [:]
  private var waiting = 0
  private var insertion: PointInsertion
  private let insertStep: BareStatement
  /// The highest step of the run that has a row.
  private var highestStep: Int?
  /// The row that this batch wrote last.
  private var last: Step?
  private var stepSeal = Seal()
  private var hash = RowHash()
  /// How far the run has come by this batch.
  private var progress: (step: Int, epoch: Int?, images: Int?)?

  init(_ transaction: Transaction, of attempt: AttemptKey) throws {
    self.transaction = transaction
    self.attempt = attempt
    let database = transaction.database
    insertion = try PointInsertion(database)
    insertStep = try BareStatement(
      cached: "INSERT INTO step(run, step, attempt, epoch, images, time) VALUES(?,?,?,?,?,?)",
      database)
    let statement = try database.cachedStatement(
      sql: "SELECT step FROM step WHERE run = ? ORDER BY step DESC LIMIT 1")
    highestStep = try Row.fetchOne(statement, arguments: [attempt.run]).map {
      try Int($0.integer(0))
    }
  }

  /// Stores the values of one step.
  mutating func store(_ measurement: StepMeasurement) throws {
    try storeStep(measurement)
    for (metric, value) in measurement.values {
      // SQLite's REAL columns know one zero.
      try store(value == 0 ? 0 : value, of: place(of: metric), at: measurement.step)
    }
    advance(to: measurement.step, epoch: measurement.epoch, images: measurement.images)
  }

  private mutating func advance(to step: Int, epoch: Int?, images: Int?) {
    guard progress.map({ step >= $0.step }) ?? true else { return }
    progress = (step, epoch ?? progress?.epoch, images ?? progress?.images)
  }

  /// Stores one point of a metric with what belongs to its step.
  ///
  /// - Returns: the value of this attempt in whose place it was put.
  mutating func store(_ point: SeriesPoint, of metric: String) throws -> Double? {
    try storeStep(
      StepMeasurement(
        step: point.step, epoch: point.epoch, images: point.images, time: point.time, values: [:]))
    let replaced = try store(
      point.value == 0 ? 0 : point.value, of: place(of: metric), at: point.step)
    advance(to: point.step, epoch: point.epoch, images: point.images)
    return replaced
  }

  /// Puts the points that wait into the file, where statements see them.
  mutating func insertWaiting() throws {
    for place in series.indices.sorted(by: { series[$0].row.key < series[$1].row.key }) {
      try insertWaiting(of: place)
    }
  }

  private mutating func insertWaiting(of place: Int) throws {
    guard !series[place].waiting.isEmpty else { return }
    let row = series[place].row
    var sealing = PointSealing(metric: row.name, attempt: attempt.number)
    series[place].seal += sealing.seal(of: series[place].waiting)
    try insertion.insert(series[place].waiting, of: row.key, attempt: attempt.number)
    waiting -= series[place].waiting.count
    series[place].waiting.removeAll(keepingCapacity: true)
  }

  /// Stores what follows from the batch.
  mutating func finish() throws {
    try insertWaiting()
    for index in series.indices {
      if series[index].isReplaced {
        let key = series[index].row.key
        series[index].row.summary = try SeriesRow.visibleSummary(of: key, transaction.database)
      }
      try transaction.update(series[index].row)
      transaction.add(
        series[index].seal, toPart: SealedRow.partOfPoints(of: series[index].row.name),
        of: attempt.run)
    }
    transaction.add(stepSeal, toPart: SealedRow.partOfSteps, of: attempt.run)
    guard let progress else { return }
    try transaction.progress(
      of: attempt.run, to: progress.step, epoch: progress.epoch, images: progress.images)
  }

  private mutating func place(of metric: String) throws -> Int {
    if let place = places[metric] { return place }
    let row = try transaction.findSeries(metric, of: attempt.run)
    // A series without a visible point may hold shadowed ones at any step.
    let lastStep = row.summary?.lastStep ?? (row.hasShadows ? .max : nil)
    places[metric] = series.count
    series.append(Series(row: row, lastStep: lastStep))
    return series.count - 1
  }

  /// - Returns: the value of this attempt in whose place it was put.
  @discardableResult
  private mutating func store(_ value: Double, of place: Int, at step: Int) throws -> Double? {
    if let lastStep = series[place].lastStep, step <= lastStep {
      try insertWaiting(of: place)
      if case (true, let own) = try replacePoint(place, step, value) {
        series[place].isReplaced = true
        series[place].seal += sealOfPoint(series[place].row.name, step, value)
        return own
      }
    }
    series[place].add(StoredPoint(step: step, value: value))
    waiting += 1
    if waiting == Self.mostWaiting { try insertWaiting() }
    return nil
  }

  /// Puts a value where a point of the same step stands already.
  ///
  /// - Returns: whether one stands, else nothing was written; and this attempt's own value there.
  private mutating func replacePoint(
    _ place: Int, _ step: Int, _ value: Double
  ) throws -> (Bool, own: Double?) {
    let row = series[place].row
    let statement = try transaction.database.cachedStatement(
      sql: "SELECT attempt, value FROM point WHERE series = ? AND step = ?")
    let rows = try Row.fetchAll(statement, arguments: [row.key, step])
    guard !rows.isEmpty else { return (false, nil) }
    let own = try rows.first { try $0.integer(0) == Int64(attempt.number) }?.real(1)
    if let own {
      series[place].seal -= sealOfPoint(row.name, step, own)
    }
    try transaction.execute(
      """
      INSERT INTO point(series, step, attempt, value) VALUES(?,?,?,?)
      ON CONFLICT DO UPDATE SET value = excluded.value
      """, [row.key, step, attempt.number, value.isNaN ? nil : value])
    return (true, own)
  }

  private mutating func storeStep(_ measurement: StepMeasurement) throws {
    var row = Step(
      step: measurement.step, epoch: measurement.epoch, images: measurement.images,
      time: measurement.time.microseconds)
    defer { last = row }
    let isNew = highestStep.map { row.step > $0 } ?? true
    highestStep = max(highestStep ?? row.step, row.step)
    if let old = isNew
      ? nil : try last.flatMap({ $0.step == row.step ? $0 : nil }) ?? stored(row.step)
    {
      // The first word on a step tells when it was done.
      row = Step(
        step: row.step, epoch: row.epoch ?? old.epoch, images: row.images ?? old.images,
        time: old.time)
      if (row.epoch, row.images) == (old.epoch, old.images) { return }
      stepSeal -= sealOfStep(old)
      try transaction.execute(
        "UPDATE step SET epoch = ?, images = ? WHERE run = ? AND step = ? AND attempt = ?",
        [row.epoch, row.images, attempt.run, row.step, attempt.number])
    } else {
      insertStep.reset()
      insertStep.bind(1, attempt.run)
      insertStep.bind(2, Int64(row.step))
      insertStep.bind(3, Int64(attempt.number))
      insertStep.bind(4, row.epoch.map(Int64.init))
      insertStep.bind(5, row.images.map(Int64.init))
      insertStep.bind(6, row.time)
      try insertStep.run()
    }
    stepSeal += sealOfStep(row)
  }

  /// This attempt's row of a step.
  private func stored(_ step: Int) throws -> Step? {
    let statement = try transaction.database.cachedStatement(
      sql: "SELECT epoch, images, time FROM step WHERE run = ? AND step = ? AND attempt = ?")
    return try Row.fetchOne(statement, arguments: [attempt.run, step, attempt.number]).map { row in
      Step(
        step: step, epoch: try row.optionalInteger(0).map(Int.init),
        images: try row.optionalInteger(1).map(Int.init), time: try row.integer(2))
    }
  }

  private mutating func sealOfStep(_ row: Step) -> Seal {
    let attempt = attempt.number
    return hash.seal {
      $0.addStep(
        step: row.step, attempt: attempt, epoch: row.epoch, images: row.images, time: row.time)
    }
  }

  private mutating func sealOfPoint(_ metric: String, _ step: Int, _ value: Double) -> Seal {
    let attempt = attempt.number
    return hash.seal {
      $0.addPoint(metric: metric, step: step, attempt: attempt, value: value)
    }
  }
}
