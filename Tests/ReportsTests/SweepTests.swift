import RunModel
import TestSupport
import Testing

@testable import Reports

@Suite("A sweep as text")
struct SweepTests {
  private func medium(_ width: Int, hasColor: Bool = false) -> Medium {
    Medium(isTerminal: true, width: width, hasColor: hasColor, now: minutes(7))
  }

  @Test("how a sweep stands: on terminals of three widths, piped, as CSV and JSON")
  func status() throws {
    let sweep = try workedSweep()
    let table = SweepTable(sweep)
    for width in [60, 80, 120] {
      let text = table.text(for: medium(width))
      expectSnapshot(text, named: "sweep-\(width)")
      #expect(text.split(separator: "\n").allSatisfy { columns(of: String($0)) <= width })
    }
    expectSnapshot(table.text(for: pipe), named: "sweep-piped")
    expectSnapshot(table.csv, named: "sweep-csv")
    expectSnapshot(sweepJSON(sweep).text, named: "sweep-json")
  }

  @Test("on few lines the points at work stay, then the best; the rest is counted")
  func lines() throws {
    let text = SweepTable(try workedSweep()).text(for: medium(80), lines: 20)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 21)
    #expect(text.contains("   22  running") && text.contains("   23  running"))
    #expect(text.contains("   *4  finished"))
    #expect(text.contains(" more points\n"))
  }

  @Test("the best point is painted, the state of each point too")
  func colours() throws {
    let text = SweepTable(try workedSweep()).text(for: medium(120, hasColor: true))
    #expect(text.contains("\u{1b}[32m*4\u{1b}[0m"))
    #expect(text.contains("\u{1b}[31mdiverged\u{1b}[0m"))
  }

  @Test("the best point has the value of the search beside that of fresh seeds")
  func best() throws {
    let sweep = try workedSweep()
    let best = BestPoint(
      sweep: sweep, trial: sweep.trials[4], command: "gan-runs train --preset ring")
    expectSnapshot(best.text(for: medium(80)), named: "sweep-best-80")
    expectSnapshot(best.text(for: pipe), named: "sweep-best-piped")
    expectSnapshot(best.json.text, named: "sweep-best-json")
  }

  @Test("a list of sweeps names one that can't be read, too")
  func list() throws {
    let rows = SweepRows([
      (try sweepReport([2, 1]).sweep, try workedSweep()),
      (try sweepReport([1]).sweep, nil),
    ])
    expectSnapshot(rows.text(for: medium(100)), named: "sweeps-100")
    expectSnapshot(rows.text(for: pipe), named: "sweeps-piped")
    expectSnapshot(rows.csv, named: "sweeps-csv")
    expectSnapshot(JSONValue.array(rows.json).text, named: "sweeps-json")
  }

  @Test("a page's body")
  func page() throws {
    var report = try sweepReport([2, 1, nil], epochs: [9, 3], importance: [0.25, 0.75])
    report.standing.trials[0].confirmed = .init(value: 2.5, deviation: 0.25, seeds: 3)
    let page = SweepPage(report).text
    let start = try #require(page.firstRange(of: "<body>")).lowerBound
    let end = try #require(page.firstRange(of: "<script>")).lowerBound
    expectSnapshot(String(page[start..<end]), named: "sweep-page")
  }
}
