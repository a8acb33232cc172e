import RunModel
import TestSupport
import Testing

@testable import CommandLine

/// The repository's folder, from where this file stands.
private let repository =
  "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

@Suite("Documentation")
struct DocumentationTests {
  @Test("docs/cli.md is the help of every verb")
  func cli() {
    var page = """
      # The command line

      Written from the program's own help: `RECORD_SNAPSHOTS=1 swift test --filter Documentation`
      writes this page anew. The shapes of JSON and CSV stand in [json.md](json.md), the exit
      statuses in [exit-codes.md](exit-codes.md).

      """
    for help in GanRuns.helpPages {
      page += "\n## \(help.call)\n\n```text\n"
      page += help.text.hasSuffix("\n") ? help.text : help.text + "\n"
      page += "```\n"
    }
    for topic in HelpTopic.allCases {
      page += "\n## gan-runs help \(topic.rawValue)\n\n```text\n\(topic.text)```\n"
    }
    expect(page, equalsFile: "\(repository)/docs/cli.md")
  }

  @Test("the help of every verb opens with two examples and fits 80 columns")
  func help() {
    for page in GanRuns.helpPages {
      let lines = page.text.split(separator: "\n", omittingEmptySubsequences: false)
      let start = lines.firstIndex(of: "Examples:") ?? lines.endIndex
      let examples = lines[start...].dropFirst().prefix { $0.hasPrefix("  gan-runs ") }
      let overviewEnd = lines.firstIndex(of: "") ?? lines.endIndex
      #expect(start == overviewEnd + 1, "\(page.call)")
      #expect(examples.count == 2, "\(page.call)")
      // An example that was wrapped can't be copied.
      #expect(lines[examples.endIndex...].first == "", "\(page.call)")
      let allWide = lines.filter { $0.count > 80 }
      #expect(allWide.isEmpty, "\(page.call): \(allWide)")
    }
  }

  @Test(
    "a topic of help is printed by its name, and fits 80 columns", arguments: HelpTopic.allCases)
  func topics(topic: HelpTopic) {
    let help = ganRuns("help", topic.rawValue)
    #expect(help.status == .done && help.output == topic.text)
    let lines = topic.text.split(separator: "\n", omittingEmptySubsequences: false)
    let wide = lines.filter { $0.count > 80 }
    #expect(wide.isEmpty && topic.text.hasSuffix("\n"), "\(wide)")
    #expect(ganRuns("--help").output.contains(topic.rawValue))
  }

  @Test("every field and function of a filter stands in its help and in docs/filters.md")
  func filterNames() throws {
    let page = try #require(readFile("\(repository)/docs/filters.md"))
    for name in RunField.Own.allCases.map(\.rawValue) + RunField.Aspect.allCases.map(\.rawValue) {
      // Deleted runs are listed apart.
      guard name != "deleted_at" else { continue }
      #expect(HelpTopic.filters.text.contains(name), "\(name)")
      #expect(page.contains("`\(name)`"), "\(name)")
    }
  }

  @Test("every key that is printed as JSON stands in docs/json.md")
  func json() throws {
    let page = try #require(readFile("\(repository)/docs/json.md"))
    let registry = try FixtureRegistry.shared.get()
    let calls = [
      ["list"], ["show", "ring-minimax"], ["compare", "ring", "ring-minimax"],
      ["checkpoints", "list", "ring"], ["export"], ["export", "--wide"], ["gc", "--dry-run"],
      ["verify"], ["doctor"],
    ]
    for call in calls {
      let result = Console.capture(isTerminal: false, environment: ["GAN_RUNS_DB": registry.path]) {
        GanRuns.run(call + ["--json"])
      }
      for key in keys(in: result.output) where !isData(key) {
        #expect(page.contains("`\(key)`"), "\(call): \(key) is not in docs/json.md")
      }
    }
  }

  /// All object keys of a JSON text as this program writes it: a string that a colon follows.
  private func keys(in text: String) -> Set<String> {
    var keys: Set<String> = []
    for piece in text.split(separator: "\":").dropLast() {
      if let quote = piece.lastIndex(of: "\"") {
        keys.insert(String(piece[piece.index(after: quote)...]))
      }
    }
    return keys
  }

  /// Keys that are names of the user's things: settings, metrics, facts, runs.
  private func isData(_ key: String) -> Bool {
    let parameters = FixtureRegistry.parameters("minimax").keys
    let facts = FixtureRegistry.environment(commit: "").facts.keys
    let metrics = ["d_loss", "g_loss", "d_accuracy", "seconds"]
    return parameters.contains(key) || facts.contains(key) || metrics.contains(key)
      || (key.hasPrefix("rd2") && key.count == 14)
  }

  @Test("every exit status stands in docs/exit-codes.md", arguments: ProcessStatus.allCases)
  func exitCodes(status: ProcessStatus) throws {
    let page = try #require(readFile("\(repository)/docs/exit-codes.md"))
    #expect(page.contains("| \(status.rawValue) |"))
  }
}
