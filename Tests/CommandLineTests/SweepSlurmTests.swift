import TestSupport
import Testing

@testable import CommandLine

@Suite("Scripts for Slurm")
struct SweepSlurmTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes a sweep's file; trainings of it take some hundredths of a second.
  private func writeSweep(name: String, rest: String) {
    writeFile(
      """
      sweep: \(name)
      base:
        set:
          data: {kind: ring}
          latent: {size: 2}
          steps_per_epoch: 2
          batch_size: 8
          samples.every: 0
          generator: {layers: [{dense: 4}, {dense: 2}]}
          discriminator: {layers: [{dense: 4}, {dense: 1}]}
      minimize: d_loss
      params: {generator.optimizer.lr: {log: [1e-4, 1e-2]}}
      \(rest)
      """, to: folder.file("sweep.yaml"))
  }

  private func call(_ arguments: String...) -> Captured {
    Console.capture(isTerminal: false) {
      GanRuns.run(
        ["sweep", "slurm", folder.file("sweep.yaml"), "--folder", folder.path] + arguments)
    }
  }

  /// What was printed, without what differs from machine to machine.
  private func script(_ captured: Captured) -> String {
    captured.output.replacing(folder.path, with: "/shared").split(
      separator: "\n", omittingEmptySubsequences: false
    ).map { $0.hasPrefix("gan_runs=") ? "gan_runs=/usr/local/bin/gan-runs" : String($0) }
      .joined(separator: "\n")
  }

  @Test("a sweep whose points are known is one array")
  func plain() throws {
    writeSweep(name: "lr", rest: "epochs: 1\nsampler: random\npoints: 24")
    let printed = call(
      "--tasks", "16", "--at-once", "4", "--threads", "2", "--time", "1-4:00:00", "--partition",
      "main")
    #expect(printed.status == .done && printed.error == "", "\(printed.error)")
    expectSnapshot(script(printed), named: "sweep-slurm-array")
    writeFile(printed.output, to: folder.file("script"))
    #expect(try Program.shell("bash -n script", in: folder).status == 0)
  }

  @Test("a sweep whose points depend on results goes by rounds, and its name is quoted")
  func adaptive() throws {
    writeSweep(
      name: "\"5% of Ann's $(lr)\"", rest: "epochs: 3\nsampler: tpe\npoints: 8\nwindow: 2")
    let printed = call("--tasks", "4", "--at-once", "9", "--copy-every", "60")
    #expect(printed.status == .done)
    #expect(
      printed.error
        == "of 4 tasks at most 2 have something to do in a round: the file's window lets no more "
        + "points depend on results that are not there yet\n")
    expectSnapshot(script(printed), named: "sweep-slurm-rounds")
    writeFile(printed.output, to: folder.file("script"))
    #expect(try Program.shell("bash -n script", in: folder).status == 0)
  }

  @Test("confirming runs wait for all points, so they go by rounds too")
  func confirming() {
    writeSweep(
      name: "lr",
      rest: "epochs: 1\nsampler: random\npoints: 4\nconfirm: {top: 1, seeds: 2}")
    #expect(call("--tasks", "2", "--at-once", "2").output.contains("collect()"))
  }

  @Test(
    "what sbatch would not take is refused",
    arguments: [
      (["--tasks", "0", "--at-once", "1"], ProcessStatus.usage),
      (["--tasks", "4", "--at-once", "0"], .usage), (["--tasks", "4"], .usage),
      (["--tasks", "4", "--at-once", "1", "--time", "4h"], .usage),
      (["--tasks", "4", "--at-once", "1", "--partition", "a\nb"], .usage),
      (["--tasks", "4", "--at-once", "1", "--folder", "/no/such/folder"], .missing),
    ])
  func refused(arguments: [String], status: ProcessStatus) {
    writeSweep(name: "lr", rest: "epochs: 1\nsampler: random\npoints: 4")
    let refused = Console.capture(isTerminal: false) {
      GanRuns.run(["sweep", "slurm", folder.file("sweep.yaml")] + arguments)
    }
    #expect(refused.status == status && refused.output == "", "\(refused.error)")
  }

  @Test("a chain of rounds stops where a task failed or none left a copy, and keeps what there is")
  func brokenChain() throws {
    writeSweep(name: "lr", rest: "epochs: 1\nsampler: tpe\npoints: 2")
    writeFile(
      "#!/bin/sh\necho \"$@\" >>submitted; echo 7\n", to: folder.file("sbatch"))
    let result = try Program.shell(
      """
      chmod +x sbatch; export PATH="$PWD:$PATH" TMPDIR="$PWD"
      $GAN_RUNS sweep slurm sweep.yaml --tasks 2 --at-once 2 >lr.sh
      bash lr.sh; echo $?
      bash lr.sh 7; echo $?
      $GAN_RUNS sweep work sweep.yaml --shard 0/2 -q --db lr.rounds/7-0.db
      echo 'task 1 of 7 ended with 74' >lr.rounds/7-1.failed
      bash lr.sh 7; echo $?
      ls -d lr*.db lr.rounds/*.db lr.rounds/*.failed gan-runs-* 2>/dev/null; cut -d' ' -f1,2 submitted | tr -d '\n'
      """, in: folder)
    #expect(
      result.output == "round 7: jobs to train: 2\n7\n0\n1\n1\nlr.db\n"
        + "--parsable --array=0-1%2--dependency=afterany:7 lr.sh", "\(result.output)\(result.error)"
    )
    #expect(
      result.error.contains("no task of array 7 has left a copy: see their output in ")
        && result.error.contains("task 1 of 7 ended with 74\nwhat there is was collected; mend it"),
      "\(result.error)")
  }

  @Test("a stored sweep's file is planned from what is there")
  func planned() throws {
    writeSweep(name: "lr", rest: "epochs: 1\nsampler: random\npoints: 3")
    let result = try Program.shell(
      """
      $GAN_RUNS sweep plan sweep.yaml --next --ndjson | wc -l
      $GAN_RUNS sweep work sweep.yaml --shard 0/2 -q
      $GAN_RUNS sweep plan sweep.yaml --next --ndjson | wc -l
      $GAN_RUNS sweep verify lr -q >/dev/null; echo $?
      echo '# another' >>sweep.yaml; $GAN_RUNS sweep plan sweep.yaml; echo $?
      """, in: folder)
    #expect(result.output == "3\n1\n0\n65\n", "\(result.output)\(result.error)")
  }

  @Test(
    "copies of a part that was trained twice, on two nodes, come together in either order",
    arguments: [("a.db", "b.db"), ("b.db", "a.db")])
  func trainedTwice(first: String, second: String) throws {
    writeSweep(name: "lr", rest: "epochs: 1\nsampler: random\npoints: 4")
    let result = try Program.shell(
      """
      for copy in a b; do $GAN_RUNS sweep work sweep.yaml --shard 0/2 -q --db $copy.db; done
      $GAN_RUNS sweep work sweep.yaml --shard 1/2 -q --db c.db
      $GAN_RUNS import -q \(first) \(second) c.db >/dev/null; echo $?
      $GAN_RUNS sweep status lr --json | grep -A1 '^  "state"'
      $GAN_RUNS sweep status lr --csv | cut -d, -f1,2
      $GAN_RUNS verify -q >/dev/null && $GAN_RUNS sweep verify lr -q >/dev/null; echo $?
      """, in: folder)
    #expect(
      result.output.hasPrefix("0\n  \"state\": \"finished\""), "\(result.output)\(result.error)")
    #expect(result.output.hasSuffix("\n0\n"), "\(result.output)\(result.error)")
  }

  @Test("where both went on from one copy, the first to come stays, and the results are the same")
  func partedCopies() throws {
    writeSweep(
      name: "lr",
      rest: "epochs: 2\nsampler: random\npoints: 2\nstop: {kind: halving, eta: 2, first: 1}")
    let result = try Program.shell(
      """
      for point in 0 1; do $GAN_RUNS sweep work sweep.yaml --point $point -q --db a.db; done
      $GAN_RUNS backup b.db --db a.db >/dev/null
      for copy in a b; do $GAN_RUNS sweep work lr -q --db $copy.db; done
      $GAN_RUNS import -q a.db b.db >imported; echo $?
      cut -f3 imported | sort
      $GAN_RUNS sweep status lr --json | grep '^  "state"'
      $GAN_RUNS verify -q >/dev/null && $GAN_RUNS sweep verify lr -q >/dev/null; echo $?
      """, in: folder)
    #expect(
      result.output == "1\nadded\nadded\nparted\nsame\n  \"state\": \"finished\",\n0\n",
      "\(result.output)\(result.error)")
  }
}
