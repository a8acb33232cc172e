import GRDB
public import RunModel

/// A name that keeps a checkpoint.
enum PinName {
  /// Refuses names that a reference could not mean, and those that gan-runs gives itself.
  ///
  /// - Throws: `RegistryError` `.usage`.
  static func check(_ name: String) throws {
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.value > 0x20 && $0.value != 0x7F && !$0.properties.isWhitespace
    }
    guard !name.isEmpty, isPlain, !name.contains("@") else {
      throw RegistryError(
        .usage,
        "A pin's name holds no @, no space and no control character, and is not empty. Give another."
      )
    }
    let isOwn =
      name == "last" || name == CheckpointRanking.pin || name.hasPrefix("epoch:")
      || name.hasPrefix("step:")
    guard !isOwn else {
      throw RegistryError(
        .usage,
        "@\(name) has a meaning of its own: last, epoch:N and step:N count, and best follows the key "
          + "checkpoint.best. Give the pin another name.")
    }
  }
}

extension Transaction {
  /// The run's visible checkpoint of a digest and step, its newest where there are several.
  ///
  /// - Throws: `RegistryError` `.missing` where it is not stored any more.
  func visibleCheckpoint(_ checkpoint: Checkpoint, of run: RunRow) throws -> CheckpointRow {
    let row = try CheckpointRow.visible(database, run: run.key)
      .last { $0.digest == checkpoint.digest && $0.step == checkpoint.step }
    guard let row else {
      throw RegistryError(
        .missing,
        "The checkpoint @step:\(checkpoint.step) of run \(run.id) is not stored any more. Name "
          + "another, such as @last.")
    }
    return row
  }

  /// What a run's pin of a name stands on, `nil` where there is no such pin.
  func pinned(_ name: String, of run: Int64) throws -> CheckpointRow? {
    let statement = try database.cachedStatement(
      sql: """
        SELECT \(qualified(CheckpointRow.columns, by: "checkpoint")) FROM pin
        JOIN checkpoint ON checkpoint.id = pin.checkpoint WHERE pin.run = ? AND pin.name = ?
        """)
    return try Row.fetchOne(statement, arguments: [run, name]).map(CheckpointRow.init)
  }

  /// Puts a name on a checkpoint, in the place of where it stood.
  func pin(_ row: CheckpointRow, as name: String) throws {
    if let old = try pinned(name, of: row.run) {
      guard old.key != row.key else { return }
      unseal(.pin(name: name, step: old.step, digest: old.digest.bytes), of: row.run)
    }
    try execute(
      """
      INSERT INTO pin(run, name, checkpoint) VALUES(?, ?, ?)
      ON CONFLICT DO UPDATE SET checkpoint = excluded.checkpoint
      """, [row.run, name, row.key])
    seal(.pin(name: name, step: row.step, digest: row.digest.bytes), of: row.run)
  }

  /// Takes a name off the checkpoint it stands on.
  func unpin(_ name: String, from row: CheckpointRow) throws {
    try execute("DELETE FROM pin WHERE run = ? AND name = ?", [row.run, name])
    unseal(.pin(name: name, step: row.step, digest: row.digest.bytes), of: row.run)
  }
}

extension RegistryWriter {
  /// Puts a name on a checkpoint, durably: retention keeps it, and `RUN@NAME` means it.
  ///
  /// - Parameter moves: whether the name may stand on another checkpoint of the run by now.
  /// - Throws: `RegistryError`: `.usage` for a name that is none, `.refused` for one in use, `.missing`
  ///   where the run or the checkpoint is gone.
  public func pin(_ checkpoint: Checkpoint, as name: String, moves: Bool = false) throws {
    try PinName.check(name)
    try perform { connection in
      try connection.transaction(isDurable: true) { transaction in
        let run = try RunRow.fetch(transaction.database, id: checkpoint.runID)
        let row = try transaction.visibleCheckpoint(checkpoint, of: run)
        if !moves, let old = try transaction.pinned(name, of: run.key), old.key != row.key {
          throw RegistryError(
            .refused,
            "Run \(run.id) has @\(name) on its checkpoint @step:\(old.step). Give another name, or "
              + "move it with --move.")
        }
        try transaction.pin(row, as: name)
      }
    }
  }

  /// Takes a name off a run's checkpoint, durably; the checkpoint itself stays until retention drops it.
  ///
  /// - Throws: `RegistryError` `.missing` where the run has no such pin.
  public func unpin(_ name: String, of id: RunID) throws {
    try perform { connection in
      try connection.transaction(isDurable: true) { transaction in
        let run = try RunRow.fetch(transaction.database, id: id)
        guard let row = try transaction.pinned(name, of: run.key) else {
          throw RegistryError(
            .missing,
            "Run \(id) has no pin \(name). List what it has with 'gan-runs checkpoints list \(id)'."
          )
        }
        try transaction.unpin(name, from: row)
      }
    }
  }
}
