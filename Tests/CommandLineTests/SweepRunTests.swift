import RunModel
import RunRegistry
import TestSupport
import Testing

@testable import CommandLine

@Suite("Runs of sweeps")
struct SweepRunTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Has a point of a sweep end at its first rung; its run is the one of a name where there is one.
  private func end(
    _ point: Int, in file: String, value: Double, trainedAs name: String? = nil
  ) throws {
    let text = "sweep: lr\n"
    let writer = try RegistryWriter(path: folder.file(file))
    _ = try writer.createSweep(
      name: "lr", file: text, digest: SHA256.digest(text.utf8), points: 4, epochs: 9)
    let trial = Trial(
      number: point, parameters: [.init(key: "seed", value: .integer(Int64(point)))])
    let claim = JobClaim(
      key: Job.Key(point: point, seed: 1, rung: 0), entry: point, epochs: 3, trial: trial)
    let lease = try #require(try writer.claim(claim, in: "lr"))
    let environment = RunEnvironment(facts: [:])
    let retention = Retention(keepLast: 1, keepEvery: 0)
    let session: RunSession
    if let name {
      let reader = try RegistryReader(path: folder.file(file))
      session = try writer.resumeRun(
        reader.run(name).id, from: reader.checkpoint(name).checkpoint, environment: environment,
        retention: retention, for: lease)
    } else {
      session = try writer.beginRun(
        name: "lr-\(point)", experiment: "lr", parameters: [:], environment: environment,
        retention: retention, for: lease)
    }
    try session.finish(.paused)
    _ = try writer.finish(lease, as: .done, value: value, reached: 3)
    try writer.close()
  }

  @Test(
    "a run at a rung is left to its sweep, but for children of it; list and show name its trial")
  func paused() throws {
    _ = try Program.shell("$GAN_RUNS train \(TinyRun.options) --name lr-0 --db runs.db", in: folder)
    try end(0, in: "runs.db", value: 0.5, trainedAs: "lr-0")
    let result = try Program.shell(
      """
      export GAN_RUNS_DB=runs.db
      $GAN_RUNS resume lr-0 --epochs 9; echo $?
      $GAN_RUNS show lr-0 --json | grep -E '"(sweep|trial|status)":' | head -3
      $GAN_RUNS show lr-0 --csv | grep -E '^(sweep|trial),'
      $GAN_RUNS resume lr-0@last --set seed=5 --epochs 4 --name child -q | cut -f2-
      $GAN_RUNS list "trial = 0 and sweep = 'lr'" --columns name,sweep,trial
      $GAN_RUNS list --csv --columns name,sweep,trial --sort trial
      $GAN_RUNS show child --json | grep -c '"sweep"'
      $GAN_RUNS verify -q >/dev/null; echo $?
      """, in: folder)
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(
      lines == [
        "1", "  \"status\": \"paused\",", "  \"sweep\": \"lr\",", "  \"trial\": 0,",
        "sweep,lr", "trial,0", "child\tfinished\t4", "lr-0\tlr\t0",
        "name,sweep,trial", "lr-0,lr,0", "child,,", "0", "0",
      ], "\(result.output)\(result.error)")
    #expect(
      result.error.contains(
        " waits at a rung of sweep lr; 'gan-runs sweep resume lr' carries it on"))
  }

  @Test("runs that are compared are named with their trials")
  func comparison() throws {
    try end(0, in: "runs.db", value: 0.5)
    try end(3, in: "runs.db", value: 0.25)
    let drawn = Console.capture(
      isTerminal: true, environment: ["GAN_RUNS_DB": folder.file("runs.db")]
    ) { GanRuns.run(["compare", "lr-0", "lr-3"]) }
    #expect(drawn.output.contains("  trial    lr 0"), "\(drawn.output)\(drawn.error)")
    #expect(drawn.output.contains("lr 3\n"))
  }

  @Test("several files are imported in one call, and their sweeps joined")
  func imports() throws {
    try end(0, in: "a.db", value: 0.5)
    try end(1, in: "b.db", value: 0.25)
    try end(1, in: "c.db", value: 0.125)
    let result = try Program.shell(
      """
      $GAN_RUNS import a.db b.db --csv | cut -d, -f2,3
      $GAN_RUNS import a.db b.db --ndjson -q | wc -l
      $GAN_RUNS import *.db a.db none.db; echo $?
      $GAN_RUNS import c.db -q; echo $?
      $GAN_RUNS list --columns name,sweep,trial --sort trial
      sqlite3 gan-runs.db 'select number, params, state, value from trials'
      $GAN_RUNS verify -q >/dev/null; echo $?
      """, in: folder)
    #expect(
      result.output == """
        run_name,change
        lr-0,added
        lr-1,added
        2
        64
        65
        lr-0\tlr\t0
        lr-1\tlr\t1
        0|seed=0|done|0.5
        1|seed=1|done|0.25
        0

        """, "\(result.error)")
    #expect(
      result.error.contains("b.db: 1 added; 0 points came\nsweep lr: grown; 1 point and 1 job came")
    )
    #expect(result.error.contains("came to done with 0.125 after 3 epochs at point 1 with seed 1"))
  }
}
