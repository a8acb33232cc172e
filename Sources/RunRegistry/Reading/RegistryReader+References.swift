import GRDB
public import RunModel

extension RegistryReader {
  /// The run that a reference means: a whole id, an exact name (the newest of that name), a unique
  /// prefix of an id, or `latest`, `latest~1`, ….
  ///
  /// - Throws: `RegistryError`: `.missing` where nothing fits, `.ambiguous` with the candidates where a
  ///   prefix fits several ids.
  public func run(_ reference: String) throws -> Run {
    try read { try run(reference, $0) }
  }

  /// The checkpoint that a reference means: `RUN`, `RUN@last`, `RUN@best`, `RUN@epoch:12`,
  /// `RUN@step:900`, `RUN@PIN`; `RUN` alone means its last.
  ///
  /// - Throws: `RegistryError`: `.missing` where nothing fits, `.usage` for a number that is none.
  public func checkpoint(_ reference: String) throws -> (run: Run, checkpoint: Checkpoint) {
    try read { try checkpoint(reference, $0) }
  }

  /// The state that a reference to a checkpoint means, with its run and its row: of one moment, so that
  /// a training run's retention can't take the checkpoint between finding and loading it.
  ///
  /// - Throws: `RegistryError`, as `checkpoint(_:)` and `snapshot(of:)` do.
  public func snapshot(_ reference: String) throws -> (
    run: Run, checkpoint: Checkpoint, snapshot: Snapshot
  ) {
    try withStoredCheckpoint(reference) { ($0.run, $0.checkpoint, try $0.snapshot()) }
  }

  /// References that begin so, the newest runs' first: names, and ids too where only those fit.
  ///
  /// - Parameter limit: how many at most.
  public func references(beginning prefix: String, limit: Int) throws -> [String] {
    try read { database in
      let names = try String.fetchAll(
        database,
        sql: """
          SELECT name FROM run WHERE substr(name, 1, length(?1)) = ?1
          GROUP BY name ORDER BY max(created_at) DESC LIMIT ?2
          """, arguments: [prefix, limit])
      guard names.isEmpty, RunID.isPrefix(prefix) else { return names }
      return try String.fetchAll(
        database, sql: "SELECT run_id FROM run WHERE run_id GLOB ? ORDER BY run_id DESC LIMIT ?",
        arguments: [prefix + "*", limit])
    }
  }

  func checkpoint(_ reference: String, _ database: Database) throws -> (
    run: Run, checkpoint: Checkpoint
  ) {
    let parts = reference.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let run = try run(String(parts[0]), database)
    let stored = try checkpoints(of: run.id, database)
    guard !stored.isEmpty else {
      throw RegistryError(
        .missing, "Run \(run.name) (\(run.id)) has no checkpoint yet.")
    }
    let place = parts.count > 1 ? String(parts[1]) : "last"
    guard let checkpoint = try Self.find(place, among: stored) else {
      throw RegistryError(.missing, Self.missing(place, of: run, among: stored))
    }
    return (run, checkpoint)
  }

  private static func find(_ place: String, among stored: [Checkpoint]) throws -> Checkpoint? {
    func number(after prefix: String) throws -> Int? {
      guard place.hasPrefix(prefix) else { return nil }
      guard let number = Int(place.dropFirst(prefix.count)), number >= 0 else {
        throw RegistryError(
          .usage, "@\(place) names no checkpoint: \(prefix) takes a whole number, as \(prefix)12.")
      }
      return number
    }
    if place == "last" { return stored.last }
    if let epoch = try number(after: "epoch:") {
      return stored.last { $0.isEpochEnd && $0.epoch == epoch }
    }
    if let step = try number(after: "step:") { return stored.last { $0.step == step } }
    return stored.last { $0.pins.contains(place) }
  }

