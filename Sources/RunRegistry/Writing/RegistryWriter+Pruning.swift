public import RunModel

extension RegistryWriter {
  /// Drops the checkpoints of a run that a rule does not keep, and those that a later attempt shadows;
  /// the newest one that is whole, and those with a pin, stay in any case.
  ///
  /// The bytes that nothing else names go too, and the file gives them back.
  ///
  /// - Throws: `RegistryError`: `.invalid` where the run has checkpoints and none of them is whole,
  ///   `.missing` for a run that is not there.
  public func prune(_ id: RunID, by rule: Retention) throws {
    let needed = try RegistryReader(path: path).newestWhole(of: id).whole
    try perform { connection in
      let run = try connection.read { try RunRow.fetch($0, id: id).key }
      try CheckpointRetention(connection, run, rule).prune(needed: needed)
    }
  }
}
