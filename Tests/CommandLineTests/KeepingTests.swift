import RunModel
import RunRegistry
import TestSupport
import Testing

@testable import CommandLine

/// The verbs that drop, delete and copy, in this process, each against a registry of its own.
@Suite("Keeping and dropping")
struct KeepingTests {
  let registry: FixtureRegistry

  init() throws { registry = try FixtureRegistry() }

  private func call(
    _ arguments: String..., isTerminal: Bool = false, answer: String? = nil
  ) -> Captured {
    Console.capture(
      isTerminal: isTerminal, environment: ["GAN_RUNS_DB": registry.path], answer: answer
    ) { GanRuns.run(arguments) }
  }

  private func names() -> [String] {
    call("list", "--columns", "name").output.split(separator: "\n").map(String.init)
  }

  @Test("a pin is said, found by its name, and taken off again")
  func pinning() {
    let pinned = call("checkpoints", "pin", "ring@epoch:1", "sweet-spot")
    #expect(pinned.status == .done && pinned.output == "")
    #expect(pinned.error.hasSuffix("@sweet-spot is the checkpoint at step 100 of ring\n"))
    #expect(call("checkpoints", "list", "ring", "--csv").output.contains(",sweet-spot,"))
    let json = call("checkpoints", "pin", "ring@sweet-spot", "again", "--json")
    #expect(json.output.contains("\"again\",\n    \"sweet-spot\""), "\(json.output)")
    let used = call("checkpoints", "pin", "ring@epoch:2", "again")
    #expect(used.status == .failed && used.error.contains("--move"))
    #expect(call("checkpoints", "pin", "ring@epoch:2", "again", "--move").status == .done)
    #expect(call("checkpoints", "pin", "ring@epoch:2", "best").status == .usage)
    #expect(call("checkpoints", "pin", "ring@epoch:9", "x").status == .missing)
    #expect(call("checkpoints", "unpin", "ring@again").status == .done)
    #expect(call("checkpoints", "unpin", "ring@again").status == .missing)
    #expect(call("checkpoints", "unpin", "ring").status == .usage)
  }

  @Test("prune prints what stays, and a dry run the same before")
  func pruning() {
    _ = call("checkpoints", "pin", "ring@epoch:1", "sweet-spot")
    let before = call("checkpoints", "list", "ring").output
    let dry = call("checkpoints", "prune", "ring", "--keep-last", "1", "--dry-run")
    #expect(dry.status == .done)
    #expect(dry.output.split(separator: "\n").count == 2)
    #expect(dry.error.hasPrefix("would drop 1 checkpoint of ring "), "\(dry.error)")
    #expect(call("checkpoints", "list", "ring").output == before)
    let real = call("checkpoints", "prune", "ring", "--keep-last", "1")
    #expect(real.output == dry.output)
    #expect(real.error.hasPrefix("dropped 1 checkpoint of ring "), "\(real.error)")
    #expect(call("checkpoints", "list", "ring").output == dry.output)
    #expect(call("checkpoints", "prune", "ring", "--keep-last", "-1").status == .usage)
  }

  @Test("delete hides runs, list --deleted shows them, restore takes them back")
  func deleting() {
    let dry = call("delete", "ring", "--dry-run")
    #expect(dry.error.hasPrefix("would delete ring ("), "\(dry.error)")
    #expect(names().count == 3)
    let deleted = call("delete", "ring", "latest", "ring")
    #expect(deleted.status == .done && deleted.output == "")
    #expect(names() == ["ring-minimax"])
    let listed = call("list", "--deleted", "--columns", "name,deleted_at")
    #expect(listed.output.hasSuffix("ring\t2026-11-24T12:00:00.000Z\n"), "\(listed.output)")
    #expect(call("list", "--deleted", "--json").output.contains("\"deleted_at\""))
    #expect(!call("list", "--json").output.contains("deleted_at"))
    for verb in [["show", "ring"], ["export", "ring"], ["resume", "ring"], ["sample", "ring"]] {
      let result = Console.capture(isTerminal: false, environment: ["GAN_RUNS_DB": registry.path]) {
        GanRuns.run(verb)
      }
      #expect(result.status == .missing, "\(verb)")
      #expect(result.error.contains("'gan-runs restore ring'"), "\(verb): \(result.error)")
    }
    // The child knows its parent still.
    #expect(call("show", "ring-minimax", "--json").output.contains("\"parent\": {"))
    #expect(call("restore", "ring-minimax").status == .missing)
    let restored = call("restore", "ring", "--csv")
    #expect(restored.status == .done && restored.output.contains(",ring,finished,"))
    #expect(names() == ["ring-minimax", "ring"])
  }

