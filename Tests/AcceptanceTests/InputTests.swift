import Foundation
import Testing

@Suite("What bad input gets")
struct InputTests {
  /// A refusal: the status, words that its sentence holds, and nothing written.
  private func refuses(
    _ text: String, status: Int32 = 65, saying words: [String], arguments: [String] = []
  ) throws {
    let place = try Workplace()
    try place.write(text, to: "run.yaml")
    let result = try place.start(["train", "--config", "run.yaml"] + arguments).wait()
    #expect(result.status == status, "\(result.error)")
    for word in words { #expect(result.error.contains(word), "\(word) in: \(result.error)") }
    #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    #expect(result.output.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: place.path("gan-runs.db").path))
  }

  @Test(
    "a configuration's mistake: its line, its key and the nearest known one",
    arguments: [
      ("batch_sise: 64", ["run.yaml:", "batch_sise", "batch_size"]),
      ("loss: nonsaturing", ["run.yaml:", "nonsaturing", "nonsaturating"]),
      ("seed: -1", ["run.yaml:", "seed"]),
      ("shards: many", ["run.yaml:", "shards", "many"]),
      ("epochs: 7", ["run.yaml:", "epochs", "line 3"]),
      ("r1: {gamma: -1}", ["run.yaml:", "r1.gamma"]),
      ("packing: 5", ["packing"]),
    ])
  func configuration(line: String, words: [String]) throws {
    try refuses(Examples.ring + "\n" + line + "\n", saying: words)
  }

  @Test(
    "layers that do not fit: the layer and both shapes, before anything is trained",
    arguments: [
      ("generator.layers=[{conv: 2}]", ["generator.layers.0", "[h, w, c]"]),
      ("generator.layers=[{dense: 3}]", ["generator.layers", "[2]"]),
      ("discriminator.layers=[{dense: 4}]", ["discriminator.layers", "one logit"]),
    ])
  func layers(set: String, words: [String]) throws {
    for arguments in [[], ["--print-config"]] {
      try refuses(Examples.ring, saying: words, arguments: arguments + ["--set", set])
    }
  }

  @Test("an empty configuration, one that is no YAML, and one that is not there")
  func noConfiguration() throws {
    try refuses("", saying: ["run.yaml", "empty"])
    try refuses("a: [", saying: ["run.yaml"])
    let place = try Workplace()
    let missing = try place.run("train", "--config", "nowhere.yaml")
    #expect(missing.status == 66 && missing.error.contains("nowhere.yaml"))
    #expect(try place.run("train", "--set", "nonsense").status == 64)
    #expect(try place.run("train", "--preset", "rong").status == 64)
    #expect(try place.run("train", "--threads", "0").status == 64)
    #expect(try place.run("train", "--epochs", "many").status == 64)
    #expect(try place.run("train", "--seed", "1.5").status == 64)
  }

  @Test("layers whose shapes do not meet: both shapes and the layer")
  func shapes() throws {
    try refuses(
      Examples.ring.replacingOccurrences(of: "{dense: 2}]", with: "{dense: 2}, {reshape: [3, 1]}]"),
      saying: ["run.yaml:", "generator.layers.3", "[2]", "[3, 1]"])
    try refuses(
      Examples.ring.replacingOccurrences(of: "{dense: 2}]", with: "{dense: 5}]"),
      saying: ["run.yaml:", "[5]", "[2]"])
    try refuses(
      Examples.ring.replacingOccurrences(of: "{dense: 1}]", with: "{dense: 2}]"),
      saying: ["run.yaml:", "one logit"])
  }

  @Test("missing data: the package or the setting that would mend it")
  func data() throws {
    let place = try Workplace()
    let result = try place.run(
      "train", "--preset", "fashion-mlp", "--set", "data.path=/nowhere/at-all")
    #expect(result.status == 66)
    #expect(result.error.contains("dataset-fashion-mnist") && result.error.contains("data.path"))
    #expect(!FileManager.default.fileExists(atPath: place.path("gan-runs.db").path))
  }

  @Test(
    "a call that reads where there is no registry, or an empty file, makes none",
    arguments: ["", "0"])
  func noRegistry(file: String) throws {
    let place = try Workplace()
    if !file.isEmpty { try Data().write(to: place.path("gan-runs.db")) }
    for call in [
      ["list"], ["show", "latest"], ["export"], ["sample", "latest"], ["resume", "latest"],
    ] {
      let result = try place.start(call).wait()
      #expect(result.status == 66, "\(call): \(result.error)")
      #expect(!result.error.isEmpty && result.output.isEmpty)
    }
    let size = try? Data(contentsOf: place.path("gan-runs.db")).count
    #expect(size == (file.isEmpty ? nil : 0))
  }

  /// A registry with one short run.
  private func registry() throws -> Workplace {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml", "--epochs", "1", "--name", "short")
    return place
  }

  @Test(
    "a foreign, a newer and a damaged file are refused and not changed by one byte",
    arguments: ["foreign", "newer", "damaged", "text"])
  func otherFiles(kind: String) throws {
    let place = try registry()
    let file = place.path("gan-runs.db")
    switch kind {
    case "foreign":
      try FileManager.default.removeItem(at: file)
      try place.shell("sqlite3 gan-runs.db 'create table t(x); insert into t values (1)'")
    case "newer": try place.shell("sqlite3 gan-runs.db 'pragma user_version = 4000'")
    case "damaged":
      var bytes = try Data(contentsOf: file)
      // The first page's header stays: everything behind it is noise.
      for index in 100..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
      try bytes.write(to: file)
    default: try Data("not a database\n".utf8).write(to: file)
    }
    let before = try Data(contentsOf: file)
    let calls = [
      ["list"], ["show", "latest"], ["compare", "latest", "short"], ["export"],
      ["resume", "latest"],
      ["train", "--config", "run.yaml"], ["sample", "latest"], ["checkpoints", "list", "latest"],
    ]
    for call in calls {
      let result = try place.start(call).wait()
      #expect(result.status == 65, "\(call): \(result.status) \(result.error)")
      #expect(!result.error.lowercased().contains("sqlite error"), "\(result.error)")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    }
    #expect(try Data(contentsOf: file) == before)
  }

  @Test("a full disk: 74, and what was stored before is whole")
  func fullDisk() throws {
    let place = try registry()
    let before = try place.evidence("short")
    // A file size limit stands in for the disk: 512 KiB more than there is.
    let size = try Data(contentsOf: place.path("gan-runs.db")).count
    let program = try Workplace.program(.release).path
    let status = try place.shell(
      "ulimit -f \(size / 1024 + 512); "
        + "exec \(program) train --config run.yaml --epochs 100000 --set log_every=1",
      allowFailure: true)
    #expect(status == 74)
    #expect(try place.evidence("short") == before)
    #expect(try place.sqlite("PRAGMA integrity_check") == "ok\n")
    let run = try place.run(object: "latest")
    #expect(["failed", "crashed"].contains(run["status"] as? String ?? ""))
  }

  @Test(
    "names that a reference could not mean are refused",
    arguments: ["a@b", "latest", "latest~2", ""])
  func names(name: String) throws {
    let place = try Workplace()
    try place.write(Examples.ring, to: "run.yaml")
    let result = try place.run("train", "--config", "run.yaml", "--name", name)
    #expect(result.status == 64, "\(result.error)")
  }

  @Test("an output file is never the registry, and a folder that is not there is said")
  func outputs() throws {
    let place = try registry()
    try FileManager.default.moveItem(at: place.path("gan-runs.db"), to: place.path("runs.csv"))
    let before = try Data(contentsOf: place.path("runs.csv"))
    for call in [["sample", "short"], ["export", "short"], ["checkpoints", "export", "short"]] {
      let own = try place.start(call + ["--db", "runs.csv", "-o", "runs.csv"]).wait()
      #expect(own.status == 64, "\(call): \(own.error)")
      let missing = try place.start(call + ["--db", "runs.csv", "-o", "no/where.csv"]).wait()
      #expect(missing.status == 66, "\(call): \(missing.error)")
    }
    #expect(try Data(contentsOf: place.path("runs.csv")) == before)
  }

  @Test("a run or checkpoint that is not there: 66")
  func references() throws {
    let place = try registry()
    for call in [
      ["show", "nobody"], ["sample", "short@epoch:9"], ["resume", "short@step:7"],
      ["checkpoints", "list", "nobody"], ["sample", "short@best"], ["show", "latest~5"],
    ] {
      let result = try place.start(call).wait()
      #expect(result.status == 66, "\(call): \(result.status) \(result.error)")
    }
    #expect(try place.run("sample", "short@best").error.contains("checkpoint.best"))
  }
}

extension Workplace {
  /// Runs a line in the shell, in the folder.
  @discardableResult
  func shell(_ line: String, allowFailure: Bool = false) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    if !allowFailure { try #require(process.terminationStatus == 0, "\(line)") }
    return process.terminationStatus
  }
}
