package import RunModel

/// What an import did, run by run.
package struct ImportList {
  private let outcomes: [ImportOutcome]

  /// A list of outcomes, in their order.
  package init(_ outcomes: [ImportOutcome]) { self.outcomes = outcomes }

  /// One object a run.
  package var json: [JSONValue] {
    outcomes.map { outcome in
      .object([
        ("run_id", .string(outcome.id.rawValue)),
        ("run_name", .string(outcome.name)),
        ("change", .string(outcome.change.rawValue)),
        ("points", .integer(outcome.points)),
        ("checkpoints", .integer(outcome.checkpoints)),
      ])
    }
  }

  /// A header, and one line a run.
  package var csv: String {
    csvLine(["run_id", "run_name", "change", "points", "checkpoints"])
      + outcomes.map { outcome in
        csvLine([
          outcome.id.rawValue, outcome.name, outcome.change.rawValue, String(outcome.points),
          String(outcome.checkpoints),
        ])
      }.joined()
  }

  /// One row a run.
  package var table: Table {
    Table(
      columns: [
        .init("id"), .init("name", isFlexible: true), .init("change"),
        .init("points", isNumeric: true), .init("checkpoints", isNumeric: true),
      ],
      rows: outcomes.map { outcome in
        [
          .init(outcome.id.rawValue), .init(outcome.name), .init(outcome.change.rawValue),
          .init(String(outcome.points)), .init(String(outcome.checkpoints)),
        ]
      })
  }

  /// What became of a sweep.
  package static func summary(of sweep: SweepOutcome) -> String {
    guard sweep.change != .same else { return "sweep \(sweep.name): same" }
    return
      "sweep \(sweep.name): \(sweep.change.rawValue); \(counted(sweep.points, "point")) and "
      + "\(counted(sweep.jobs, "job")) came"
  }

  /// How many runs there are of each change.
  package func summary(of file: String) -> String {
    let counts = ImportOutcome.Change.allCases.compactMap { change -> String? in
      let count = outcomes.count { $0.change == change }
      return count == 0 ? nil : "\(count) \(change.rawValue)"
    }
    let runs = counts.isEmpty ? "no runs" : counts.joined(separator: ", ")
    return "\(file): \(runs); \(outcomes.reduce(0) { $0 + $1.points }) points came"
  }
}
