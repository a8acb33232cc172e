import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Memory")
struct MemoryTests {
  /// A run of one step whose state has 151 MB.
  private static let large = """
    data: {kind: ring}
    latent: {size: 64}
    batch_size: 16
    epochs: 1
    steps_per_epoch: 1
    samples: {every: 0}
    generator: {layers: [{dense: 2048, activation: relu}, {dense: 4096, activation: relu}, {dense: 2}]}
    discriminator: {layers: [{dense: 2048, activation: leaky-relu}, {dense: 2048}, {dense: 1}]}
    """

  @Test("an export and an import of a large state take no more memory than a few chunks")
  func streams() throws {
    let place = try Workplace(.debug)
    try place.write(Self.large, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml")
    let bytes = try #require(try place.checkpoints().last?["bytes"] as? Int)
    try #require(bytes > 150_000_000)
    for call in [
      "checkpoints export latest -o whole.safetensors",
      "checkpoints import whole.safetensors --db other.db",
    ] {
      let peak = try Self.peak(place, call)
      print("\(call): at most \(peak >> 20) MB of a state of \(bytes >> 20)")
      // The debug program's libraries take 35 MB, SQLite's cache 32 MB, and eight chunks of 1 MiB wait.
      #expect(peak < 110_000_000, "\(call)")
    }
  }

  /// Calls the program, and tells the most memory that it had at once, in bytes.
  ///
  /// Read while it runs: what wait4 tells holds the memory of the process that started it, too.
  private static func peak(_ place: Workplace, _ call: String) throws -> Int {
    let program = try place.start(call.split(separator: " ").map(String.init))
    var kilobytes = 0
    while program.process.isRunning {
      let status = try? String(
        contentsOfFile: "/proc/\(program.process.processIdentifier)/status", encoding: .utf8)
      if let peak = status?.firstMatch(of: /VmHWM:\s+(\d+) kB/), let most = Int(peak.1) {
        kilobytes = max(kilobytes, most)
      }
      poll(nil, 0, 1)
    }
    let result = try program.wait()
    try #require(result.status == 0 && kilobytes > 0, "\(call): \(result.error)")
    return kilobytes * 1024
  }
}
