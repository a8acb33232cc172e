import Foundation
import TestSupport
import Testing

/// What a user copies is run as it stands in Examples/.
@Suite("Examples")
struct ExamplesTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Examples")

  /// Runs an example into `gan-runs log`, and gives the status of the pipe's both ends and the run's object.
  private func logged(_ command: String) throws -> (status: [Int32], run: [String: Any]) {
    let place = try Workplace()
    let result = try place.start(
      ["log"], shell: "\(command) | \"$@\" >id; echo ${PIPESTATUS[@]}"
    ).wait()
    try place.expect("verify", "--data")
    return (
      result.output.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) },
      try place.run(object: "latest")
    )
  }

  private func count(of metric: String, in run: [String: Any]) -> Int? {
    ((run["metrics"] as? [String: Any])?[metric] as? [String: Any])?["count"] as? Int
  }

  @Test("the shell script's run is kept")
  func shell() throws {
    let (status, run) = try logged("sh '\(Self.folder.path)/log.sh' 3 0")
    #expect(status == [0, 0])
    #expect(run["name"] as? String == "load" && run["status"] as? String == "finished")
    #expect(count(of: "load_1", in: run) == 3 && count(of: "load_5", in: run) == 3)
  }

  @Test("the Swift program's run is kept")
  func swift() throws {
    let place = try Workplace()
    let program = try Workplace.program(.debug).deletingLastPathComponent().path + "/descent"
    let result = try place.start([], shell: "'\(program)' gan-runs.db").wait()
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("descent finished: 200 losses, from 5.76 to 1.5"))
    let run = try place.run(object: "descent")
    #expect(count(of: "loss", in: run) == 200 && run["experiment"] as? String == "examples")
    try place.expect("verify", "--data")
  }

  @Test(
    "the PyTorch program's run is kept",
    .enabled(if: torch != nil, "no python3 with torch: the example is not trained"))
  func pytorch() throws {
    let program = try #require(torch).program.path
    let (status, run) = try logged(
      "'\(program)' '\(Self.folder.path)/pytorch_gan.py' --steps 20 --log-every 5")
    #expect(status == [0, 0])
    #expect(run["name"] as? String == "pytorch-ring" && run["status"] as? String == "finished")
    #expect(count(of: "d_loss", in: run) == 4 && count(of: "g_loss", in: run) == 4)
    #expect((run["params"] as? [String: Any])?["lr"] as? Double == 0.001)
  }

  /// `-S`: without what is installed, whatever that is.
  @Test(
    "a Python program that fails says so in its run",
    .enabled(if: Workplace.hasProgram("python3"), "no python3"))
  func failure() throws {
    let (status, run) = try logged("python3 -S '\(Self.folder.path)/pytorch_gan.py' 2>/dev/null")
    #expect(status == [1, 0])
    #expect(run["name"] as? String == "pytorch-ring" && run["status"] as? String == "failed")
    #expect(run["failure"] as? String == "ModuleNotFoundError: No module named 'torch'")
    #expect((run["params"] as? [String: Any])?["steps"] as? Int == 2000)
  }
}

/// One that has torch, such as the benchmarks set up.
private let torch = Python(importing: "torch", own: "Benchmarks/.venv/bin/python")
