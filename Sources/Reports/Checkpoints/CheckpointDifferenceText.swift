import RunModel

extension CheckpointDifference {
  /// The difference as text: a sentence and tables on a terminal, the lines of the CSV elsewhere.
  package func text(for medium: Medium) -> String {
    guard medium.isTerminal else {
      return Table(columns: [], rows: lines.map { $0.map { Table.Cell($0) } }).text(for: medium)
    }
    var text = sentence + "\n"
    if !listed.isEmpty { text += "\n" + tensorTable.text(for: medium, indent: 2) }
    let rest = counterRows
    if !rest.isEmpty {
      text += "\n"
      text += Table(
        columns: [
          Table.Column("counter"), Table.Column("first", isNumeric: true),
          Table.Column("second", isNumeric: true),
        ],
        rows: rest.map { $0.map { Table.Cell($0) } }
      ).text(for: medium, indent: 2)
    }
    return text
  }

  /// How much differs, on one line.
  package var sentence: String {
    let pair = "\(printable(first.title)) and \(printable(second.title))"
    guard !isEmpty else {
      return "\(pair) hold the same state, digest \(first.checkpoint.digest)"
    }
    return "\(pair) differ in \(differing.count) of \(tensors.count) tensors and in "
      + "\(counters.count) counters" + (seeds == nil ? "" : ", and in the seed")
  }

  /// What a terminal shows of the tensors: figures, not whole numbers.
  private var tensorTable: Table {
    Table(
      columns: [
        Table.Column("tensor"), Table.Column("first", isNumeric: true),
        Table.Column("second", isNumeric: true), Table.Column("change", isNumeric: true),
        Table.Column("largest", isNumeric: true), Table.Column("at"),
        Table.Column("differing", isNumeric: true),
      ],
      rows: listed.map { tensor in
        guard let values = tensor.values else {
          let shapes = [tensor.shapes.first, tensor.shapes.second].map { $0.map(shapeText) ?? "–" }
          let cells = tensor.state == .equal ? ["=", "="] : shapes
          return ([tensor.name] + cells + ["", "", "", ""]).map { Table.Cell($0) }
        }
        let changes = [values.changeNorm, values.largestChange]
        return [
          Table.Cell(tensor.name), Table.Cell(figures(values.firstNorm)),
          Table.Cell(figures(values.secondNorm)),
        ] + changes.map { Table.Cell(figures($0), $0.isFinite ? nil : .bad) } + [
          Table.Cell(tensor.place.map(shapeText) ?? ""),
          Table.Cell("\(values.differing) of \(values.count)"),
        ]
      })
  }

  /// The names of the columns of `lines`.
  private static let names = [
    "kind", "name", "state", "first", "second", "values", "differing", "change_norm",
    "largest_change", "largest_at",
  ]

  /// The difference as CSV with a header line.
  package var csv: String { ([Self.names] + lines).map(csvLine).joined() }

  /// One line for the digests, one a tensor, one a counter.
  private var lines: [[String]] {
    let digests = [first, second].map(\.checkpoint.digest.description)
    let head = ["digest", "", isEmpty ? "equal" : "differs"] + digests
    return
      ([head] + listed.map(Self.line)
      + counterRows.map { ["counter", $0[0], "differs"] + $0[1...] })
      .map { $0 + Array(repeating: "", count: Self.names.count - $0.count) }
  }

  private static func line(_ tensor: Tensor) -> [String] {
    let head = ["tensor", tensor.name, tensor.state.rawValue]
    guard let values = tensor.values else {
      return head + [tensor.shapes.first, tensor.shapes.second].map { $0.map(shapeText) ?? "" }
    }
    return head + [
      values.firstNorm.shortestText, values.secondNorm.shortestText, String(values.count),
      String(values.differing), values.changeNorm.shortestText, values.largestChange.shortestText,
      tensor.place.map(shapeText) ?? "",
    ]
  }

  /// Name and both values of each counter that differs, and of the seed.
  private var counterRows: [[String]] {
    let seed = seeds.map { [["seed", String($0.first), String($0.second)]] } ?? []
    return counters.map { [$0.name, Self.text($0.first), Self.text($0.second)] } + seed
  }

  private static func text(_ counter: Snapshot.Counter?) -> String {
    switch counter {
    case .integer(let value)?: String(value)
    case .real(let value)?: value.shortestText
    case nil: ""
    }
  }
}

extension CheckpointDifference.Tensor {
  /// The place of the largest change, an index for each extent.
  var place: [Int]? {
    guard var rest = values?.largestPlace, let shape = shapes.first else { return nil }
    var place: [Int] = []
    for extent in shape.reversed() {
      place.append(rest % extent)
      rest /= extent
    }
    return place.reversed()
  }
}

/// Extents or indices as they are stored: `[64,256]`.
private func shapeText(_ shape: [Int]) -> String {
  "[" + shape.map(String.init).joined(separator: ",") + "]"
}
