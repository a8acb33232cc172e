import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// The repository's folder, from where this file stands.
private let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

@Suite("Documented sessions")
struct DocumentedSessionsTests {
  /// README.md and docs/*.md, those with a block of console.
  static let pages: [String] = {
    let docs =
      (try? FileManager.default.contentsOfDirectory(atPath: repository.path + "/docs")) ?? []
    let names = ["README.md"] + docs.sorted().filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }
    return names.filter { !((try? sessions(in: $0)) ?? []).isEmpty }
  }()

  @Test("README.md shows at least one session")
  func hasSessions() { #expect(Self.pages.contains("README.md")) }

  @Test("what a page shows on a console is what a terminal shows", arguments: pages)
  func page(name: String) throws {
    // The blocks of a page follow one another in one folder, as a reader would type them.
    let terminal = try Terminal()
    for call in try Self.sessions(in: name) {
      let shown = try terminal.type(call.command, isInterrupted: call.isInterrupted)
      let differs = Self.firstDifference(
        expected: call.output.map { Self.masked($0, integers: call.isInterrupted) },
        shown: shown.map { Self.masked($0, integers: call.isInterrupted) })
      #expect(
        differs == nil,
        """
        \(name), line \(call.line): $ \(call.command)
        \(differs ?? "")
        The terminal shows:
        \(shown.joined(separator: "\n"))
        """)
    }
  }

  /// One call of a block: `$ command`, `^C` where it is interrupted, and what it shows.
  struct Call {
    var line: Int
    var command: String
    var isInterrupted = false
    var output: [String] = []
  }

  static func sessions(in page: String) throws -> [Call] {
    let text = try String(contentsOf: repository.appendingPathComponent(page), encoding: .utf8)
    var calls: [Call] = []
    var isInside = false
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside, line.hasPrefix("$ ") {
        calls.append(Call(line: number + 1, command: String(line.dropFirst(2))))
      } else if isInside, line == "^C", !calls.isEmpty {
        calls[calls.count - 1].isInterrupted = true
      } else if isInside, !calls.isEmpty {
        calls[calls.count - 1].output.append(String(line))
      }
    }
    for index in calls.indices {
      while calls[index].output.last?.isEmpty == true { calls[index].output.removeLast() }
    }
    return calls
  }

  /// A line without what differs between two machines and two moments: ids, times, measured numbers,
  /// curves, and the widths of columns that follow from them.
  static func masked(_ line: String, integers: Bool) -> String {
    if line.contains("│") || line.contains("┤") { return "CURVES" }
    var text = line
    let masks: [(Regex<Substring>, String)] = [
      (/\d{4}-\d\d-\d\dT[0-9:.]+Z/, "TIME"),
      (/just now|(?:\d+|an?) (?:seconds?|minutes?|hours?) ago/, "AGO"),
      (/after \d+ (?:s|min|h|d)(?: \d+ (?:s|min|h))?/, "after DURATION"),
      (/\br[0-9a-hj-km-np-tv-z]{13}\b/, "ID"),
      (/\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b/, "DIGEST"),
      (/(?:\/[^\/\s]+)+\/gan-runs\.db/, "gan-runs.db"),
      // A column of small curves stands where there is room, which is a matter of how long ago it was.
      (/[\u{2801}-\u{28ff}]+/, "CURVE"), (/(?:\ +[DG])?\ *CURVE/, ""),
      (/-?\d[\d,]*\.\d+(?:e[-+]?\d+)?/, "NUMBER"),
      (/-?\d+e[-+]?\d+/, "NUMBER"),
    ]
    for (pattern, name) in masks { text = text.replacing(pattern, with: name) }
    if integers { text = text.replacing(/\b\d+\b/, with: "INTEGER") }
    text = text.replacing(/─+/, with: "─")
    return text.split(separator: " ").joined(separator: " ")
  }

  /// Where two lists of lines part; a line `…` stands for any number of lines.
  static func firstDifference(expected: [String], shown: [String]) -> String? {
    var rest = shown[...]
    var isAnything = false
    for line in expected {
      if line == "…" {
        isAnything = true
        continue
      }
      if isAnything, let found = rest.firstIndex(of: line) { rest = rest[found...] }
      guard rest.first == line else {
        return "expected: \(line)\nshown:    \(rest.first ?? "nothing more")"
      }
      rest = rest.dropFirst()
      isAnything = false
    }
    return isAnything || rest.isEmpty ? nil : "not expected: \(rest.first ?? "")"
  }
}
