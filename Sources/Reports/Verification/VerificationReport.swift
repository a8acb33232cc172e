package import RunModel

/// What a check of a registry found, and how much it looked at.
package struct VerificationReport: Sendable {
  package var verification: Verification

  /// A report of a check.
  package init(_ verification: Verification) { self.verification = verification }

  /// A line a finding; where nothing is wrong one line that says what was looked at.
  package func text(for medium: Medium) -> String {
    guard !verification.isClean else { return "\(scope): nothing is wrong\n" }
    return Table(
      columns: [
        Table.Column("kind"), Table.Column("place"), Table.Column("detail", isFlexible: true),
      ],
      rows: verification.findings.map {
        [
          Table.Cell($0.kind.rawValue, .faint), Table.Cell($0.place, .strong),
          Table.Cell($0.detail),
        ]
      }
    ).text(for: medium)
  }

  /// What was looked at, as a phrase.
  package var scope: String {
    let checked = verification.checked
    func count(_ number: Int, _ what: String) -> String {
      "\(number) \(what)\(number == 1 ? "" : "s")"
    }
    // What a check does not look at it does not count.
    let parts = [
      (checked.runs, "run"), (checked.rows, "row"), (checked.checkpoints, "checkpoint"),
      (checked.contents, "content"),
    ].filter { $0.0 > 0 || $0.1 == "run" }.map { count($0.0, $0.1) }
    let share =
      verification.data.percent >= 100
      ? "" : " (\(verification.data.percent.shortestText) % of them, chosen by chance)"
    let bytes =
      verification.data.percent > 0 ? ", and \(byteText(checked.bytes)) of weights\(share)" : ""
    return "checked " + parts.joined(separator: ", ") + bytes
  }

  /// How many things are wrong.
  package var count: Int { verification.findings.count + verification.unlisted }

  /// A line a finding with a header.
  package var csv: String {
    verification.findings.reduce(into: csvLine(["kind", "run_id", "place", "detail"])) {
      $0 += csvLine([$1.kind.rawValue, $1.run?.rawValue ?? "", $1.place, $1.detail])
    }
  }

  /// The object of docs/json.md.
  package var json: JSONValue {
    let checked = verification.checked
    return .object([
      (
        "findings",
        .array(
          verification.findings.map {
            .object([
              ("kind", .string($0.kind.rawValue)), ("run_id", .string($0.run?.rawValue)),
              ("place", .string($0.place)), ("detail", .string($0.detail)),
            ])
          })
      ),
      ("unlisted", .integer(verification.unlisted)),
      (
        "checked",
        .object([
          ("runs", .integer(checked.runs)), ("rows", .integer(checked.rows)),
          ("points", .integer(checked.points)), ("checkpoints", .integer(checked.checkpoints)),
          ("contents", .integer(checked.contents)), ("chunks", .integer(checked.chunks)),
          ("bytes", .integer(checked.bytes)), ("data_percent", .number(verification.data.percent)),
        ])
      ),
    ])
  }
}
