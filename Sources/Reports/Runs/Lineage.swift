package import RunModel

/// Runs as a tree: each below the one that it was forked from.
package struct Lineage: Sendable {
  /// A run and its place in the tree.
  struct Node: Sendable {
    var run: Run
    var attempts: [Attempt]
    /// 0 for the run that the others go back to.
    var depth: Int
    /// The lines that lead to it: `│  └─ `.
    var branch: String
  }

  /// Depth first, children by their creation.
  let nodes: [Node]
  /// The run that was asked for.
  let chosen: RunID

  /// The tree of some runs.
  ///
  /// - Parameters:
  ///   - runs: all that go back to one run, oldest first.
  ///   - attempts: of each run, in the same order.
  ///   - chosen: the run that was asked for.
  package init(_ runs: [Run], attempts: [[Attempt]], chosen: RunID) {
    self.chosen = chosen
    let all = Array(zip(runs, attempts))
    var children: [RunID: [Int]] = [:]
    for (place, run) in runs.enumerated() {
      if let parent = run.parent { children[parent.id, default: []].append(place) }
    }
    let known = Set(runs.map(\.id))
    // Where runs name one another as parents, as only a stranger's do, the oldest comes first.
    let root = runs.firstIndex { $0.parent.map { !known.contains($0.id) } ?? true } ?? 0
    var nodes: [Node] = []
    var visited: Set<Int> = []
    // A list instead of a recursion: a chain of forks may be longer than the stack is deep.
    var open = runs.isEmpty ? [] : [(place: root, depth: 0, branch: "", margin: "")]
    while let next = open.popLast() {
      guard visited.insert(next.place).inserted else { continue }
      let (run, attempts) = all[next.place]
      nodes.append(
        Node(run: run, attempts: attempts, depth: next.depth, branch: next.branch))
      let own = (children[run.id] ?? []).filter { !visited.contains($0) }
      // No terminal shows more levels, and the lines of a long chain would grow with its square.
      let isDeep = next.depth > 40
      for (number, child) in own.enumerated().reversed() {
        let isLast = number == own.count - 1
        open.append(
          (
            child, next.depth + 1, next.margin + (isLast ? "└─ " : "├─ "),
            isDeep ? next.margin : next.margin + (isLast ? "   " : "│  ")
          ))
      }
    }
    self.nodes = nodes
  }

  private static let names = [
    "depth", "run_id", "name", "status", "epoch", "step", "parent", "start_step", "attempts",
  ]

  /// The tree on a terminal, the lines of the CSV elsewhere.
  package func text(for medium: Medium) -> String {
    guard medium.isTerminal else {
      let rows = nodes.map { Self.fields($0).map { Table.Cell($0) } }
      return Table(columns: [], rows: rows).text(for: medium)
    }
    let columns = [
      Table.Column("run", isFlexible: true), Table.Column("id"),
      Table.Column("status", worth: 3), Table.Column("epoch", isNumeric: true, worth: 1),
      Table.Column("from step", isNumeric: true, worth: 4),
      Table.Column("resumed at", isFlexible: true, worth: 2),
    ]
    var text = ""
    if let parent = nodes.first?.run.parent {
      text += medium.paint("\(parent.id), the parent, is not there", .faint) + "\n"
    }
    return text
      + Table(
        columns: columns,
        rows: nodes.map { node in
          let resumes = node.attempts.dropFirst().map { String($0.startStep) }
          return [
            Table.Cell(node.branch + node.run.name, node.run.id == chosen ? .strong : nil),
            Table.Cell(node.run.id.rawValue, .faint),
            Table.Cell(node.run.status.rawValue, Paint(node.run.status)),
            RunField.own(.epoch).cell(of: node.run, for: medium),
            Table.Cell(node.run.parent == nil ? "" : Self.start(node)),
            Table.Cell(resumes.isEmpty ? "" : "step \(resumes.joined(separator: ", "))"),
          ]
        }
      ).text(for: medium)
  }

  /// The tree as CSV with a header line.
  package var csv: String {
    nodes.reduce(into: csvLine(Self.names)) { $0 += csvLine(Self.fields($1)) }
  }

  /// The runs as JSON objects, depth first.
  package var json: [JSONValue] {
    nodes.map { node in
      .object([
        ("depth", .integer(node.depth)), ("run_id", .string(node.run.id.rawValue)),
        ("name", .string(node.run.name)), ("status", .string(node.run.status.rawValue)),
        ("epoch", .integer(node.run.epoch)), ("step", .integer(node.run.step)),
        ("parent", .string(node.run.parent?.id.rawValue)),
        ("start_step", .integer(node.attempts.first?.startStep)),
        ("attempts", .array(node.attempts.map(attemptJSON))),
      ])
    }
  }

  private static func fields(_ node: Node) -> [String] {
    [
      String(node.depth), node.run.id.rawValue, node.run.name, node.run.status.rawValue,
      String(node.run.epoch), String(node.run.step), node.run.parent?.id.rawValue ?? "",
      start(node), String(node.attempts.count),
    ]
  }

  /// The step that a run began at: 0, or that of the checkpoint it was forked from.
  private static func start(_ node: Node) -> String {
    node.attempts.first.map { String($0.startStep) } ?? ""
  }
}
