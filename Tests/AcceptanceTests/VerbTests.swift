import Foundation
import Testing

@Suite("The verbs, as a user calls them")
struct VerbTests {
  @Test("runs that differ in the loss start equal, and compare shows the loss alone")
  func losses() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    for loss in ["minimax", "nonsaturating"] {
      try place.expect("train", "--config", "run.yaml", "--name", loss, "--set", "loss=\(loss)")
    }
    let compared = try #require(
      try place.json("compare", "minimax", "nonsaturating") as? [String: Any])
    let params = try #require(compared["params"] as? [String: Any])
    #expect(Array(params.keys) == ["loss"])
    let first = try #require(compared["first_difference"] as? [String: Any])
    #expect((first["step"] as? Int ?? 0) > 0)
  }

  @Test("train prints id, name, status and epoch; list, show and the views agree")
  func train() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    let trained = try place.expect("train", "--config", "run.yaml", "--epochs", "2")
    let fields = try #require(trained.lines.first).split(separator: "\t").map(String.init)
    #expect(fields.count == 4 && fields[1...] == ["run", "finished", "2"])
    let run = try place.run(object: fields[0])
    #expect(run["step"] as? Int == 120)
    #expect((run["metrics"] as? [String: Any])?.keys.contains("d_accuracy") == true)
    #expect(try place.expect("list").output.hasPrefix(fields[0]))
    let view = try #require(try place.sqlite("select * from run_summary"))
    #expect(view.contains(fields[0]) && view.contains("finished"))
    let pictures = try #require(try place.sqlite("select count(*) from picture"))
    #expect(pictures == "1\n")
  }

  @Test("a finished run resumed without more epochs stays as it is, and says how to fork")
  func alreadyThere() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml", "--epochs", "2")
    let before = try Data(contentsOf: place.path("gan-runs.db"))
    let result = try place.expect("resume", "latest")
    #expect(result.error.contains("--name"))
    #expect(result.output.contains("finished"))
    #expect(try Data(contentsOf: place.path("gan-runs.db")) == before)
    #expect(try place.run("resume", "latest", "--name", "other").status == 64)
  }

  @Test("fewer epochs than a stopped run has done change nothing")
  func fewerEpochs() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    let trainer = try place.start(["train", "--config", "run.yaml", "--epochs", "100000"])
    while try place.checkpointsSoFar() < 2, trainer.process.isRunning {}
    trainer.send(SIGINT)
    #expect(try trainer.wait().status == 130)
    let result = try place.expect("resume", "latest", "--epochs", "1")
    #expect(result.error.contains("already"))
    let run = try place.run(object: "latest")
    #expect(run["status"] as? String == "interrupted")
    #expect((run["params"] as? [String: Any])?["epochs"] as? Int == 100_000)
  }

  @Test("an earlier checkpoint or a changed setting makes a child run")
  func children() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml", "--epochs", "3", "--name", "parent")
    let parent = try place.run(object: "parent")
    let checkpoints = try place.checkpoints("parent")
    try place.expect("resume", "parent@epoch:2", "--name", "earlier")
    try place.expect(
      "resume", "parent", "--set", "generator.optimizer.lr=1e-4", "--epochs", "4", "--name",
      "slower")
    for (child, digest) in [
      ("earlier", checkpoints[1]["digest"]), ("slower", checkpoints[2]["digest"]),
    ] {
      let run = try place.run(object: child)
      let link = try #require(run["parent"] as? [String: Any])
      #expect(link["run_id"] as? String == parent["id"] as? String)
      #expect(link["checkpoint_digest"] as? String == digest as? String)
      #expect(run["status"] as? String == "finished")
    }
    // The same settings from an earlier checkpoint come to the same end.
    #expect(try place.evidence("earlier").digest == place.evidence("parent").digest)
    #expect(try place.evidence("slower").digest != place.evidence("parent").digest)
  }

  @Test("a running run is not resumed by another process")
  func running() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    let trainer = try place.start(["train", "--config", "run.yaml", "--epochs", "100000"])
    try place.waitUntilTraining(trainer)
    #expect(try place.run(object: "latest")["status"] as? String == "running")
    let result = try place.run("resume", "latest")
    #expect(result.status == 1)
    #expect(result.error.contains(String(trainer.process.processIdentifier)))
    trainer.send(SIGTERM)
    let ended = try trainer.wait()
    #expect(ended.status == 143 && ended.output.contains("interrupted"))
  }

  @Test("a second Ctrl-C leaves at once, and the run goes on from its last checkpoint")
  func secondInterrupt() throws {
    let place = try Workplace()
    // Steps of some seconds: the second signal comes within the one that the first waits for.
    try place.write(Examples.ring, to: "run.yaml")
    let trainer = try place.start([
      "train", "--config", "run.yaml", "--epochs", "1000", "--set", "batch_size=1000000",
      "--set", "samples.every=0",
    ])
    while try place.runs().isEmpty, trainer.process.isRunning {}
    trainer.send(SIGINT)
    while try !trainer.errorSoFar().contains("stopping"), trainer.process.isRunning {}
    usleep(300_000)
    trainer.send(SIGINT)
    let ended = try trainer.wait()
    #expect(ended.status == 130)
    #expect(ended.output.isEmpty, "it left at once, and printed \(ended.output)")
    #expect(try place.run(object: "latest")["status"] as? String == "crashed")
  }

  @Test(
    "a training that is told to stop ends well, whatever it computes at that moment",
    arguments: [1, 2])
  func toldToStop(threads: Int) throws {
    for moment in 0..<6 {
      let place = try Workplace()
      let trainer = try place.start([
        "train", "--set", "steps_per_epoch=300", "--set", "samples.every=0", "-q", "--threads",
        String(threads),
      ])
      while try place.run("list", "--csv").lines.count < 2 { usleep(10_000) }
      usleep(UInt32(20_000 + 17_000 * moment))
      trainer.send(SIGTERM)
      let result = try trainer.wait()
      #expect(result.status == 143, "\(result.error)")
    }
  }

  @Test("a second SIGTERM, as a scheduler's and its script's, is the first one's echo")
  func secondTermination() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    let trainer = try place.start([
      "train", "--config", "run.yaml", "--epochs", "1000", "--set", "batch_size=200000",
      "--set", "samples.every=0",
    ])
    while try place.runs().isEmpty, trainer.process.isRunning {}
    trainer.send(SIGTERM)
    while try !trainer.errorSoFar().contains("stopping"), trainer.process.isRunning {}
    usleep(150_000)
    trainer.send(SIGTERM)
    #expect(try trainer.wait().status == 143)
    #expect(try place.run(object: "latest")["status"] as? String == "interrupted")
  }

  @Test("two signals at once, as timeout sends them, are one: a checkpoint is written")
  func echo() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    let trainer = try place.start(["train", "--config", "run.yaml", "--epochs", "100000"])
    try place.waitUntilTraining(trainer)
    // Stopped, it hears neither before both are there.
    trainer.send(SIGSTOP)
    trainer.send(SIGINT)
    trainer.send(SIGTERM)
    trainer.send(SIGCONT)
    let ended = try trainer.wait()
    #expect([130, 143].contains(ended.status))
    #expect(try place.run(object: "latest")["status"] as? String == "interrupted")
  }

  @Test("a run that diverges ends with 1, its JSON printed and its last good checkpoint kept")
  func diverged() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    let result = try place.run(
      "train", "--config", "run.yaml", "--json", "--set",
      "generator.optimizer={kind: sgd, lr: 1e28}")
    #expect(result.status == 1)
    let run = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(run["status"] as? String == "diverged")
    #expect(result.error.contains("not finite"))
    #expect(try place.expect("list").output.contains("diverged"))
  }

  @Test(
    "samples come as a grid, as single pictures, as points and as tensors, the same for the same seed"
  )
  func samples() throws {
    let place = try Workplace()
    try place.expect(
      "train", "--preset", "fashion-mlp", "--epochs", "1", "--set", "steps_per_epoch=3", "--name",
      "f")
    try place.expect("sample", "f", "--count", "9", "-o", "grid.png")
    try place.expect("sample", "f", "--count", "9", "-o", "again.png")
    let grid = try Data(contentsOf: place.path("grid.png"))
    #expect(grid.prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    #expect(try grid == Data(contentsOf: place.path("again.png")))
    try place.expect("sample", "f", "--count", "9", "--seed", "2", "-o", "other.png")
    #expect(try grid != Data(contentsOf: place.path("other.png")))
    try place.expect("sample", "f", "--count", "12", "-o", "single/")
    let pictures = try FileManager.default.contentsOfDirectory(atPath: place.path("single").path)
    #expect(pictures.sorted() == (0..<12).map { ($0 < 10 ? "0" : "") + "\($0).png" })
    try place.expect("sample", "f", "-o", "x.safetensors")
    let tensors = try Data(contentsOf: place.path("x.safetensors"))
    let length = tensors.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(
      try JSONSerialization.jsonObject(with: tensors[8..<8 + length]) as? [String: Any])
    let shapes = header.mapValues { ($0 as? [String: Any])?["shape"] as? [Int] }
    #expect(shapes["latents"] == [64, 64] && shapes["samples"] == [64, 28, 28, 1])
    #expect(tensors.count == 8 + length + 4 * (64 * 64 + 64 * 784))
    try place.expect("sample", "f")
    #expect(FileManager.default.fileExists(atPath: place.path("f-epoch-1.png").path))
    #expect(try place.run("sample", "f", "-o", "x.jpeg").status == 64)
    #expect(try place.run("sample", "f", "-o", "x.csv").status == 64)
  }

  @Test("the built-in ring finds all eight Gaussians", .timeLimit(.minutes(5)))
  func ring() throws {
    let place = try Workplace()
    try place.expect("train")
    let sampled = try place.expect("sample", "latest", "--count", "2500")
    let points = sampled.lines.dropFirst().map {
      $0.split(separator: ",").compactMap { Double($0) }
    }
    #expect(points.count == 2500)
    var hits = [Int](repeating: 0, count: 8)
    for point in points {
      for mode in 0..<8 {
        let angle = Double(mode) * .pi / 4
        let distance = hypot(point[0] - 2 * cos(angle), point[1] - 2 * sin(angle))
        // Three standard deviations, as Lin et al. 2018 count.
        if distance < 3 * 0.02 { hits[mode] += 1 }
      }
    }
    #expect(hits.allSatisfy { $0 > 100 }, "\(hits)")
  }
}
