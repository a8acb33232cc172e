import TestSupport
import Testing

@testable import CommandLine

@Suite("Numbers from strangers")
struct StrangersNumberTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(
    "a number in a registry that would overflow what is computed from it is damage, never a crash")
  func registry() throws {
    let trained = try Program.shell(
      "$GAN_RUNS train --name tiny \(TinyRun.options) && cp gan-runs.db whole", in: folder)
    try #require(trained.status == 0, "\(trained.error)")
    for (change, call) in [
      ("UPDATE run SET created_at = -9223372036854775808", "list"),
      ("UPDATE run SET created_at = -9223372036854000000", "show tiny"),
      ("UPDATE run SET id = 9223372036854775807", "train \(TinyRun.options)"),
      ("UPDATE series SET count = 9223372036854775807", "list"),
      ("UPDATE attempt SET number = 9223372036854775807", "resume tiny --epochs 5"),
      ("UPDATE checkpoint SET epoch = 9223372036854775807", "resume tiny"),
      ("UPDATE checkpoint SET epoch = -9223372036854775808, is_epoch_end = 0", "resume tiny"),
      ("UPDATE checkpoint SET step = -9223372036854775808", "verify --resume tiny"),
      ("UPDATE run SET checkpoints = 9223372036854775807", "delete --dry-run tiny"),
    ] {
      let result = try Program.shell(
        """
        rm -f gan-runs.db*; cp whole gan-runs.db
        sqlite3 gan-runs.db "\(change)"; exec $GAN_RUNS \(call)
        """, in: folder)
      #expect(result.status == 65, "\(change): \(result)")
      #expect(result.error.contains("is damaged"), "\(change): \(result)")
    }
  }

  @Test("an extent beside a zero, whose product no machine holds, is refused by the tensor's name")
  func extents() throws {
    let header = #"{"zzz":{"dtype":"F32","shape":[2305843009213693952,0],"data_offsets":[0,0]}}"#
    let result = try Program.shell(
      """
      printf '\\\(String(header.utf8.count, radix: 8))\\0\\0\\0\\0\\0\\0\\0%s' '\(header)' >hostile.st
      exec $GAN_RUNS checkpoints import hostile.st --preset ring
      """, in: folder)
    #expect(result.status == 65, "\(result)")
    #expect(result.error.contains("zzz"), "\(result)")
  }

  @Test("an export to a symbolic link leaves it one, and to a named pipe goes through it")
  func targets() throws {
    let result = try Program.shell(
      """
      set -e; $GAN_RUNS train -q --name tiny \(TinyRun.options) >/dev/null
      $GAN_RUNS checkpoints export -q tiny -o plain.st
      touch target.st; chmod 640 target.st; ln -s target.st link.st
      $GAN_RUNS checkpoints export -q tiny -o link.st
      test -L link.st; cmp target.st plain.st; test "$(stat -c %a target.st)" = 640
      mkfifo pipe; cat pipe >through.st & $GAN_RUNS checkpoints export -q tiny -o pipe; wait
      test -p pipe; cmp through.st plain.st
      """, in: folder)
    #expect(result.status == 0, "\(result)")
  }
}
