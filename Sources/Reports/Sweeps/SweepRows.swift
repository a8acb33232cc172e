package import RunModel

/// The sweeps of a registry, one a line.
package struct SweepRows {
  private let sweeps: [(sweep: Sweep, standing: SweepStanding?)]

  /// - Parameter sweeps: in their order; a standing is `nil` where this version can't read the file.
  package init(_ sweeps: [(sweep: Sweep, standing: SweepStanding?)]) { self.sweeps = sweeps }

  private static let names = [
    "name", "state", "points", "ended", "epochs", "cost", "direction", "objective", "best", "value",
    "created_at", "digest",
  ]

  /// The sweeps as a table.
  package func text(for medium: Medium) -> String {
    guard medium.isTerminal else {
      return Table(
        columns: Self.names.map { Table.Column($0) },
        rows: sweeps.map { fields($0.sweep, $0.standing).map { Table.Cell($0) } }
      ).text(for: medium)
    }
    return Table(
      columns: [
        .init("name", isFlexible: true), .init("state"), .init("points", isNumeric: true),
        .init("best", isNumeric: true), .init("value", isNumeric: true),
        .init("objective", isFlexible: true, worth: 2), .moments("created", worth: 1),
      ],
      rows: sweeps.map { sweep, standing in
        let best = standing?.best
        return [
          .init(sweep.name, .strong),
          .init(standing?.state.rawValue ?? "unreadable", standing.map { Paint($0.state) } ?? .bad),
          .init(standing.map { "\($0.ended)/\($0.points)" } ?? ""),
          .init(best.map { String($0.number) } ?? ""),
          .init(best.map { figures($0.value) } ?? ""), .init(standing.map(Self.aim) ?? ""),
          .init(medium.text(sweep.createdAt), .faint),
        ]
      }
    ).text(for: medium)
  }

  private static func aim(_ standing: SweepStanding) -> String {
    "\(standing.minimizes ? "minimize" : "maximize") \(standing.objective)"
  }

  private func fields(_ sweep: Sweep, _ standing: SweepStanding?) -> [String] {
    guard let standing else {
      return [sweep.name] + Array(repeating: "", count: Self.names.count - 3)
        + [sweep.createdAt.rfc3339, sweep.digest.description]
    }
    return [
      sweep.name, standing.state.rawValue, String(standing.points), String(standing.ended),
      String(standing.epochs), String(standing.cost),
      standing.minimizes ? "minimize" : "maximize", standing.objective,
      standing.best.map { String($0.number) } ?? "",
      standing.best?.value.shortestText ?? "", sweep.createdAt.rfc3339, sweep.digest.description,
    ]
  }

  /// A header line and a line a sweep.
  package var csv: String {
    csvLine(Self.names) + sweeps.map { csvLine(fields($0.sweep, $0.standing)) }.joined()
  }

  /// An object a sweep.
  package var json: [JSONValue] {
    sweeps.map { sweep, standing in
      .object([
        ("name", .string(sweep.name)),
        ("state", standing.map { .string($0.state.rawValue) } ?? .null),
        ("objective", standing.map { .string($0.objective) } ?? .null),
        ("direction", standing.map { .string($0.minimizes ? "minimize" : "maximize") } ?? .null),
        ("points", .integer(standing?.points)), ("ended", .integer(standing?.ended)),
        ("epochs", .integer(standing?.epochs)), ("cost", .integer(standing?.cost)),
        ("best", standing?.best.map(bestJSON) ?? .null),
        ("digest", .string(sweep.digest.description)),
        ("created_at", .time(sweep.createdAt)),
      ])
    }
  }
}
