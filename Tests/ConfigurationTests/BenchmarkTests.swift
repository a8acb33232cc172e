import Configuration
import Foundation
import Testing

@Suite("The configurations of the benchmarks")
struct BenchmarkTests {
  @Test(
    "each reads, trains in two shards, and writes nothing while it is timed",
    arguments: ["mlp", "ring", "dcgan", "wgan-gp"])
  func cases(name: String) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Benchmarks/cases/\(name).yaml").standardized
    let text = try String(contentsOf: file, encoding: .utf8)
    let configuration = try RunConfiguration.load(file: ("\(name).yaml", text))
    #expect(configuration.shards == 2)
    #expect(configuration.checkpoint.every == 0)
    #expect(configuration.checkpoint.minutes == 0)
    #expect(configuration.samples.every == 0)
  }
}
