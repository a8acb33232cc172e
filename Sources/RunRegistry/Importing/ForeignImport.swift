import GRDB
package import RunModel

extension RegistryWriter {
  /// Brings runs of other programs into the registry, each whole in one transaction or not there; what was
  /// stored of each is compared with what was handed over, by count and by sum.
  ///
  /// A run gets an id that follows from its identity, so that it is known again: a second import adds nothing,
  /// or what came since.
  ///
  /// - Parameter each: is told of each run once it is stored.
  /// - Throws: `RegistryError`; what the files throw. Runs before it are stored then.
  package func importRuns(
    of source: some ForeignRuns, _ each: @escaping @Sendable (ImportOutcome) -> Void
  ) throws {
    try perform { connection in
      for (index, run) in source.runs.enumerated() {
        let outcome = try connection.transaction { transaction in
          try ForeignImport(run, transaction).store(
            { try source.forEachPoint(ofRun: index, $0) },
            { try source.forEachPicture(ofRun: index, $0) })
        }
        each(outcome)
      }
    }
  }
}

/// Brings one run of another program into an open transaction.
private struct ForeignImport {
  private let run: ForeignRun
  private let transaction: Transaction
  private let id: RunID

  /// The fact that tells which run it is.
  private static let identityFact = "imported_from"

  init(_ run: ForeignRun, _ transaction: Transaction) {
    self.run = run
    self.transaction = transaction
    let digest = SHA256.digest(run.identity.utf8).bytes
    let bits = digest.prefix(3).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    id = run.id ?? RunID(at: run.createdAt, bits: bits)
  }

  func store(
    _ forEachPoint: ((String, SeriesPoint) throws -> Void) throws -> Void,
    _ forEachPicture: ((SamplePicture, _ stretch: Int) throws -> Void) throws -> Void
  ) throws -> ImportOutcome {
    let here = try RunRow.find(transaction.database, id: id)
    if here?.deletedAt != nil { return outcome(.deleted) }
    var tally = PointTally()
    if let here {
      // Points of one step replace one another, so what comes is counted as it would be stored.
      var coming = PointTally.Distinct()
      try forEachPoint { coming.add($0, $1) }
      tally = try stored(of: here.key)
      guard try isOwn(here) else {
        return outcome(try coming.tally == visible(of: here.key) ? .same : .parted)
      }
      let hasNoMore = try coming.tally == tally && lacks(forEachPicture, of: here.key) == 0
      if hasNoMore, here.status == run.status { return outcome(.same) }
    }
    let before = tally.count
    var came = 0
    var followed = 0
    let key = try here?.key ?? begin()
    var writings: [Int: MeasurementWriting] = [:]
    var last = 0
    try openStretches(of: key)
    try forEachPoint { metric, point in
      guard run.stretches.indices.contains(point.attempt - 1) else {
        throw DatabaseError(resultCode: .SQLITE_INTERNAL)
      }
      if writings[point.attempt] == nil {
        writings[point.attempt] = try MeasurementWriting(
          transaction, of: attempt(point.attempt, of: key))
      }
      // An attempt's points may follow another's at the same step, and must find them in the file.
      if point.attempt != last { try writings[last]?.insertWaiting() }
      last = point.attempt
      came += 1
      if let old = try writings[point.attempt]?.store(point, of: metric) {
        tally.take(out: metric, point.step, point.attempt, old)
        followed += 1
      }
      tally.add(metric, point.step, point.attempt, point.value)
    }
    for number in writings.keys.sorted() { try writings[number]?.finish() }
    try forEachPicture { picture, stretch in
      try transaction.store(picture, of: attempt(stretch, of: key))
    }
    try finish(key, isNew: here == nil)
    let kept = try stored(of: key)
    guard kept == tally else {
      throw RegistryError(
        .invalid,
        "Of run \(run.name) \(kept.count) points would be stored, and \(tally.count) should be: their sums "
          + "differ. Nothing of it was imported.")
    }
    var outcome = outcome(here == nil ? .added : .grown, points: kept.count - before)
    if here == nil, followed > 0 {
      outcome.notices.append(
        "\(followed) of \(came) points were followed by another of the same step, which counts")
    }
    return outcome
  }

  /// How many pictures come that are not here.
  private func lacks(
    _ forEachPicture: ((SamplePicture, _ stretch: Int) throws -> Void) throws -> Void,
    of key: Int64
  ) throws -> Int {
    let statement = try transaction.database.cachedStatement(
      sql: "SELECT 1 FROM picture WHERE run = ? AND name = ? AND step = ? AND attempt = ?")
    var count = 0
    try forEachPicture { picture, stretch in
      let here = try Row.fetchOne(
        statement, arguments: [key, picture.name, picture.step, stretch])
      count += here == nil ? 1 : 0
    }
    return count
  }

  private func outcome(_ change: ImportOutcome.Change, points: Int = 0) -> ImportOutcome {
    ImportOutcome(
      id: id, name: run.name, change: change, points: points, notices: run.notices)
  }

