import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("A sweep")
struct SweepTests {
  @Test("is the same at one, two and four workers, and replays")
  func anyWorkers() throws {
    let place = try Workplace()
    var standings: [String] = []
    for jobs in [1, 2, 4] {
      let db = "\(jobs).db"
      try place.sweep(SweepFiles.adaptive, jobs: jobs, "--db", db)
      standings.append(try place.standing("adaptive", db: db))
      try place.expect("sweep", "verify", "adaptive", "--db", db)
      try place.expect("verify", "--db", db)
    }
    #expect(standings[0].contains(#""state" : "finished""#))
    #expect(standings[1] == standings[0])
    #expect(standings[2] == standings[0])
  }

  /// Kills workers, or all of a sweep's processes, at random moments until it is over.
  private func killed(_ kills: Int, seed: UInt64, jobs: Int) throws -> String {
    var numbers = SeededNumbers(seed: seed)
    let place = try Workplace()
    try place.write(SweepFiles.adaptive, to: "sweep.yaml")
    let call = ["sweep", "run", "sweep.yaml", "-j", String(jobs), "--quiet"]
    var running = try place.start(call)
    var count = 0
    while true {
      usleep(UInt32.random(in: 20_000...400_000, using: &numbers))
      if !running.process.isRunning {
        if try running.wait().status == 0 { break }
        running = try place.start(call)
        continue
      }
      guard count < kills else { continue }
      let all = processes(workingIn: place.folder.path)
      let victims =
        Bool.random(using: &numbers) ? all : Array(all.shuffled(using: &numbers).prefix(1))
      for victim in victims { kill(victim, SIGKILL) }
      count += victims.count
    }
    try place.expect("verify", "--data=100")
    try place.expect("sweep", "verify", "adaptive")
    return try place.standing("adaptive")
  }