  @Test(
    "on a terminal delete asks, and only a yes is one",
    arguments: [("y", true), ("Yes", true), ("n", false), ("", false), ("delete", false)])
  func asking(answer: String, isDone: Bool) {
    let result = call("delete", "ring", isTerminal: true, answer: answer)
    #expect(result.error.hasPrefix("Delete ring ("), "\(result.error)")
    #expect(result.error.contains("[y/N] "))
    #expect(result.status == (isDone ? .done : .failed))
    #expect(names().count == (isDone ? 2 : 3))
    #expect(call("delete", "latest", "--yes", isTerminal: true, answer: "n").status == .done)
    #expect(names().count == (isDone ? 1 : 2))
  }

  @Test("where a person looks on who can't answer, delete does nothing and asks for --yes")
  func notAsked() {
    let piped = call("delete", "ring", isTerminal: true)
    #expect(piped.status == .usage && piped.error.contains("add --yes"), "\(piped.error)")
    let hidden = call("delete", "ring", isTerminal: false, answer: "y")
    #expect(hidden.status == .usage && hidden.error.contains("add --yes"), "\(hidden.error)")
    #expect(names().count == 3)
    #expect(call("delete", "ring", "--yes", isTerminal: true).status == .done)
    let listed = call("list", "--deleted", isTerminal: true)
    #expect(listed.output.split(separator: "\n")[0].hasSuffix("  DELETED"), "\(listed.output)")
    // A script is not asked.
    #expect(call("delete", "latest").status == .done)
  }

  @Test("gc keeps what can be restored, and --now removes it")
  func collecting() {
    _ = call("delete", "ring")
    let kept = call("gc", "--json")
    #expect(kept.output.contains("\"runs\": 0,"), "\(kept.output)")
    #expect(kept.error == "1 deleted run can still be restored; --now removes it\n")
    let dry = call("gc", "--now", "--dry-run", "--csv")
    #expect(
      dry.output.hasPrefix("runs,checkpoints,contents,chunks,bytes_freed,file_bytes\n1,3,"),
      "\(dry.output)")
    #expect(names().count == 2)
    let collected = call("gc", "--now")
    #expect(collected.output.hasPrefix("runs\t1\ncheckpoints\t3\n"), "\(collected.output)")
    #expect(collected.error == "")
    #expect(call("restore", "ring").status == .missing)
    #expect(call("checkpoints", "list", "ring-minimax").output.split(separator: "\n").count == 2)
  }

  @Test("verify finds nothing wrong after any of them")
  func verifying() {
    for arguments in [
      ["checkpoints", "pin", "ring@epoch:1", "mine"], ["checkpoints", "unpin", "ring@mine"],
      ["checkpoints", "prune", "ring", "--keep-last", "1"], ["delete", "ring"],
      ["restore", "ring"], ["delete", "ring"], ["gc"], ["gc", "--now"], ["delete", "latest~1"],
    ] {
      let result = Console.capture(isTerminal: false, environment: ["GAN_RUNS_DB": registry.path]) {
        GanRuns.run(arguments)
      }
      #expect(result.status == .done, "\(arguments): \(result.error)")
      let check = call("verify", "--data")
      #expect(check.status == .done, "\(arguments): \(check.output) \(check.error)")
    }
  }

  @Test("backup prints what it copied, and the copy is a registry")
  func backup() {
    _ = call("delete", "ring")
    let copy = registry.folder.file("copy.db")
    let result = call("backup", copy)
    #expect(result.status == .done && result.error == "", "\(result.error)")
    #expect(result.output.contains("\nruns\t3\ncheckpoints\t5\n"), "\(result.output)")
    #expect(call("list", "--db", copy).output == call("list").output)
    #expect(call("list", "--deleted", "--db", copy).output == call("list", "--deleted").output)
    #expect(call("backup", registry.path).status == .usage)
    #expect(call("backup", registry.folder.file("none/copy.db")).status == .missing)
  }

  @Test(
    "verbs that change a registry make none",
    arguments: [
      ["checkpoints", "pin", "a", "b"], ["checkpoints", "unpin", "a@b"],
      ["checkpoints", "prune", "a"], ["delete", "a"], ["restore", "a"], ["gc"], ["backup", "b.db"],
    ])
  func missing(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let result = Console.capture(
      isTerminal: false, environment: ["GAN_RUNS_DB": folder.file("none.db")]
    ) { GanRuns.run(arguments) }
    #expect(result.status == .missing)
    #expect(result.error.contains("There is no registry"), "\(result.error)")
    #expect(readFile(folder.file("none.db")) == nil)
    #expect(readFile(folder.file("none.db.lock")) == nil)
  }
}
