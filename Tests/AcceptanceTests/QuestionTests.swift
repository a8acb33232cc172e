import Foundation
import RunModel
import Testing

/// Filters, remarks and `stop`, by the program itself.
@Suite("Questions and remarks")
struct QuestionTests {
  @Test("a registry is read where oneDNN can't be loaded, and what needs it says so")
  func withoutEngine() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml", "--epochs", "1")
    let folder = place.path("damaged")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    try Data().write(to: folder.appendingPathComponent("libdnnl.so.2"))
    let environment = ["LD_LIBRARY_PATH": folder.path]
    for call in [["list"], ["show", "latest"], ["doctor"], ["--version"]] {
      let result = try place.start(call, environment: environment).wait()
      #expect(result.status == 0, "\(call): \(result.error)")
    }
    for call in [
      ["train", "--config", "run.yaml"], ["resume", "latest", "--epochs", "2"],
      ["sample", "latest"],
    ] {
      let result = try place.start(call, environment: environment).wait()
      #expect(result.status == 1 && result.output.isEmpty, "\(call): \(result.error)")
      #expect(result.error.contains("oneDNN") && result.error.contains("libdnnl2"))
    }
    #expect(try place.runs().map { $0["epoch"] as? Int } == [1])
  }

  @Test("runs are found by what they measured, were set to and are called")
  func filters() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    for seed in 1...3 {
      try place.expect(
        "train", "--config", "run.yaml", "--epochs", "2", "--name", "s\(seed)", "--set",
        "seed=\(seed)")
    }
    func names(_ filter: String, sort: String = "created_at:desc") throws -> [String] {
      let result = try place.expect("list", filter, "--columns", "name", "--sort", sort)
      return result.output.split(separator: "\n").map(String.init)
    }
    #expect(try names("params.seed in (1, 3) and status = 'finished'") == ["s3", "s1"])
    #expect(
      try names("metrics.d_loss > 0 and not params.seed = 2", sort: "name") == ["s1", "s3"])
    #expect(try names("created_at > -1h and epoch = 2 and checkpoints > 0").count == 3)
    #expect(try names("params.seed > 1 or metrics.nothing < 1") == ["s3", "s2"])
    let mistake = try place.run("list", "params.seed <")
    #expect(mistake.status == 64 && mistake.output.isEmpty)
    #expect(mistake.error.hasSuffix("  params.seed <\n               ^\n"))

    try place.expect("tag", "s1", "purpose=baseline")
    try place.expect("note", "s1", "looks good")
    try place.expect("rename", "s2", "other")
    #expect(try names("tags.purpose = 'baseline' and note like '%good'") == ["s1"])
    #expect(try names("name = 'other'") == ["other"])
    let exported = try place.expect("export", "--filter", "tags.purpose = 'baseline'").output
    let ids = Set(
      exported.split(separator: "\n").dropFirst().compactMap { $0.split(separator: ",").first })
    #expect(ids.count == 1)
    try place.expect("verify")
  }

  @Test("a training that is asked to stop ends at a checkpoint; one that is gone is not asked")
  func stop() throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    let trainer = try place.start([
      "train", "--config", "run.yaml", "--epochs", "100000", "--name", "long",
    ])
    try place.waitUntilTraining(trainer)
    // What is written on a run meanwhile stays.
    try place.expect("tag", "long", "purpose=stopping")
    let stopped = try place.expect("stop", "long")
    #expect(stopped.error.contains("is interrupted at epoch"))
    #expect(try trainer.wait().status == 143)
    #expect(try place.run(object: "long")["status"] as? String == "interrupted")
    #expect((try place.run(object: "long")["tags"] as? [String: String]) == ["purpose": "stopping"])
    let again = try place.run("stop", "long")
    #expect(again.status == 1 && again.error.contains("is not running, it is interrupted"))

    let killed = try place.start(["resume", "long"])
    while try place.run(object: "long")["status"] as? String != "running", killed.process.isRunning
    {}
    killed.send(SIGKILL)
    _ = try killed.wait()
    let gone = try place.run("stop", "long")
    #expect(gone.status == 1 && gone.error.contains("it is crashed"))
    try place.expect("verify")
  }
}