  /// Processes whose working folder is this one.
  private func processes(workingIn folder: String) -> [pid_t] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.compactMap(pid_t.init).sorted().filter {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/cwd")) == folder
    }
  }

  private static func undisturbed() throws -> String {
    let place = try Workplace()
    try place.sweep(SweepFiles.adaptive, jobs: 2)
    return try place.standing("adaptive")
  }

  @Test("whose workers are killed, some or all at once, comes out as if nothing had happened")
  func kills() throws {
    #expect(try killed(8, seed: 7, jobs: 2) == Self.undisturbed())
  }

  @Test(
    "torture: twenty kills at random moments of each of twenty sweeps", .enabled(if: isTorture))
  func manyKills() throws {
    let expected = try Self.undisturbed()
    for seed in 0..<UInt64(20) {
      #expect(
        try killed(20, seed: seed, jobs: [1, 2, 4][Int(seed) % 3]) == expected, "seed \(seed)")
    }
  }

  @Test("of several calls at once is one sweep")
  func together() throws {
    let place = try Workplace()
    try place.sweep(SweepFiles.adaptive, jobs: 1, "--db", "alone.db")
    let call = ["sweep", "run", "sweep.yaml", "--quiet"]
    let running = try (0..<3).map { _ in try place.start(call) }
    for call in running { #expect(try call.wait().status == 0) }
    #expect(
      try place.standing("adaptive") == place.standing("adaptive", db: "alone.db"))
  }

  @Test(
    "torture: sixteen workers for two minutes never meet a locked registry", .enabled(if: isTorture)
  )
  func crowd() throws {
    let place = try Workplace()
    try place.write(
      SweepFiles.ring(
        "crowd", points: 20_000, epochs: 1, "sampler: {kind: random}", "budget: {wall: 120s}"),
      to: "sweep.yaml")
    let result = try place.run("sweep", "run", "sweep.yaml", "-j", "16")
    #expect(result.status == 0, "\(result.error.suffix(500))")
    #expect(!result.error.contains("busy") && !result.error.contains("locked"))
    try place.expect("verify")
    try place.expect("sweep", "verify", "crowd")
  }

  @Test("of shards in files of their own is the same sweep once those are imported")
  func shards() throws {
    let place = try Workplace()
    let text = SweepFiles.ring("spread", points: 7, epochs: 2, "sampler: {kind: random}")
    try place.sweep(text, jobs: 2, "--db", "whole.db")
    for shard in 0..<3 {
      try place.expect(
        "sweep", "work", "sweep.yaml", "--shard", "\(shard)/3", "--db", "shard-\(shard).db", "-q")
    }
    let files = ["shard-2.db", "shard-0.db", "shard-1.db"]
    for _ in 0..<2 { try place.expect(["import", "--quiet"] + files) }
    #expect(try place.standing("spread") == place.standing("spread", db: "whole.db"))
    try place.expect("sweep", "verify", "spread")
  }

  @Test("goes further, with more points and more epochs, as if it had been so from the beginning")
  func further() throws {
    let place = try Workplace()
    func text(_ points: Int, _ epochs: Int) -> String {
      SweepFiles.ring(
        "grown", points: points, epochs: epochs, "sampler: {kind: random}",
        "stop: {kind: sync, eta: 2, first: 1}")
    }
    try place.sweep(text(4, 2), jobs: 2)
    try place.expect("sweep", "resume", "grown", "--points", "+4", "--epochs", "4", "-q")
    try place.sweep(text(8, 4), jobs: 2, "--db", "whole.db")
    let grown = try place.trials("grown")
    #expect(grown.count == 8)
    try place.expect("sweep", "verify", "grown")
    // What a point comes to at a rung does not depend on when it was promoted.
    let whole = try place.expect("sweep", "status", "grown", "--json", "--db", "whole.db").output
    let object = try JSONSerialization.jsonObject(with: Data(whole.utf8)) as? [String: Any]
    for (one, other) in zip(grown, try #require(object?["trials"] as? [[String: Any]]))
    where one["epochs"] as? Int == other["epochs"] as? Int {
      #expect(one["value"] as? Double == other["value"] as? Double)
    }
  }

  @Test("trains each point with its seeds, and confirms the best with fresh ones")
  func confirmation() throws {
    let place = try Workplace()
    try place.sweep(
      SweepFiles.ring(
        "sure", points: 4, epochs: 2, "sampler: {kind: sobol}", "seeds: 2",
        "confirm: {top: 2, seeds: 3}"), jobs: 2)
    let trials = try place.trials("sure")
    #expect(trials.count { $0["confirmed"] != nil } == 2)
    for trial in trials {
      let runs = try #require(trial["run_ids"] as? [String])
      #expect(runs.count == (trial["confirmed"] == nil ? 2 : 5))
    }
    let best = try place.expect("sweep", "best", "sure").output
    #expect(best.contains("(3 seeds)"))
  }

  @Test("of few points takes what a repeated one has already")
  func repeats() throws {
    let place = try Workplace()
    let text = """
      sweep: few
      base: {preset: ring, set: {steps_per_epoch: 8, samples: {every: 0}}}
      epochs: 1
      minimize: g_loss
      params: {loss: [nonsaturating, least-squares]}
      sampler: {kind: random}
      points: 6

      """
    try place.sweep(text, jobs: 2)
    let trials = try place.trials("few")
    #expect(trials.count == 6)
    let runs = Set(trials.compactMap { ($0["run_ids"] as? [String])?.first })
    #expect(runs.count == 2)
    let listed = try place.expect("list", "--json").output
    let array = try JSONSerialization.jsonObject(with: Data(listed.utf8)) as? [Any]
    #expect(array?.count == 2)
    try place.expect("sweep", "verify", "few")

    // The printed call trains the best point again.
    let best = try place.expect("sweep", "best", "few", "--json").output
    let object = try JSONSerialization.jsonObject(with: Data(best.utf8)) as? [String: Any]
    let call = try #require(object?["command"] as? String)
    #expect(call.hasPrefix("gan-runs train --preset ring --set"))
    let again = try place.start(
      ["--json", "--db", "again.db"],
      shell: call.replacing("gan-runs", with: "\"$1\"") + " \"${@:2}\""
    ).wait()
    let run = try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any]
    let metrics = run?["metrics"] as? [String: [String: Any]]
    #expect(metrics?["g_loss"]?["last"] as? Double == object?["value"] as? Double)
  }

  @Test("leaves points that are worse than the median, whatever works on it")
  func median() throws {
    let place = try Workplace()
    let text = SweepFiles.ring(
      "median", points: 12, epochs: 5, "sampler: {kind: random}",
      "stop: {kind: median, warmup: 2, startup: 3}", "window: 2")
    for jobs in [1, 3] { try place.sweep(text, jobs: jobs, "--db", "\(jobs).db") }
    let standing = try place.standing("median", db: "1.db")
    #expect(standing.contains(#""state" : "stopped""#))
    #expect(try place.standing("median", db: "3.db") == standing)
    try place.expect("sweep", "verify", "median", "--db", "3.db")
    let longer = try place.run("sweep", "resume", "median", "--epochs", "9", "--db", "3.db")
    #expect(longer.status == 1)
    #expect(longer.error.contains("was stopped for 5 epochs"))
  }

  @Test("keeps the sentence of a point that can't be trained, and goes on unless too many fail")
  func failing() throws {
    let place = try Workplace()
    func text(_ name: String, _ more: String) -> String {
      """
      sweep: \(name)
      base: {preset: ring, set: {steps_per_epoch: 8, samples: {every: 0}, shards: 1}}
      epochs: 1
      minimize: g_loss
      params: {packing: [1, 2], batch_size: [32, 33, 34]}
      sampler: {kind: grid}
      \(more)

      """
    }
    // Each value alone will do, and 33 examples can't be packed in pairs.
    try place.sweep(text("odd", ""), jobs: 2)
    let trials = try place.trials("odd")
    #expect(
      trials.map { $0["state"] as? String } == [
        "finished", "finished", "finished", "finished", "failed", "finished",
      ])
    #expect((trials[4]["failure"] as? String)?.contains("packing") == true)

    try place.write(text("strict", "fail: {retries: 0, abort_after: 1}"), to: "sweep.yaml")
    let result = try place.run("sweep", "run", "sweep.yaml", "-q")
    #expect(result.status == 1)
    #expect(result.error.contains("1 job failed in a row"))
    #expect(try place.standing("strict").contains(#""state" : "failed""#))
  }

  @Test("whose data are not there is refused before it is stored")
  func missingData() throws {
    let place = try Workplace()
    let text = """
      sweep: nowhere
      base:
        preset: images-dcgan
        set: {data.path: nowhere}
      epochs: 1
      minimize: g_loss
      params: {generator.optimizer.lr: {log: [1e-4, 1e-2]}}
      sampler: {kind: random}
      points: 6

      """
    try place.write(text, to: "sweep.yaml")
    let result = try place.run("sweep", "run", "sweep.yaml")
    #expect(result.status == 66, "\(result.error)")
    #expect(!FileManager.default.fileExists(atPath: place.path("gan-runs.db").path))
  }

  @Test("stops where somebody says so, and goes on where it stopped")
  func stopped() throws {
    let place = try Workplace()
    try place.sweep(SweepFiles.adaptive, jobs: 1, "--db", "alone.db")
    let running = try place.start(["sweep", "run", "sweep.yaml", "-j", "2"])
    while try place.run("sweep", "status", "adaptive").lines.count < 3 { usleep(20_000) }
    try place.expect("sweep", "stop", "adaptive")
    let result = try running.wait()
    #expect(result.status == 1)
    #expect(result.error.contains("'gan-runs sweep resume adaptive' carries it on"))
    try place.expect("sweep", "resume", "adaptive", "-j", "2", "-q")
    #expect(
      try place.standing("adaptive") == place.standing("adaptive", db: "alone.db"))
  }

  @Test("ends at a checkpoint on SIGTERM, and the next call carries it on")
  func terminated() throws {
    let place = try Workplace()
    try place.sweep(SweepFiles.adaptive, jobs: 1, "--db", "alone.db")
    let running = try place.start(["sweep", "run", "sweep.yaml", "-j", "2"])
    while try place.run("sweep", "status", "adaptive").lines.count < 3 { usleep(20_000) }
    running.send(SIGTERM)
    #expect(try running.wait().status == 143)
    try place.expect("sweep", "run", "sweep.yaml", "-q")
    #expect(
      try place.standing("adaptive") == place.standing("adaptive", db: "alone.db"))
  }

  @Test("of another content is refused under the same name, and a strange metric at its line")
  func refused() throws {
    let place = try Workplace()
    let text = SweepFiles.ring("one", points: 1, epochs: 1, "sampler: {kind: random}")
    try place.sweep(text, jobs: 1)
    try place.write(text + "# another\n", to: "sweep.yaml")
    #expect(try place.run("sweep", "run", "sweep.yaml").status == 65)
    try place.write(
      text.replacing("mean(d_loss, 2)", with: "swd[n=64]").replacing(
        "sweep: one", with: "sweep: two"),
      to: "two.yaml")
    let strange = try place.run("sweep", "run", "two.yaml", "--db", "two.db")
    #expect(strange.status == 65)
    #expect(strange.error.contains("two.yaml:11"))
    #expect(try place.run("sweep", "status", "tow").status == 66)
    let endless = "+\(Int.max)"
    #expect(try place.run("sweep", "resume", "one", "--points", endless).status == 64)
  }

  @Test("tells of its points before it is stored")
  func dryRun() throws {
    let place = try Workplace()
    try place.write(SweepFiles.adaptive, to: "sweep.yaml")
    let printed = try place.expect("sweep", "run", "sweep.yaml", "--dry-run", "--json").output
    let object = try JSONSerialization.jsonObject(with: Data(printed.utf8)) as? [String: Any]
    #expect(object?["points"] as? Int == 24)
    #expect((object?["jobs"] as? [Any])?.count == 4)
    let piped = try place.expect("sweep", "run", "sweep.yaml", "--dry-run")
    #expect(piped.error == "adaptive: 24 points, 52 to 216 epochs in all\n")
    #expect(piped.lines.count == 4)
    #expect(!FileManager.default.fileExists(atPath: place.path("gan-runs.db").path))
  }
}
