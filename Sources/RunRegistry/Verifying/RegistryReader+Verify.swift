import GRDB
package import RunModel

extension RegistryReader {
  /// Checks the whole file, deleted runs among the others.
  ///
  /// Its pages, its schema, references, seals, what follows from other rows, checkpoints by their digests
  /// and contents by their lengths; where asked for, every stored byte.
  ///
  /// Each part reads one moment of the file, briefly, so that writers can go on meanwhile.
  ///
  /// - Parameters:
  ///   - data: which contents are read, decoded and compared with their names.
  ///   - turns: how many bits are turned back at most, in all, to name a row that changed.
  /// - Throws: `RegistryError` where nothing can be read at all; damage is a finding.
  package func verify(
    data: DataSample = .none, turns: Int = Verification.turns
  ) throws -> Verification {
    // Deleted runs are under the registry's seal as long as they are stored.
    guard choice == .all else {
      return try RegistryReader(path: path, clock: clock, liveness: liveness, choice: .all)
        .verify(data: data, turns: turns)
    }
    var result = Verification(data: data, turns: turns)
    try checkFile(&result)
    try checkReferences(&result)
    for run in try checkRegistry(&result) {
      try check(run, &result)
    }
    try checkSweeps(&result)
    try checkContents(&result)
    try checkLooseChunks(&result)
    return result
  }

  /// Checks checkpoints alone, with the contents that they name.
  ///
  /// - Parameter reference: a run, or one checkpoint of it as in `RUN@step:9`; all runs without one.
  /// - Throws: `RegistryError` `.missing` where the reference means nothing.
  package func verifyCheckpoints(
    _ reference: String? = nil, data: DataSample = .none
  ) throws -> Verification {
    var result = Verification(data: data)
    var chosen: SHA256Digest?
    var runs: [CheckedRun]
    if let reference {
      let run: Run
      if reference.contains("@") {
        let found = try checkpoint(reference)
        (run, chosen) = (found.run, found.checkpoint.digest)
      } else {
        run = try self.run(reference)
      }
      runs = [
        CheckedRun(key: try read { try key(of: run.id, $0) }, id: run.id.rawValue, name: run.name)
      ]
    } else {
      runs = try allRuns(&result)
    }
    for run in runs {
      try part(of: run, "its checkpoints", &result) { database, result in
        try checkCheckpoints(of: run, only: chosen, database, &result)
      }
      if reference != nil { try checkContents(of: run.key, only: chosen, &result) }
      result.checked.runs += 1
    }
    // Each once, whoever shares it.
    if reference == nil { try checkNamedContents(&result) }
    return result
  }

  /// A run that is being checked.
  struct CheckedRun {
    var key: Int64
    /// As it is stored; damage may have made it no id.
    var id: String
    var name: String

    var words: String { "run \(id) (\(name))" }

    /// A finding at a place of this run.
    func finding(_ kind: Finding.Kind, _ place: String, _ detail: String) -> Finding {
      Finding(kind, run: RunID(rawValue: id), place: "\(words): \(place)", detail)
    }
  }

  /// Runs a part of a check on one moment of the file; what can't be read is a finding.
  func part(
    _ unreadable: Finding, _ result: inout Verification,
    _ body: (Database, inout Verification) throws -> Void
  ) throws {
    let before = result
    do {
      // The part may be run again from its start where another process wrote meanwhile.
      result = try read { database in
        var now = before
        try body(database, &now)
        return now
      }
    } catch let error as RegistryError where error.kind == .invalid {
      result.add(unreadable)
    }
  }

  /// Runs a part of the check of one run.
  func part(
    of run: CheckedRun, _ what: String, _ result: inout Verification,
    _ body: (Database, inout Verification) throws -> Void
  ) throws {
    try part(
      run.finding(
        .file, what,
        "can't be read: a value is not what its column may hold, or a page is"
          + " damaged"), &result, body)
  }

  /// Compares the registry's seal with the sum over its runs and sweeps.
  ///
  /// - Returns: the runs.
  private func checkRegistry(_ result: inout Verification) throws -> [CheckedRun] {
    let runs = try allRuns(&result)
    try part(
      Finding(.seal, place: "registry", "its row, or the seal of a run or sweep, can't be read"),
      &result
    ) { database, result in
      var sum = Seal()
      let rows = try Row.fetchCursor(
        database, sql: "SELECT seal FROM run UNION ALL SELECT seal FROM sweep")
      while let row = try rows.next() { sum += try row.seal(0) }
      let stored = try Row.fetchAll(database, sql: "SELECT seal FROM registry")
      guard stored.count == 1, try stored[0].seal(0) == sum else {
        return result.add(
          Finding(
            .seal, place: "registry",
            "its seal is not the sum over the runs and sweeps: a whole one vanished or came from elsewhere, "
              + "or a seal changed"))
      }
    }
    return runs
  }

  private func allRuns(_ result: inout Verification) throws -> [CheckedRun] {
    var runs: [CheckedRun] = []
    try part(Finding(.file, place: "table run", "its rows can't be read"), &result) { database, _ in
      runs = try Row.fetchAll(database, sql: "SELECT id, run_id, name FROM run ORDER BY id").map {
        CheckedRun(key: try $0.integer(0), id: try $0.text(1), name: try $0.text(2))
      }
    }
    return runs
  }
}