  /// Whether a run is here by an earlier import of the same; else, where it brought its id along, it was
  /// recorded as it is, and stays so.
  ///
  /// - Throws: `RegistryError` `.refused` where another run has the id by chance.
  private func isOwn(_ here: RunRow) throws -> Bool {
    let statement = try transaction.database.cachedStatement(
      sql: "SELECT value FROM environment WHERE run = ? AND attempt = 1 AND name = ?")
    let found = try Row.fetchOne(statement, arguments: [here.key, Self.identityFact])?.text(0)
    if found == run.identity { return true }
    guard run.id == nil else { return false }
    throw RegistryError(
      .refused,
      "Run \(run.name) would get the id \(id), which \(here.name) has already. Import it into another "
        + "registry.")
  }

  private func begin() throws -> Int64 {
    let key = try transaction.unusedRunKey()
    try transaction.insert(
      RunRow(
        key: key, id: id.rawValue, name: RunName.allowed(run.name), experiment: run.experiment,
        createdAt: run.createdAt.microseconds, parent: nil))
    return key
  }

  private func attempt(_ number: Int, of key: Int64) -> AttemptKey {
    AttemptKey(run: key, number: number, startedAt: run.stretches[number - 1].startedAt)
  }

  /// Writes the attempts that are not here yet; what they shadow of earlier ones is shadowed.
  private func openStretches(of key: Int64) throws {
    let here = try AttemptRow.fetchAll(transaction.database, run: key)
    for (index, stretch) in run.stretches.enumerated().dropFirst(here.count) {
      for earlier in try AttemptRow.fetchAll(transaction.database, run: key) {
        // From nothing: nothing of what came before shows.
        let reach = stretch.startStep
        try transaction.update(earlier) { $0.visibleTo = min($0.visibleTo ?? reach, reach) }
      }
      // The process that recorded it is unknown, and gone.
      var row = AttemptRow(
        run: key, number: index + 1, startStep: max(stretch.startStep, 0), at: stretch.startedAt,
        ProcessIdentity(host: "", pidNamespace: "", bootID: "", pid: 0, startTicks: 0))
      row.status = .finished
      row.endedAt = stretch.endedAt.microseconds
      var facts = index == 0 ? run.facts : [:]
      if index == 0 { facts[Self.identityFact] = run.identity }
      try transaction.insert(row, environment: RunEnvironment(facts: facts))
    }
  }

  /// Writes settings, tags, note and the run's end.
  private func finish(_ key: Int64, isNew: Bool) throws {
    for (name, value) in run.parameters.sorted(by: { $0.key < $1.key }) {
      try transaction.set(name, value, of: key)
    }
    for (name, value) in run.tags.sorted(by: { $0.key < $1.key }) {
      try transaction.set(tag: name, to: value, of: key)
    }
    if isNew { try transaction.set(note: run.note, of: key) }
    try transaction.rebuildSummaries(of: key, beyond: -1)
    let attempts = try AttemptRow.fetchAll(transaction.database, run: key)
    for (row, stretch) in zip(attempts, run.stretches) {
      let isLast = row.number == run.stretches.count
      try transaction.update(row) {
        $0.status = isLast ? run.status : .interrupted
        $0.endedAt = stretch.endedAt.microseconds
      }
    }
    try transaction.update(
      run: key, status: run.status, endedAt: run.stretches.last?.endedAt.microseconds,
      failure: run.failure)
  }

  /// Count and sum of a run's visible points, as if one attempt had recorded them.
  private func visible(of key: Int64) throws -> PointTally {
    var distinct = PointTally.Distinct()
    let reading = try BlockReading(of: key, PointSelection(), transaction.database)
    for (series, metric) in try RegistryReader.series(of: key, transaction.database) {
      try reading.forEachBlock(of: series, after: nil) { block, _ in
        for var point in block {
          point.attempt = 1
          distinct.add(metric, point)
        }
      }
    }
    return distinct.tally
  }

  /// Count and sum of all points of a run that are stored.
  private func stored(of key: Int64) throws -> PointTally {
    var tally = PointTally()
    let points = try BareStatement(
      cached: "SELECT step, attempt, value FROM point WHERE series = ?", transaction.database)
    for (series, metric) in try RegistryReader.series(of: key, transaction.database) {
      points.reset()
      points.bind(1, series)
      while try points.next() {
        tally.add(
          metric, try Int(points.integer(0)), try Int(points.integer(1)), try points.real(2))
      }
      points.reset()
    }
    return tally
  }
}

extension RunName {
  /// A name that a run may have, as near as can be to one that another program gave.
  static func allowed(_ name: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      let isOdd = scalar == "@" || scalar.value < 0x20 || scalar.value == 0x7F
      scalars.append(isOdd ? "_" : scalar)
    }
    let text = String(scalars)
    if text.isEmpty { return "imported" }
    return text == "latest" || text.hasPrefix("latest~") ? "_" + text : text
  }
}
