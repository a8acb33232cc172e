import RunModel
import TestSupport
import Testing

@testable import Reports

@Suite("Lineage")
struct LineageTests {
  /// Runs by number, each with the number of its parent, in the order of their creation.
  private func lineage(_ parents: KeyValuePairs<Int, Int?>, chosen: Int = 1) throws -> Lineage {
    let runs = try parents.map { number, parent in
      var run = try run(number, name: "run \(number)")
      run.parent = try parent.map {
        Run.Parent(id: try runID($0), checkpointDigest: SHA256.digest([UInt8(1)]))
      }
      return run
    }
    let attempts = runs.map { run in
      (0..<(run.name == "run 2" ? 3 : 1)).map { number in
        Attempt(
          number: number + 1, startStep: run.parent == nil ? 0 : 100 * (number + 1),
          startedAt: noon, endedAt: minutes(1), status: .finished,
          environment: RunEnvironment(facts: [:]))
      }
    }
    return Lineage(runs, attempts: attempts, chosen: try runID(chosen))
  }

  private let family: KeyValuePairs<Int, Int?> = [1: nil, 2: 1, 3: 2, 4: 2, 5: 1, 6: 5]

  @Test("each run stands below the one it was forked from", arguments: [true, false])
  func text(isTerminal: Bool) throws {
    expectSnapshot(
      try lineage(family).text(for: isTerminal ? terminal : pipe),
      named: isTerminal ? "lineage-terminal" : "lineage-piped")
  }

  @Test("a tree as CSV and JSON")
  func formats() throws {
    let lineage = try lineage(family)
    #expect(lineage.csv.split(separator: "\n").count == 7)
    #expect(
      lineage.json[1].line.hasPrefix(
        """
        {"depth":1,"run_id":"r0000000000002","name":"run 2","status":"finished","epoch":3,"step":300,\
        "parent":"r0000000000001","start_step":100,"attempts":[{"number":1,
        """.replacing("\n", with: "")))
  }

  @Test("a parent that is gone is said")
  func orphan() throws {
    let text = try lineage([2: 1, 3: 2]).text(for: terminal)
    #expect(text.hasPrefix("r0000000000001, the parent, is not there\n"))
    #expect(try lineage([2: 1]).csv.contains("1,r0000") == false)
  }

  @Test("runs that are one another's parents end the tree")
  func circle() throws {
    let nodes = try lineage([1: 3, 2: 1, 3: 2]).nodes
    #expect(nodes.map(\.depth) == [0, 1, 2])
  }

  @Test("a chain of ten thousand forks is drawn, and no line is longer than a screen")
  func chain() throws {
    let template = try run(1)
    let ids = try (1...10_000).map { try runID($0) }
    let runs = ids.enumerated().map { place, id in
      var run = template
      run.id = id
      run.parent =
        place == 0
        ? nil
        : Run.Parent(
          id: ids[place - 1], checkpointDigest: SHA256.digest([UInt8(1)]))
      return run
    }
    let lineage = Lineage(runs, attempts: runs.map { _ in [] }, chosen: ids[0])
    #expect(lineage.nodes.count == 10_000 && lineage.nodes.last?.depth == 9999)
    #expect(lineage.nodes.allSatisfy { $0.branch.count < 200 })
  }
}
