import GRDB
public import RunModel

extension RegistryWriter {
  /// Brings the runs of another registry into this one, under their ids, oldest first, then its sweeps; each
  /// is whole in one transaction, or not there.
  ///
  /// Every row that comes is compared with its run's seal, every chunk of weights with its digest. A run that
  /// is here already is compared part by part: where the other holds all that this one does, and more, the rest
  /// is added. The other file is only read.
  ///
  /// A sweep of the same name and content is joined: what one side lacks, the other adds.
  ///
  /// - Parameters:
  ///   - each: is told of each run once it is stored.
  ///   - eachSweep: of each sweep.
  /// - Throws: `RegistryError`, `.invalid` where a row of the other file is not what its seal was taken of,
  ///   when runs before it are stored, or where a sweep there and here contradict each other, when
  ///   nothing is.
  public func importRuns(
    of source: RegistryReader, _ each: @escaping @Sendable (ImportOutcome) -> Void,
    eachSweep: @escaping @Sendable (SweepOutcome) -> Void = { _ in }
  ) throws {
    try perform { connection in
      let (ids, sweeps) = try source.read { database in
        try source.checkSeals(database)
        let ids = try Row.fetchAll(
          database, sql: "SELECT run_id FROM run ORDER BY created_at, id")
        return (try ids.map { try $0.text(0) }, try SweepImport.all(of: source, database))
      }
      for sweep in sweeps { _ = try connection.read { try sweep.difference(from: $0) } }
      for id in ids {
        var outcome: ImportOutcome?
        // Again from its start where the other file was written meanwhile: nothing is stored before the check.
        try source.stream { database, check in
          outcome = try RunImport(id, from: source, database, to: connection).run(check)
        }
        if let outcome { each(outcome) }
      }
      for sweep in sweeps {
        do {
          eachSweep(try connection.transaction(isDurable: true) { try sweep.store($0) })
        } catch let error as RegistryError where error.damage == RegistryError.brokenRule {
          throw RegistryError.damaged(source.path, RegistryError.brokenRule)
        }
      }
    }
  }
}

extension RegistryReader {
  /// Compares the seals of all runs and sweeps with the registry's: one that was taken out would not be missed
  /// else.
  fileprivate func checkSeals(_ database: Database) throws {
    var sum = Seal()
    for row in try Row.fetchAll(
      database, sql: "SELECT seal FROM main.run UNION ALL SELECT seal FROM sweep")
    {
      sum += try row.seal(0)
    }
    guard let row = try Row.fetchOne(database, sql: "SELECT seal FROM registry WHERE id = 1") else {
      throw RegistryError.damaged(path, "its row in registry is missing")
    }
    guard try row.seal(0) == sum else {
      throw RegistryError.damaged(
        path, "the seals of its runs and sweeps do not come to the registry's")
    }
  }
}

/// Brings one run over.
struct RunImport {
  let id: String
  private let reader: RegistryReader
  private var sourcePath: String { reader.path }
  let source: Database
  let connection: WriterConnection

  init(
    _ id: String, from reader: RegistryReader, _ source: Database, to connection: WriterConnection
  ) {
    self.id = id
    self.reader = reader
    self.source = source
    self.connection = connection
  }

  /// - Parameter check: throws where what was read of the other file can't be trusted.
  func run(_ check: () throws -> Void) throws -> ImportOutcome? {
    let found = try Row.fetchOne(
      source, sql: "SELECT \(RunRow.columns) FROM run WHERE run_id = ?", arguments: [id]
    ).map(RunRow.init)
    // Deleted since the list was read.
    guard let run = found else { return nil }
    guard let runID = RunID(rawValue: run.id) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT)
    }
    let seals = SourceSeals(
      try reader.storedParts(of: run.key, source), try RunRow.seal(of: run.key, source))
    if let here = try connection.read({ try RunRow.find($0, id: runID) }) {
      if here.deletedAt != nil {
        return ImportOutcome(id: runID, name: run.name, change: .deleted)
      }
      let difference = try connection.read { mine in
        try RunDifference(of: run, here, seals, source, mine)
      }
      try check()
      switch difference.change {
      case .grown: break
      case let change: return ImportOutcome(id: runID, name: run.name, change: change)
      }
      return try store(run, runID, seals, into: here, lacking: difference, check)
    }
    return try store(run, runID, seals, into: nil, lacking: nil, check)
  }

  private func store(
    _ run: RunRow, _ id: RunID, _ seals: SourceSeals, into here: RunRow?,
    lacking difference: RunDifference?, _ check: () throws -> Void
  ) throws -> ImportOutcome {
    let contents = ContentCopying(from: source, path: sourcePath, to: connection)
    let checkpoints = try CheckpointRow.all(source, run: run.key)
      .filter { difference?.lacks($0) ?? true }
    var rounds = 0
    while true {
      // Objects first, reference last. A collection of another process may take what nothing names yet.
      for checkpoint in checkpoints { try contents.copy(of: checkpoint) }
      do {
        return try connection.transaction(isDurable: !checkpoints.isEmpty) { transaction in
          var copying = RunCopying(source, run, seals, transaction)
          let key = try here?.key ?? copying.begin()
          try copying.copyRows(to: key, lacking: difference)
          for checkpoint in checkpoints {
            try contents.publish(checkpoint, of: key, transaction)
          }
          try copying.finish(key, isNew: here == nil)
          guard copying.isSealed else {
            throw RegistryError.damaged(
              sourcePath, "the rows of run \(run.id) are not those that its seal was taken of")
          }
          try check()
          return ImportOutcome(
            id: id, name: run.name, change: here == nil ? .added : .grown, points: copying.points,
            checkpoints: checkpoints.count)
        }
      } catch is MissingContent where rounds < 3 {
        rounds += 1
      } catch let error as RegistryError where error.damage == RegistryError.brokenRule {
        // Rows that this schema refuses are the other file's.
        throw RegistryError.damaged(sourcePath, RegistryError.brokenRule)
      }
    }
  }
}

/// What the other registry keeps of a run's seal.
struct SourceSeals {
  let parts: [String: Seal]
  let sum: Seal

  init(_ parts: [String: Seal], _ sum: Seal) {
    self.parts = parts
    self.sum = sum
  }

  /// Whether each part is known by itself.
  var areApart: Bool { parts[SealedRow.earlierPart] == nil }
}
