import GRDB
public import RunModel

extension RegistryReader {
  /// A run's checkpoints, oldest first.
  public func checkpoints(of id: RunID) throws -> [Checkpoint] {
    try read { try checkpoints(of: id, $0) }
  }

  func checkpoints(of id: RunID, _ database: Database) throws -> [Checkpoint] {
    try CheckpointRow.visible(database, run: key(of: id, database))
      .map { try Checkpoint($0, of: id, database) }
  }

  /// Loads the state that a checkpoint holds, all of it checked by its digest.
  ///
  /// - Throws: `RegistryError`: `.missing` where retention dropped it meanwhile, `.invalid` where a byte
  ///   of it changed.
  public func snapshot(of checkpoint: Checkpoint) throws -> Snapshot {
    try read { try snapshot(of: checkpoint, $0) }
  }

  func snapshot(of checkpoint: Checkpoint, _ database: Database) throws -> Snapshot {
    try stored(checkpoint, of: run(checkpoint.runID.rawValue, database), database).snapshot()
  }

  /// Opens the checkpoint that a reference means, for as long as `body` runs.
  ///
  /// All that `body` reads is of one moment. Where another process wrote meanwhile, it may be called a
  /// second time, and must begin anew then.
  ///
  /// - Throws: `RegistryError`, as `checkpoint(_:)` and `snapshot(of:)` do; and what `body` throws.
  package func withStoredCheckpoint<Result>(
    _ reference: String, _ body: (StoredCheckpoint) throws -> Result
  ) throws -> Result {
    try read { database in
      let (run, checkpoint) = try checkpoint(reference, database)
      return try body(stored(checkpoint, of: run, database))
    }
  }

  private func stored(
    _ checkpoint: Checkpoint, of run: Run, _ database: Database
  ) throws -> StoredCheckpoint {
    guard
      let row = try CheckpointRow.visible(database, run: key(of: run.id, database))
        .last(where: { $0.digest == checkpoint.digest })
    else {
      throw RegistryError(
        .missing,
        "The checkpoint @step:\(checkpoint.step) of run \(run.id) is not stored any more. "
          + "Name another, such as @last.")
    }
    return try StoredCheckpoint(
      row, run, attempts(of: run.id, database), checkpoint, database, path: path)
  }

  /// The extents of a stored shape, such as `[64,256]`.
  static func shape(_ text: String) throws -> [Int] {
    guard text.hasPrefix("["), text.hasSuffix("]") else { throw DamagedContent() }
    return try text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
      .filter { !$0.isEmpty || text.count > 2 }
      .map { part in
        guard let extent = Int(part), extent >= 0 else { throw DamagedContent() }
        return extent
      }
  }
}

extension Checkpoint {
  /// What is known of a checkpoint from its row and its pins.
  init(_ row: CheckpointRow, of id: RunID, _ database: Database) throws {
    self.init(
      runID: id, epoch: row.epoch, step: row.step, isEpochEnd: row.isEpochEnd, digest: row.digest,
      bytes: row.bytes, storedBytes: row.storedBytes, tensors: row.tensors,
      pins: try row.pins(database), createdAt: Timestamp(microseconds: row.createdAt))
  }
}

/// Stored bytes that are not what their names say.
struct DamagedContent: Error {}
