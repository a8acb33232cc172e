import RunModel
import TestSupport
import Testing

@testable import CommandLine

@Suite("Export")
struct ExportTests {
  let registry: FixtureRegistry

  init() throws { registry = try FixtureRegistry.shared.get() }

  private func export(_ arguments: String...) -> Captured {
    Console.capture(isTerminal: true, environment: ["GAN_RUNS_DB": registry.path]) {
      GanRuns.run(["export"] + arguments)
    }
  }

  @Test(
    "every layout and format",
    arguments: [
      ("long", []), ("long-all", ["--attempts", "all"]), ("wide", ["--wide"]),
      ("wide-all", ["--wide", "--attempts", "all"]),
    ], ["csv", "json", "ndjson"])
  func layouts(layout: (name: String, options: [String]), format: String) {
    let arguments = ["export"] + layout.options + ["--\(format)"]
    let result = Console.capture(isTerminal: true, environment: ["GAN_RUNS_DB": registry.path]) {
      GanRuns.run(arguments)
    }
    #expect(result.status == .done)
    #expect(result.error == "")
    expectSnapshot(result.output, named: "export-\(layout.name)-\(format)")
  }

  @Test("CSV is what export prints unless told, on a terminal too")
  func usual() {
    #expect(export().output == export("--csv").output)
    #expect(export().output.hasPrefix("run_id,run_name,metric,step,epoch,images,value,time\n"))
  }

  @Test("each step stands once unless all attempts are asked for")
  func onceAStep() {
    func lines(_ text: String) -> Int {
      text.split(separator: "\n").count { $0.contains(",ring,d_loss,300,") }
    }
    #expect(lines(export().output) == 1)
    #expect(lines(export("--attempts", "all").output) == 2)
    #expect(!export().output.contains("left_behind"))
    #expect(export("--wide", "--attempts", "all").output.contains(",left_behind,"))
  }

  @Test("named runs alone are exported, oldest first, each once")
  func chosen() {
    let both = export("ring-minimax", "ring", "ring")
    #expect(
      both.output
        == export().output.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.contains("odd, ") }.joined(separator: "\n"))
  }

  @Test("a choice of metrics and times; a metric that no run has is said")
  func choice() {
    let header = "run_id,run_name,metric,step,epoch,images,value,time\n"
    let all = export().output
    let chosen = export("--metrics", "g_loss,nothing,d_loss")
    #expect(chosen.status == .done)
    #expect(chosen.error == "no chosen run has a metric nothing\n")
    let lines = all.split(separator: "\n").dropFirst()
    func isLoss(_ line: Substring) -> Bool {
      line.contains(",d_loss,") || line.contains(",g_loss,")
    }
    #expect(chosen.output == header + lines.filter(isLoss).map { $0 + "\n" }.joined())
    #expect(
      export("--wide", "--metrics", "g_loss").output
        .hasPrefix("run_id,run_name,step,epoch,images,g_loss\n"))

    let times = lines.compactMap { $0.split(separator: ",").last }.sorted()
    let middle = String(times[times.count / 2])
    let late = lines.filter { $0.split(separator: ",").last.map { $0 >= middle } ?? false }
    #expect(export("--since", middle).output == header + late.map { $0 + "\n" }.joined())
    #expect(export("--since", "1000w").output == all)
    #expect(export("--since", "2100-01-01").output == header)
    #expect(export("--since", "soon").status == .usage)
    // Longer ago than any moment that could be stored.
    #expect(export("--since", "100000000w").status == .usage)
  }

  @Test("-o replaces a file whole, and an error leaves the old one as it was")
  func outputFile() throws {
    let path = registry.folder.file("points.csv")
    writeFile("old", to: path)
    #expect(export("nobody", "-o", path).status == .missing)
    #expect(readFile(path) == "old")
    let written = export("-o", path)
    #expect(written.status == .done)
    #expect(written.output == "")
    #expect(written.error == "wrote \(path)\n")
    #expect(readFile(path) == export().output)
    #expect(export("-o", "-").output == export().output)
  }

  @Test("-o never writes over the registry")
  func registryAsOutput() {
    let before = readBytes(registry.path)
    let result = export("-o", registry.path)
    #expect(result.status == .usage)
    #expect(readBytes(registry.path) == before)
  }

  @Test("a device is written to, not replaced")
  func device() {
    #expect(export("-o", "/dev/null").status == .done)
    #expect(export("-o", "/dev/full").status == .disk)
    #expect(export("-o", registry.folder.path).status == .disk)
  }
}
