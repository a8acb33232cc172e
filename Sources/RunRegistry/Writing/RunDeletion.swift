import GRDB
public import RunModel

extension Transaction {
  /// Marks a run as deleted; nothing of it is removed yet.
  ///
  /// - Throws: `RegistryError` `.refused` while a process trains it.
  func delete(_ run: RunRow, _ liveness: Liveness) throws {
    guard let last = try AttemptRow.fetchAll(database, run: run.key).last else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT)
    }
    try last.refuseIfTraining(run.id, liveness, now: now)
    try update(run) { $0.deletedAt = now.microseconds }
  }

  /// Takes back the deletion of a run.
  ///
  /// - Throws: `RegistryError` `.missing` where a collection has removed it, or some of it.
  func restore(_ id: RunID) throws {
    guard let run = try RunRow.find(database, id: id),
      try AttemptRow.fetchAll(database, run: run.key).last?.visibleTo != AttemptRow.nothingVisible
    else {
      throw RegistryError(
        .missing, "Run \(id) is gone: a collection has removed it meanwhile.")
    }
    try update(run) { $0.deletedAt = nil }
  }
}

extension RegistryWriter {
  /// How long a deleted run can be restored, and is kept by a collection: 7 days.
  public static let gracePeriod = Duration.seconds(7 * 24 * 3600)

  /// Marks runs as deleted, all or none, durably: no reader shows them any more, `restore` takes them
  /// back, and a collection removes them once the grace period is over.
  ///
  /// - Throws: `RegistryError`: `.missing` for a run that is not there or was deleted before, `.refused`
  ///   for one that a process trains.
  public func delete(_ ids: [RunID]) throws {
    try perform { connection in
      try connection.transaction(isDurable: true) { transaction in
        for id in ids {
          try transaction.delete(
            RunRow.fetch(transaction.database, id: id), connection.liveness)
        }
      }
    }
  }

  /// Takes back the deletion of runs, all or none, durably.
  ///
  /// - Throws: `RegistryError` `.missing` for a run that a collection removed meanwhile.
  public func restore(_ ids: [RunID]) throws {
    try perform { connection in
      try connection.transaction(isDurable: true) { transaction in
        for id in ids { try transaction.restore(id) }
      }
    }
  }
}
