import RunModel
import RunRegistry
import Synchronization
import TestSupport
import Testing

@testable import CommandLine

/// What people write on runs: tags, notes, names; and a run's own words, its log.
@Suite("Remarks")
struct RemarkTests {
  let registry: FixtureRegistry

  init() throws { registry = try FixtureRegistry() }

  private func call(_ arguments: String..., isTerminal: Bool = false) -> Captured {
    Console.capture(isTerminal: isTerminal, environment: ["GAN_RUNS_DB": registry.path]) {
      GanRuns.run(arguments)
    }
  }

  /// The registry's seals are those of its rows.
  private func expectWhole() {
    let verified = call("verify")
    #expect(verified.status == .done, "\(verified.output)\(verified.error)")
  }

  @Test("tags are set, replaced and taken off, and filters find them")
  func tags() {
    let set = call("tag", "ring", "purpose=base line", "url=a=b", "empty=")
    #expect(set.status == .done && set.output == "")
    #expect(set.error == "ring (rd21mv6q000000) has the tags empty= purpose=base line url=a=b\n")
    #expect(call("tag", "ring", "purpose=other", "--remove", "url").status == .done)
    #expect(
      call("list", "tags.purpose = 'other' and tags.empty = ''", "--ids").output
        == "rd21mv6q000000\n")
    #expect(call("list", "tags.url is not null", "--ids").output == "")
    expectWhole()
    let json = call("tag", "ring", "--remove", "purpose", "--remove", "empty", "--json")
    #expect(json.output.contains("\"tags\": {},"))
    #expect(json.error == "ring (rd21mv6q000000) has no tags\n")
    expectWhole()
  }

  @Test(
    "a tag that is none changes nothing",
    arguments: [
      (["tag", "ring"], ProcessStatus.usage), (["tag", "ring", "word"], .usage),
      (["tag", "ring", "=x"], .usage), (["tag", "ring", "a=1", "a=2"], .usage),
      (["tag", "ring", "a=1", "--remove", "a"], .usage), (["tag", "ring", "a\nb=1"], .usage),
      (["tag", "ring", String(repeating: "k", count: 300) + "=1"], .usage),
      (["tag", "ring", "a=" + String(repeating: "v", count: 70_000)], .usage),
      (["tag", "ring", "b=1", "--remove", "none"], .failed), (["tag", "nobody", "a=1"], .missing),
      (["note", "ring", String(repeating: "n", count: 70_000)], .usage),
      (["note", "nobody", "a"], .missing),
      (["rename", "ring", "a@b"], .usage), (["rename", "ring", "latest~3"], .usage),
      (["rename", "ring", ""], .usage), (["rename", "ring", "a\u{1b}[1m"], .usage),
      (["rename", "nobody", "a"], .missing),
      (["stop", "ring"], .failed), (["stop", "nobody"], .missing), (["logs", "nobody"], .missing),
      (["logs", "ring", "--follow", "--json"], .usage),
    ])
  func refused(arguments: [String], status: ProcessStatus) throws {
    let before = call("list", "--json").output
    let result = Console.capture(isTerminal: false, environment: ["GAN_RUNS_DB": registry.path]) {
      GanRuns.run(arguments)
    }
    #expect(result.status == status)
    #expect(result.output == "" && result.error.hasPrefix("gan-runs: "), "\(result.error)")
    #expect(call("list", "--json").output == before)
  }

  @Test("a note is written, replaced, printed and taken away")
  func notes() {
    #expect(call("note", "ring").error == "ring (rd21mv6q000000) has no note\n")
    #expect(call("note", "ring", "two\nlines \u{1b}[31m🚀").status == .done)
    #expect(call("note", "ring").output == "two\nlines \u{1b}[31m🚀\n")
    #expect(call("note", "ring", isTerminal: true).output == "two\nlines \\u{1b}[31m🚀\n")
    #expect(call("show", "ring").output.contains("note\ttwo\\nlines \\u{1b}[31m🚀\n"))
    expectWhole()
    #expect(call("note", "ring", "other", "--json").output.contains("\"id\": \"rd21mv6q000000\""))
    #expect(call("note", "ring").output == "other\n")
    #expect(call("note", "ring", "").status == .done)
    #expect(call("note", "ring").output == "")
    expectWhole()
  }

  @Test("a run has another name, and its old one means nothing")
  func names() {
    let renamed = call("rename", "ring-minimax", "עברית, 名前 🚀")
    #expect(renamed.status == .done)
    #expect(renamed.error == "rd21n1ksg2ra7t is עברית, 名前 🚀 now, and was ring-minimax\n")
    #expect(call("list", "name like '%名前%'", "--ids").output == "rd21n1ksg2ra7t\n")
    #expect(call("show", "ring-minimax").status == .missing)
    #expect(call("list", "--csv", "--columns", "name").output.contains("\"עברית, 名前 🚀\"\n"))
    expectWhole()
  }

  @Test("names of any kind stay on their line in every format")
  func strangeNames() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("strange.db")
    let writer = try RegistryWriter(path: path)
    let session = try writer.beginRun(
      name: "a, \"b\"", experiment: "x\ny\u{1b}[31m",
      parameters: ["k\nl": .text("\u{202e}rtl\r\n")],
      environment: RunEnvironment(facts: [:]), retention: Retention(keepLast: 0, keepEvery: 0))
    try session.record(
      StepMeasurement(step: 1, epoch: 1, images: 1, time: noon, values: ["d loss\n": 1]))
    try session.finish(.finished)
    try writer.close()
    for options in [[], ["--columns", "name,experiment,params.`k\nl`,metrics.`d loss\n`"]] {
      for isTerminal in [true, false] {
        let result = Console.capture(isTerminal: isTerminal, width: 200) {
          GanRuns.run(["list", "--db", path] + options)
        }
        #expect(result.status == .done)
        #expect(
          result.output.split(separator: "\n").count == (isTerminal ? 2 : 1), "\(result.output)")
        #expect(!result.output.contains("\u{1b}[31m") && !result.output.contains("\u{202e}"))
      }
    }
    let filter = "params.`k\nl` like '%rtl%' and metrics.`d loss\n` = 1 and experiment like 'x_y%'"
    #expect(ganRuns("list", "--db", path, filter, "--ids").output.split(separator: "\n").count == 1)
  }

  @Test("a log is printed whole, in every format")
  func logs() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("logs.db")
    let writer = try RegistryWriter(path: path)
    let session = try writer.beginRun(
      name: "talks", experiment: "e", parameters: [:], environment: RunEnvironment(facts: [:]),
      retention: Retention(keepLast: 0, keepEvery: 0))
    try session.record(line: "first, \"quoted\"", at: noon)
    try session.record(line: "second\u{1b}[31m", at: noon)
    try session.flush()
    func logs(_ arguments: String..., isTerminal: Bool = false) -> Captured {
      Console.capture(isTerminal: isTerminal) {
        GanRuns.run(["logs", "talks", "--db", path] + arguments)
      }
    }
    let time = "2026-11-24T12:00:00.000Z"
    #expect(logs().output == "\(time)\tfirst, \"quoted\"\n\(time)\tsecond\\u{1b}[31m\n")
    #expect(logs(isTerminal: true).output.hasPrefix("just now        first"))
    #expect(
      logs("--csv").output
        == "attempt,time,text\n1,\(time),\"first, \"\"quoted\"\"\"\n1,\(time),second\u{1b}[31m\n")
    #expect(logs("--ndjson").output.split(separator: "\n").count == 2)
    #expect(logs("--json").output.hasPrefix("[\n  {\n    \"attempt\": 1,"))

    // Followed, it goes on until the run ends.
    let said = Mutex(0)
    var (console, texts) = Console.recording(isTerminal: false)
    console.pause = { _ in
      said.withLock { count in
        count += 1
        try? session.record(line: "line \(count)", at: noon)
        if count == 3 { try? session.finish(.finished) } else { try? session.flush() }
      }
    }
    let status = Console.$current.withValue(console) {
      GanRuns.run(["logs", "talks", "--follow", "--db", path])
    }
    #expect(status == .done)
    #expect(texts().output.hasSuffix("line 1\n\(time)\tline 2\n\(time)\tline 3\n"))
    #expect(texts().output.split(separator: "\n").count == 5)
    try writer.close()
    #expect(call("logs", "ring").error == "ring (rd21mv6q000000) has logged nothing\n")
  }
}
