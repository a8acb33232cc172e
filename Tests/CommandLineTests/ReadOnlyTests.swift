import Foundation
import RunModel
import RunRegistry
import TestSupport
import Testing

@Suite("Where nothing can be written")
struct ReadOnlyTests {
  /// Files as a killed process leaves them, with commits in the WAL, or closed.
  private func make(in folder: TemporaryFolder, closes: Bool) throws {
    let origin = try TemporaryFolder()
    let writer = try RegistryWriter(path: origin.file("runs.db"))
    let session = try writer.beginRun(
      name: "ring", experiment: "default", parameters: FixtureRegistry.parameters("minimax"),
      environment: FixtureRegistry.environment(commit: "0"),
      retention: Retention(keepLast: 0, keepEvery: 0))
    for step in 1...3 {
      try session.record(
        StepMeasurement(
          step: step, epoch: step, images: step, time: noon, values: ["d_loss": Double(step)]))
    }
    try session.save(FixtureRegistry.snapshot(step: 3), step: 3, epoch: 3, isEpochEnd: true)
    try session.finish(.finished)
    if closes { try writer.close() }
    for end in closes ? [""] : ["", "-wal"] {
      try FileManager.default.copyItem(
        atPath: origin.file("runs.db\(end)"), toPath: folder.file("runs.db\(end)"))
    }
    try writer.close()
  }

  @Test("every reading verb works, also with commits in a WAL", arguments: [true, false])
  func reading(closes: Bool) throws {
    let folder = try TemporaryFolder()
    try make(in: folder, closes: closes)
    // Root may write everywhere, so the call is another user's.
    let result = try Program.shell(
      """
      before=$(ls); chmod 555 . ; chmod 444 runs.db*
      nobody() { if [ "$(id -u)" = 0 ]; then setpriv --reuid 65534 --clear-groups "$@"; else "$@"; fi; }
      call() { nobody "$GAN_RUNS" "$@" --db runs.db; }
      call list --csv && call show ring --json > /dev/null && call export ring | wc -l \
        && call checkpoints list ring && call verify --data \
        && call train --preset ring -q
      code=$?; chmod 755 .; [ "$before" = "$(ls)" ] || code=99; exit $code
      """, in: folder)
    #expect(result.status == 74, "\(result)")
    #expect(result.output.contains(",ring,finished,3,"), "\(result)")
    #expect(result.output.contains("nothing is wrong"), "\(result)")
    #expect(result.error.contains("can't be opened to write"), "\(result)")
    let lines = result.error.split(separator: "\n")
    #expect(lines.count == 1, "\(result)")
  }
}
