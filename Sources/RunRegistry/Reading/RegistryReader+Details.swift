import GRDB
public import RunModel

extension RegistryReader {
  /// What a run's newest attempt ran on.
  public func environment(of id: RunID) throws -> RunEnvironment {
    try attempts(of: id).last?.environment ?? RunEnvironment(facts: [:])
  }

  /// A run's attempts in their order, each with its status as it stands now.
  public func attempts(of id: RunID) throws -> [Attempt] {
    try read { try attempts(of: id, $0) }
  }

  func attempts(of id: RunID, _ database: Database) throws -> [Attempt] {
    let now = clock()
    let key = try key(of: id, database)
    var facts: [Int64: [String: String]] = [:]
    try database.forEachRow(
      "SELECT attempt, name, value FROM environment WHERE run = ?", [key]
    ) { facts[try $0.integer(0), default: [:]][try $0.text(1)] = try $0.text(2) }
    return try AttemptRow.fetchAll(database, run: key).map { row in
      let status = liveness.status(
        stored: row.status, process: row.process,
        heartbeat: Timestamp(microseconds: row.heartbeatAt), now: now)
      let endedAt = status == .crashed ? row.endedAt ?? row.heartbeatAt : row.endedAt
      return Attempt(
        number: row.number, startStep: row.startStep,
        startedAt: Timestamp(microseconds: row.startedAt),
        endedAt: endedAt.map(Timestamp.init(microseconds:)), status: status,
        environment: RunEnvironment(facts: facts[Int64(row.number)] ?? [:]))
    }
  }

  /// The process of a run's newest attempt.
  public func process(of id: RunID) throws -> ProcessIdentity {
    try read { database in
      guard let last = try AttemptRow.fetchAll(database, run: key(of: id, database)).last else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT)
      }
      return last.process
    }
  }

  /// Whether a process can be told to stop from here: it is of this boot and pid namespace, and lives.
  public func canSee(_ process: ProcessIdentity) -> Bool { liveness.canSee(process) }

  /// A run's log, in the order of recording.
  ///
  /// - Parameter count: how many of its first lines are left out.
  public func lines(of id: RunID, after count: Int = 0) throws -> [LogLine] {
    try read { database in
      var lines: [LogLine] = []
      try database.forEachRow(
        "SELECT attempt, time, text FROM line WHERE run = ? ORDER BY number LIMIT -1 OFFSET ?",
        [key(of: id, database), count]
      ) {
        lines.append(
          LogLine(attempt: try Int($0.integer(0)), time: try $0.time(1), text: try $0.text(2)))
      }
      return lines
    }
  }

  /// A run's visible pictures without their bytes, by name and step.
  public func pictures(of id: RunID) throws -> [PictureEntry] {
    try read { database in
      var entries: [PictureEntry] = []
      try database.forEachRow(
        """
        SELECT name, step, epoch, time, length(png) FROM picture
        JOIN attempt ON attempt.run = picture.run AND attempt.number = picture.attempt
        WHERE picture.run = ? AND (visible_to IS NULL OR step <= visible_to)
        ORDER BY name, step, attempt
        """, [key(of: id, database)]
      ) { row in
        let entry = PictureEntry(
          name: try row.text(0), step: try Int(row.integer(1)), epoch: try Int(row.integer(2)),
          time: try row.time(3), byteCount: try Int(row.integer(4)))
        if entries.last?.name == entry.name && entries.last?.step == entry.step {
          entries.removeLast()
        }
        entries.append(entry)
      }
      return entries
    }
  }

  /// One visible picture of a run.
  ///
  /// - Throws: `RegistryError` `.missing` where there is none of that name and step.
  public func picture(of id: RunID, named name: String, step: Int) throws -> SamplePicture {
    try read { database in
      guard
        let row = try Row.fetchOne(
          database,
          sql: """
            SELECT epoch, time, png FROM picture
            JOIN attempt ON attempt.run = picture.run AND attempt.number = picture.attempt
            WHERE picture.run = ? AND name = ? AND step = ?
              AND (visible_to IS NULL OR step <= visible_to)
            ORDER BY attempt DESC LIMIT 1
            """, arguments: [key(of: id, database), name, step])
      else {
        throw RegistryError(.missing, "Run \(id) has no picture \(name) of step \(step).")
      }
      return SamplePicture(
        name: name, step: step, epoch: try Int(row.integer(0)), png: try row.decodeBytes(2),
        time: try row.time(1))
    }
  }
}
