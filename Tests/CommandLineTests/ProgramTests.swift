import RunModel
import RunRegistry
import TestSupport
import Testing

/// What only a real process shows: streams, pipes, exit statuses.
@Suite("The program")
struct ProgramTests {
  let registry: FixtureRegistry
  let folder: TemporaryFolder

  init() throws {
    registry = try FixtureRegistry.shared.get()
    folder = try TemporaryFolder()
  }

  private func shell(_ command: String) throws -> Program.Result {
    try Program.shell("export GAN_RUNS_DB='\(registry.path)'; \(command)", in: folder)
  }

  @Test(
    "every way to end has its status, and the sentence stands on standard error",
    arguments: [
      ("$GAN_RUNS list", 0, ""),
      ("$GAN_RUNS --version", 0, ""),
      ("$GAN_RUNS help list", 0, ""),
      ("$GAN_RUNS lsit", 64, "lsit"),
      ("$GAN_RUNS list --nonsense", 64, "nonsense"),
      ("$GAN_RUNS show nobody", 66, "nobody"),
      ("$GAN_RUNS list --db none.db", 66, "none.db"),
      ("touch empty.db; $GAN_RUNS list --db empty.db", 66, "empty.db"),
      ("echo not a database, not at all > text.db; $GAN_RUNS list --db text.db", 65, "text.db"),
      ("$GAN_RUNS list --db .", 65, ""),
      ("$GAN_RUNS list > /dev/full", 74, "disk is full"),
      ("$GAN_RUNS --help > /dev/full", 74, "disk is full"),
      ("$GAN_RUNS export -o missing/points.csv", 66, "missing/points.csv"),
      ("$GAN_RUNS checkpoints export ring -o -", 64, "/dev/stdout"),
      ("$GAN_RUNS checkpoints export ring -o ''", 64, "needs a file's name"),
      ("$GAN_RUNS checkpoints export ring -o .", 74, "it is a folder; give a file's name"),
      ("$GAN_RUNS checkpoints prune ring@last", 64, "name the run"),
      ("$GAN_RUNS verify --data=101", 64, "--data=101 is no share"),
      ("ln -s none.db link.db; $GAN_RUNS list --db link.db", 66, "link.db is a symbolic link to"),
      ("ln -s loop.db loop.db; $GAN_RUNS list --db loop.db", 66, "leads back to itself"),
      ("ln -s loop.db loop.db; $GAN_RUNS train --db loop.db", 66, "leads back to itself"),
      ("echo a >gone.db-wal; $GAN_RUNS list --db gone.db", 66, "gone.db-wal holds commits"),
    ] as [(String, Int32, String)])
  func status(command: String, status: Int32, words: String) throws {
    let result = try shell(command)
    #expect(result.status == status, "\(result)")
    guard status != 0 else {
      #expect(result.error == "")
      #expect(!result.output.isEmpty)
      return
    }
    #expect(result.output == "")
    #expect(result.error.hasPrefix("gan-runs: "))
    #expect(result.error.contains(words), "\(result.error)")
  }

  @Test("a name that can't be had is refused before anything is made or left beside the registry")
  func refusedName() throws {
    let result = try shell(
      """
      unset GAN_RUNS_DB
      ls -I after >before
      for name in a@b latest; do
        $GAN_RUNS train \(TinyRun.options) --name $name; test $? = 64 || exit 1
      done
      ls -I after >after; cmp before after || exit 1
      $GAN_RUNS train \(TinyRun.options) --name a >/dev/null
      $GAN_RUNS checkpoints export a -q -o a@b.st
      ls -I after >before
      $GAN_RUNS checkpoints import a@b.st; test $? = 64 || exit 1
      $GAN_RUNS checkpoints import a@b.st --db new.db; test $? = 64 || exit 1
      $GAN_RUNS resume a@epoch:1 --name a@b; test $? = 64 || exit 1
      ls -I after >after; cmp before after || exit 1
      """)
    #expect(result.status == 0, "\(result)")
  }

  @Test("a registry that a resume is refused in is closed as it was")
  func refusedResume() throws {
    let result = try shell(
      """
      unset GAN_RUNS_DB
      $GAN_RUNS train \(TinyRun.options) --name a >/dev/null
      ls -I after >before
      # A registry in which another process trains the run, as far as can be told.
      sqlite3 gan-runs.db "UPDATE run SET status = 'running'; UPDATE attempt SET status = 'running',
        host = 'elsewhere', boot_id = 'x', heartbeat_at = unixepoch() * 1000000"
      $GAN_RUNS resume a --epochs 5; test $? = 1 || exit 1
      ls -I after >after; cmp before after || exit 1
      """)
    #expect(result.status == 0, "\(result)")
    #expect(result.error.contains("on elsewhere"), "\(result)")
  }

  @Test("a reader that goes away ends the program quietly")
  func closedPipe() throws {
    let result = try shell(
      """
      set -o pipefail
      for turn in {1..400}; do echo; done > lines
      $GAN_RUNS list | true; $GAN_RUNS export | head -n 1; $GAN_RUNS export --json | head -c 1
      """)
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("run_id,"))
    #expect(result.error == "")
  }

  @Test("into a pipe go tabs, whole ids and RFC 3339 times, and no colour")
  func piped() throws {
    let result = try shell("$GAN_RUNS list --limit 1 | cat")
    let fields = result.output.split(separator: "\t", omittingEmptySubsequences: false)
    #expect(fields.first?.count == 14)
    #expect(fields.last?.hasSuffix("Z\n") == true)
    #expect(!result.output.contains("\u{1b}"))
    #expect(result.error == "1 of 3\n")
  }

  @Test("reading leaves nothing beside the registry, and not a byte of it changed")
  func readsOnly() throws {
    let before = readBytes(registry.path)
    let result = try shell(
      """
      cp "$GAN_RUNS_DB" copy.db; export GAN_RUNS_DB=copy.db
      for verb in list "show ring" "compare ring ring-minimax" export "checkpoints list ring"
      do $GAN_RUNS $verb > result || exit 1; done
      ls copy.db*; cmp copy.db '\(registry.path)'
      """)
    #expect(result.status == 0)
    #expect(result.output == "copy.db\n")
    #expect(readBytes(registry.path) == before)
  }

  @Test("a file that can't grow is a sentence, the old file stays, and nothing is left beside it")
  func aside() throws {
    let result = try shell(
      """
      echo old > out.csv
      (ulimit -f 0; $GAN_RUNS export -o out.csv 2>&1; echo $?) | cat; cat out.csv; ls -A | grep part
      """)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first?.hasPrefix("gan-runs: can't write") == true)
    #expect(lines.dropFirst() == ["74", "old"])
  }
}
