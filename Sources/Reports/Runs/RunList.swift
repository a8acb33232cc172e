package import RunModel

/// A list of runs, one a line, under chosen columns.
package struct RunList: Sendable {
  /// The columns shown where none are chosen.
  package static let usualFields: [RunField] = [
    .own(.id), .own(.name), .own(.status), .own(.epoch), .own(.step),
    .metric("d_loss", .last), .metric("g_loss", .last), .metric("d_accuracy", .last),
    .own(.createdAt),
  ]

  /// The losses that are drawn as well where no columns are chosen.
  package static let curves = ["d_loss", "g_loss"]

  /// What a terminal has no room for is left out from the last of these on; a run's name and status stay.
  private static let useful: [RunField] = [
    .own(.deletedAt), .metric("d_loss", .last), .metric("g_loss", .last), .own(.epoch),
    .own(.experiment), .metric("d_accuracy", .last), .own(.id), .own(.createdAt),
  ]

  package var runs: [Run]
  package var fields: [RunField]
  /// Whether the columns are the user's own choice, the most wanted first.
  package var isChosen: Bool
  /// Whether the runs of one experiment stand together on a terminal, under its name.
  package var isGrouped: Bool
  /// Points of curves to draw on a terminal, by metric and run.
  package var glimpses: [String: [RunID: [(step: Int, value: Double)]]]

  /// A list of runs in the order given.
  package init(
    runs: [Run], fields: [RunField] = usualFields, isChosen: Bool = false, isGrouped: Bool = false,
    glimpses: [String: [RunID: [(step: Int, value: Double)]]] = [:]
  ) {
    self.runs = runs
    self.fields = fields
    self.isChosen = isChosen
    self.isGrouped = isGrouped
    self.glimpses = glimpses
  }

  /// The settings, metrics and tags that a list of these fields reads.
  ///
  /// - Parameter hasCurves: whether glimpses of curves are read too, which need to know where spikes are.
  package static func read(by fields: [RunField], hasCurves: Bool = false) -> [RunField] {
    var read = fields
    if hasCurves {
      read += curves.flatMap { name in [.min, .max, .firstNaNStep].map { .metric(name, $0) } }
    }
    if fields.contains(.own(.epoch)) { read.append(.parameter("epochs")) }
    if fields.contains(where: { if case .metric(_, .best) = $0 { true } else { false } }) {
      read += ["metric", "direction"].map { .parameter("checkpoint.best.\($0)") }
    }
    return read
  }

  /// The runs as a table, and the chosen columns that the terminal has no room for.
  package func text(for medium: Medium) -> (text: String, leftOut: [RunField]) {
    guard medium.isTerminal else { return (plainText, []) }
    let groups = isGrouped ? grouped : [("", runs)]
    let whole = table(groups.flatMap(\.runs), shownFields, for: medium)
    let (table, leftOut) = whole.fitted(to: medium.width)
    var lines = table.lines(for: medium)[...]
    var text = (lines.popFirst() ?? "") + "\n"
    for (name, runs) in groups {
      if groups.count > 1 {
        text += medium.paint(truncated(printable(name), to: medium.width), .strong) + "\n"
      }
      for line in lines.prefix(runs.count) { text += line + "\n" }
      lines = lines.dropFirst(runs.count)
    }
    return (text, isChosen ? leftOut.map { fields[$0] } : [])
  }

  /// The whole values of the runs, a line each, separated by tabs.
  private var plainText: String {
    var text = ByteText()
    for run in runs {
      for (place, field) in fields.enumerated() {
        if place > 0 { text.append(byte: UInt8(ascii: "\t")) }
        if let number = field.number(of: run) {
          text.append(number)
        } else {
          text.append(printable(field.text(of: run) ?? ""))
        }
      }
      text.append(byte: UInt8(ascii: "\n"))
    }
    return text.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// On a terminal, metrics that none of the runs has take no column unless they were chosen, and runs of
  /// several experiments that do not stand in groups are told apart by one.
  private var shownFields: [RunField] {
    guard !isChosen, !runs.isEmpty else { return fields }
    let told = fields.filter { field in
      guard case .metric = field else { return true }
      return runs.contains { field.number(of: $0) != nil }
    }
    guard !isGrouped, Set(runs.map(\.experiment)).count > 1,
      let place = told.firstIndex(of: .own(.name))
    else { return told }
    return told[...place] + [.own(.experiment)] + told[(place + 1)...]
  }

  private func table(_ runs: [Run], _ fields: [RunField], for medium: Medium) -> Table {
    let curves = Self.curves.filter { glimpses[$0]?.values.contains { !$0.isEmpty } == true }
    return Table(
      columns: fields.enumerated().map { place, field in
        if field == .own(.createdAt) {
          return .moments(title(of: field), worth: worth(of: field, at: place))
        }
        return Table.Column(
          title(of: field), isNumeric: field.isNumeric,
          isFlexible: Self.isFlexible(field), keepsCase: keepsCase(field),
          worth: worth(of: field, at: place))
      }
        + curves.enumerated().map { place, name in
          // After the step, which the epoch tells, they are the first to go.
          Table.Column("\(name.prefix(1)) curve", worth: 20 - place)
        },
      rows: runs.map { run in
        fields.map { $0.cell(of: run, for: medium) }
          + curves.map { name in
            let points = glimpses[name]?[run.id] ?? []
            return Table.Cell(
              sparkline(points.map { Chart.Place(x: Double($0.step), y: $0.value) }, width: 8),
              points.allSatisfy(\.value.isFinite) ? nil : .bad)
          }
      })
  }

  /// A column's name: what happened where that tells when.
  private func title(of field: RunField) -> String {
    switch field {
    case .own(let own) where !isChosen && own.rawValue.hasSuffix("_at"):
      String(own.rawValue.dropLast(3))
    default: field.name
    }
  }

  private static func isFlexible(_ field: RunField) -> Bool {
    switch field {
    case .own(let own): [.name, .experiment, .note, .failure].contains(own)
    case .parameter, .tag: true
    case .metric: false
    }
  }

  /// Whether a column's name is a user's own word.
  private func keepsCase(_ field: RunField) -> Bool {
    switch field {
    case .own: false
    case .parameter, .tag: true
    case .metric: isChosen
    }
  }

  private func worth(of field: RunField, at place: Int) -> Int? {
    if isChosen { return place == 0 ? nil : fields.count - place }
    if field == .own(.name) || field == .own(.status) { return nil }
    return Self.useful.firstIndex(of: field).map { 99 - $0 } ?? 0
  }

  /// The runs by experiment, in the order of each one's first run.
  private var grouped: [(name: String, runs: [Run])] {
    var groups: [(name: String, runs: [Run])] = []
    for run in runs {
      if let place = groups.firstIndex(where: { $0.name == run.experiment }) {
        groups[place].runs.append(run)
      } else {
        groups.append((run.experiment, [run]))
      }
    }
    return groups
  }

  private func isOwn(_ field: RunField) -> Bool {
    if case .own = field { true } else { false }
  }

  /// The runs as CSV under the fields' names; a missing value is an empty field.
  package var csv: String {
    runs.reduce(into: csvLine(fields.map(\.name))) { text, run in
      text += csvLine(fields.map { $0.text(of: run) ?? "" })
    }
  }

  /// Chosen metrics, settings and tags that none of the runs has.
  package var emptyFields: [RunField] {
    fields.filter { field in !isOwn(field) && runs.allSatisfy { field.text(of: $0) == nil } }
  }

  /// The run objects.
  package var json: [JSONValue] { runs.map(runJSON) }
}
