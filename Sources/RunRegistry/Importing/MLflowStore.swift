import CSQLite
import GRDB
package import RunModel

/// MLflow's SQLite store (`mlflow.db`), read as MLflow 2 and 3 write it.
///
/// NaN is 0 with a flag there, and infinities are the largest doubles: they come back as what they were.
package struct MLflowStore: ForeignRuns {
  package let kind = "MLflow's database"
  package let runs: [ForeignRun]
  private let path: String
  private let uuids: [String]

  /// Tables that are read.
  private static let tables = ["experiments", "runs", "metrics", "params", "tags"]

  /// Whether a SQLite file is such a store.
  static func isOne(_ database: Database) throws -> Bool {
    let names = try String.fetchAll(
      database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' LIMIT 1000")
    return Set(tables).isSubset(of: names)
  }

  /// Reads all but the points.
  ///
  /// - Throws: `RegistryError`: `.missing` for no file, `.invalid` for another program's or a damaged one.
  package init(path: String) throws {
    self.path = path
    var uuids: [String] = []
    runs = try Self.read(path) { database in
      guard try Self.isOne(database) else {
        throw RegistryError(
          .invalid,
          "\(path) is a SQLite file of neither gan-runs nor MLflow. Name a file that 'gan-runs import' can read."
        )
      }
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT run_uuid, runs.name, status, start_time, end_time, experiments.name
          FROM runs LEFT JOIN experiments ON experiments.experiment_id = runs.experiment_id
          WHERE coalesce(runs.lifecycle_stage, 'active') <> 'deleted'
          ORDER BY start_time, run_uuid
          """)
      return try rows.map { row in
        let uuid = try row.text(0)
        uuids.append(uuid)
        return try Self.run(uuid, row, database)
      }
    }
    self.uuids = uuids
  }

  private static func run(_ uuid: String, _ row: Row, _ database: Database) throws -> ForeignRun {
    var tags = try pairs("SELECT key, value FROM tags WHERE run_uuid = ?", uuid, database)
    let named = tags.removeValue(forKey: "mlflow.runName")
    let note = tags.removeValue(forKey: "mlflow.note.content")
    var facts: [String: String] = [:]
    facts["git_commit"] = tags.removeValue(forKey: "mlflow.source.git.commit")
    facts["user"] = tags.removeValue(forKey: "mlflow.user")
    let word = try row.optionalText(2) ?? ""
    facts["mlflow_status"] = word
    let status: RunStatus =
      switch word {
      case "FINISHED": .finished
      case "FAILED": .failed
      // Killed, or its process was gone before it could say: MLflow can't tell (docs/import.md).
      default: .interrupted
      }
    let startedAt = try milliseconds(row.optionalInteger(3))
    let name = try row.optionalText(1) ?? named ?? ""
    return ForeignRun(
      identity: "mlflow \(uuid)", name: name.isEmpty ? uuid : name,
      experiment: try row.optionalText(5) ?? "default",
      parameters: try pairs("SELECT key, value FROM params WHERE run_uuid = ?", uuid, database)
        .mapValues(ParameterValue.init(reading:)),
      tags: tags, note: note, status: status,
      failure: status == .failed ? "MLflow says FAILED" : nil, createdAt: startedAt,
      stretches: [
        .init(
          startStep: 0, startedAt: startedAt,
          endedAt: try row.optionalInteger(4).map { try milliseconds($0) } ?? startedAt)
      ],
      facts: facts)
  }

  /// Hands over the points of a run, the last of a step last: by time, then by value, as MLflow chooses its
  /// latest metric.
  package func forEachPoint(
    ofRun index: Int, _ body: (String, SeriesPoint) throws -> Void
  ) throws {
    try Self.read(path) { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_uuid = ?
          ORDER BY step, timestamp, key, value
          """, arguments: [uuids[index]])
      while let row = try rows.next() {
        let step = try Int(row.integer(3))
        guard step >= 0 else {
          throw RegistryError(
            .invalid,
            "\(path) has a metric at step \(step) in run \(uuids[index]), and steps count from 0. Leave that run out."
          )
        }
        try body(
          row.text(0),
          SeriesPoint(
            step: step, epoch: nil, images: nil, value: try Self.value(row),
            time: try Self.milliseconds(row.integer(2)), attempt: 1))
      }
    }
  }

  /// MLflow stores a double, or an integer where SQLite found it to be one.
  private static func value(_ row: Row) throws -> Double {
    if try row.optionalInteger(4) ?? 0 != 0 { return .nan }
    let value: Double
    switch row.value(1).storage {
    case .double(let number): value = number
    case .int64(let number): value = Double(number)
    default: throw row.unexpected
    }
    if abs(value) == .greatestFiniteMagnitude { return value < 0 ? -.infinity : .infinity }
    return value
  }

  private static func milliseconds(_ value: Int64?) throws -> Timestamp {
    let value = value ?? 0
    guard abs(value) < 1 << 43 else {
      throw RegistryError(.invalid, "A time of MLflow's store is beyond all years. Check the file.")
    }
    return Timestamp(microseconds: value * 1000)
  }

  private static func pairs(
    _ sql: String, _ uuid: String, _ database: Database
  ) throws -> [String: String] {
    let statement = try database.cachedStatement(sql: sql)
    var pairs: [String: String] = [:]
    for row in try Row.fetchAll(statement, arguments: [uuid]) {
      guard let value = try row.optionalText(1) else { continue }
      pairs[try row.text(0)] = value
    }
    return pairs
  }

  /// Reads the file, which is never written.
  private static func read<Result>(
    _ path: String, _ body: (Database) throws -> Result
  ) throws -> Result {
    try RegistryFile.checkPresence(of: path)
    return try RegistryError.mapping(path) {
      let queue = try DatabaseQueue(
        path: path, configuration: Connection.configuration(readonly: true))
      return try queue.read(body)
    }
  }
}

extension ParameterValue {
  /// A value that another program keeps as text: a number or truth value where the text is one.
  init(reading text: String) {
    switch text {
    case "True", "true": self = .boolean(true)
    case "False", "false": self = .boolean(false)
    default:
      if let whole = Int64(text), String(whole) == text {
        self = .integer(whole)
      } else if let number = Double(text), number.isFinite,
        text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) })
      {
        self = .number(number)
      } else {
        self = .text(text)
      }
    }
  }
}