  private static func missing(_ place: String, of run: Run, among stored: [Checkpoint]) -> String {
    if place == "best", let metric = run.parameters["checkpoint.best.metric"] {
      return
        "Run \(run.name) (\(run.id)) has no best checkpoint yet: no epoch with a checkpoint has a "
        + "number for \(metric), which checkpoint.best names. Name another, such as @last."
    }
    if place == "best" {
      return "Run \(run.name) (\(run.id)) keeps no best checkpoint. Train with the key "
        + "checkpoint.best, or name another, such as @last."
    }
    let ends = stored.filter(\.isEpochEnd).suffix(5).map { "epoch:\($0.epoch)" }
    let pins = stored.flatMap(\.pins)
    let have = (["last"] + ends + pins).map { "@\($0)" }.joined(separator: ", ")
    return "Run \(run.name) (\(run.id)) has no checkpoint @\(place). It has \(have)."
  }

  func run(_ reference: String, _ database: Database) throws -> Run {
    let key = try key(of: reference, database)
    guard let run = try load(database, [key]).first else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT)
    }
    return run
  }

  /// The key of a run by its id.
  func key(of id: RunID, _ database: Database) throws -> Int64 {
    guard
      let key = try Self.firstKey("SELECT id FROM run WHERE run_id = ?", [id.rawValue], database)
    else { throw try missing(id.rawValue, database) }
    return key
  }

  private static func firstKey(
    _ sql: String, _ arguments: StatementArguments, _ database: Database
  ) throws -> Int64? {
    try database.rows(sql, arguments) { try $0.integer(0) }.first
  }

  /// What is said of a reference that fits none of the runs that this reader knows of.
  private func missing(_ reference: String, _ database: Database) throws -> RegistryError {
    let isStored = try Bool.fetchOne(
      database, sql: "SELECT EXISTS(SELECT 1 FROM main.run WHERE ? IN (run_id, name))",
      arguments: [reference])
    if isStored == true, choice == .present {
      return RegistryError(
        .missing,
        "Run \(reference) was deleted. Take that back with 'gan-runs restore \(reference)'.")
    }
    if choice == .deleted {
      return RegistryError(
        .missing,
        isStored == true
          ? "Run \(reference) is not deleted, so there is nothing to take back."
          : "There is no deleted run \(reference) in \(path). List them with 'gan-runs list --deleted'."
      )
    }
    return RegistryError(
      .missing, "There is no run \(reference) in \(path). List runs with 'gan-runs list'.")
  }

  private func key(of reference: String, _ database: Database) throws -> Int64 {
    if RunID(rawValue: reference) != nil,
      let key = try Self.firstKey("SELECT id FROM run WHERE run_id = ?", [reference], database)
    {
      return key
    }
    if let key = try Self.firstKey(
      "SELECT id FROM run WHERE name = ? ORDER BY created_at DESC, id DESC LIMIT 1", [reference],
      database)
    {
      return key
    }
    if RunID.isPrefix(reference) {
      let fits = try Row.fetchAll(
        database,
        sql: "SELECT id, run_id, name FROM run WHERE run_id GLOB ? ORDER BY run_id LIMIT 11",
        arguments: [reference + "*"])
      if fits.count == 1 { return try fits[0].integer(0) }
      if fits.count > 1 {
        let names = try fits.prefix(10).map { "\(try $0.text(1)) (\(try $0.text(2)))" }
        throw RegistryError(
          .ambiguous,
          "\(reference) fits several runs: \(names.joined(separator: ", "))"
            + (fits.count > 10 ? " and more" : "") + ". Give more of the id.")
      }
    }
    if let back = Self.latest(reference) {
      let key = try Self.firstKey(
        "SELECT id FROM run ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET ?", [back], database)
      if let key { return key }
      let total = try Int.fetchOne(database, sql: "SELECT count(*) FROM run") ?? 0
      throw RegistryError(
        .missing,
        "\(path) holds \(total) run\(total == 1 ? "" : "s"), so there is no \(reference).")
    }
    throw try missing(reference, database)
  }

  /// How many runs back from the newest: 0 for `latest`, 2 for `latest~2`.
  private static func latest(_ reference: String) -> Int? {
    if reference == "latest" { return 0 }
    guard reference.hasPrefix("latest~") else { return nil }
    let digits = reference.dropFirst("latest~".count)
    guard digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(digits)
  }
}
