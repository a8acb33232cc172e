import TestSupport
import Testing

@testable import CommandLine

@Suite("Comparing")
struct CompareTests {
  let registry: FixtureRegistry

  init() throws { registry = try FixtureRegistry.shared.get() }

  private func compare(_ arguments: String...) -> Captured {
    Console.capture(isTerminal: false, environment: ["GAN_RUNS_DB": registry.path]) {
      GanRuns.run(["compare"] + arguments)
    }
  }

  @Test("two runs that differ in the loss differ in no other setting")
  func onlyLoss() {
    let settings = compare("ring", "ring-minimax").output.split(separator: "\n")
      .filter { $0.hasPrefix("params.") }
    #expect(settings == ["params.loss\tnonsaturating\tminimax"])
  }

  @Test("--all shows equal settings too")
  func all() {
    let output = compare("ring", "ring-minimax", "--all").output
    #expect(output.contains("params.batch_size\t64\t64\n"))
    #expect(output.contains("environment.cpu\tSome CPU\tSome CPU\n"))
  }

  @Test("--metrics chooses metrics in the order given, and says which were never recorded")
  func metrics() {
    let result = compare("ring", "ring-minimax", "--metrics", "g_loss,d_loss,swd[n=8,k=2]")
    let names = result.output.split(separator: "\n").filter { $0.hasPrefix("metrics.") }
      .compactMap { $0.split(separator: "\t").first }
    #expect(
      names
        == ["g_loss", "d_loss"].flatMap { name in
          ["last", "min", "max"].map { "metrics.\(name).\($0)" }
        })
    #expect(result.error == "none of the runs recorded swd[n=8,k=2]\n")
  }

  @Test("the first step where runs part leaves points out that a resume left behind")
  func parting() {
    // Both record d_loss 1.386… at step 100 and part at 200; ring's shadowed step 300 plays no part.
    let output = compare("ring", "ring-minimax", "latest").output
    #expect(output.contains("first_difference.step\t\t200\t100\n"))
    #expect(output.contains("first_difference.metric\t\td_loss\td_loss\n"))
  }

  @Test("a run named twice is compared once")
  func twice() {
    let result = compare("ring", "ring-minimax", "ring")
    #expect(result.status == .done)
    #expect(result.output.hasPrefix("id\trd2"))
    #expect(result.output.split(separator: "\n").first?.split(separator: "\t").count == 3)
  }

  @Test("curves are drawn on a terminal alone, along the axis asked for", arguments: [40, 100])
  func curves(width: Int) {
    let drawn = Console.capture(
      isTerminal: true, width: width, environment: ["GAN_RUNS_DB": registry.path]
    ) { GanRuns.run(["compare", "ring", "ring-minimax", "--metrics", "d_loss", "--by", "epoch"]) }
    #expect(drawn.status == .done)
    #expect(drawn.output.contains("d_loss  6 of 6 points by epoch\n"))
    #expect(drawn.output.contains("a ring   b ring-minimax\n"))
    #expect(!compare("ring", "ring-minimax").output.contains("6 points"))
  }

  @Test("a run that diverged marks its NaN and its infinity")
  func odd() {
    let drawn = Console.capture(isTerminal: true, environment: ["GAN_RUNS_DB": registry.path]) {
      GanRuns.run(["compare", "ring", "latest", "--metrics", "d_loss"])
    }
    #expect(drawn.output.contains("NaN │") && drawn.output.contains("inf │b"))
  }

  @Test("--points adds thinned curves to JSON, with how many points there are")
  func points() {
    let output = compare("ring", "latest", "--metrics", "d_loss", "--points", "4", "--ndjson")
      .output
    #expect(
      output.contains(
        #""curves":{"d_loss":{"rd21mv6q000000":{"shown":3,"of":3,"points":[{"step":100,"epoch":1,"#)
    )
    #expect(output.contains(#""value":"Infinity""#) && output.contains(#""value":"NaN""#))
    #expect(!compare("ring", "latest", "--json").output.contains("curves"))
  }

  @Test("--baseline comes first, and the others' differences from it are shown")
  func baseline() {
    let result = compare("ring", "latest", "--baseline", "ring-minimax", "--metrics", "d_loss")
    let lines = result.output.split(separator: "\n")
    #expect(lines[1].hasPrefix("name\tring-minimax\tring\t"))
    #expect(lines.contains { $0.hasPrefix("differences.d_loss.last\t\t0.01666") })
    #expect(compare("ring", "--baseline", "latest").status == .done)
    #expect(compare("ring", "--baseline", "ring").status == .usage)
  }

  @Test(
    "options that do not fit are refused",
    arguments: [
      ["--points", "4"], ["--points", "4", "--csv"], ["--points", "3", "--json"], ["--by", "day"],
    ])
  func refusals(options: [String]) {
    let result = Console.capture(isTerminal: false, environment: ["GAN_RUNS_DB": registry.path]) {
      GanRuns.run(["compare", "ring", "latest"] + options)
    }
    #expect(result.status == .usage && result.output == "")
  }

  @Test("--html writes a page, and nothing to standard output")
  func page() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("page.html")
    let result = compare("ring", "latest", "--html", path)
    #expect(result.status == .done && result.output == "" && result.error == "wrote \(path)\n")
    let page = try #require(readFile(path))
    #expect(page.hasPrefix("<!DOCTYPE html>\n") && page.contains("odd, &quot;name&quot;"))
    #expect(compare("ring", "latest", "--html", "-").output == page)
    #expect(!page.contains(registry.folder.path))
    #expect(compare("ring", "latest", "--html", registry.path).status == .usage)
    #expect(compare("ring", "latest", "--html", path, "--json").status == .usage)
    #expect(compare("ring", "latest", "--html", "/no/such/folder/x.html").status == .missing)
  }
}
