extension RegistryWriter {
  /// Drops the checkpoints of a run that a rule does not keep, and those that a later attempt shadows;
  /// the newest one that was found whole, and those with a pin, stay in any case.
  ///
  /// The bytes that nothing else names go too, and the file gives them back.
  ///
  /// - Parameter plan: what `RegistryReader.pruning(of:by:)` found; the rule is applied to what is stored by
  ///   now.
  /// - Throws: `RegistryError` `.missing` for a run that is not there any more.
  public func prune(_ plan: Pruning) throws {
    try perform { [thread] connection in
      let run = try connection.read { try RunRow.fetch($0, id: plan.run).key }
      try CheckpointRetention(connection, run, plan.rule, thread.storeDue)
        .prune(needed: plan.needed)
    }
  }
}
