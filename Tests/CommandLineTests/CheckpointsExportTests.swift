import RunModel
import RunRegistry
import Safetensors
import TestSupport
import Testing

@testable import CommandLine

@Suite("Exporting a checkpoint")
struct CheckpointsExportTests {
  let registry: FixtureRegistry
  let folder: TemporaryFolder

  init() throws {
    registry = try FixtureRegistry.shared.get()
    folder = try TemporaryFolder()
  }

  private func export(_ arguments: String...) -> Captured {
    Console.capture(isTerminal: false, environment: ["GAN_RUNS_DB": registry.path]) {
      GanRuns.run(["checkpoints", "export"] + arguments)
    }
  }

  /// A safetensors file's header text: 8 bytes of length, then JSON.
  private func header(_ path: String) throws -> String {
    let bytes = try #require(readBytes(path))
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    return String(decoding: bytes[8..<8 + length], as: UTF8.self)
  }

  @Test("every tensor, counter and setting is in the file")
  func whole() throws {
    let path = folder.file("a.safetensors")
    let result = export("ring@step:200", "-o", path)
    #expect(result.status == .done)
    #expect(result.output == "")
    #expect(result.error == "wrote \(path): 4 tensors of ring at step 200\n")
    let header = try header(path)
    for name in ["discriminator.0.weight", "generator_ema.0.weight", "counter.step"] {
      #expect(header.contains("\"\(name)\""))
    }
    #expect(header.contains("settings.loss"))
    #expect(!header.contains("\"ring-\""))
  }

  @Test("the generator alone is its moving average, under the generator's name")
  func generator() throws {
    let path = folder.file("g.safetensors")
    #expect(export("ring", "-o", path, "--only", "generator").status == .done)
    let header = try header(path)
    #expect(header.contains("\"generator.0.weight\""))
    #expect(!header.contains("generator_ema"))
    #expect(!header.contains("discriminator"))
    // Tensor 2 of the fixture begins at value 12; its first value at step 300 is 312.
    let first = try #require(readBytes(path)).suffix(24).prefix(4)
    let pattern = first.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    #expect(Float(bitPattern: pattern) == 312)
  }

  @Test("without a moving average the generator is its raw weights")
  func rawGenerator() throws {
    let registry = folder.file("raw.db")
    let writer = try RegistryWriter(path: registry)
    let session = try writer.beginRun(
      name: "raw", experiment: "default", parameters: FixtureRegistry.parameters("minimax"),
      environment: FixtureRegistry.environment(commit: "0a1b2c3"),
      retention: Retention(keepLast: 0, keepEvery: 0))
    let names = ["discriminator.0.weight", "generator.0.weight"]
    let snapshot = Snapshot(
      tensors: names.enumerated().map { .init(name: $1, shape: [1], byteOffset: 4 * $0) },
      counters: [:], clocks: [:], seed: 1, byteCount: 8
    ) { $0.storeBytes(of: 7, toByteOffset: 4, as: Float.self) }
    try session.save(snapshot, step: 1, epoch: 1, isEpochEnd: true)
    try session.finish(.finished)
    try writer.close()
    let path = folder.file("g.safetensors")
    #expect(export("raw", "--db", registry, "--only", "generator", "-o", path).status == .done)
    let file = try SafetensorsReader(path: path)
    #expect(file.tensors.map(\.name) == ["generator.0.weight"])
    var value: Float = 0
    try withUnsafeMutableBytes(of: &value) { try file.read(file.tensors[0], into: $0) }
    #expect(value == 7)
  }

  @Test("equal checkpoints and settings give equal files")
  func equal() {
    for name in ["1", "2"] { _ = export("ring", "-o", folder.file(name)) }
    #expect(readBytes(folder.file("1")) == readBytes(folder.file("2")))
  }

  @Test(
    "what can't be exported says why",
    arguments: [
      (["ring"], ProcessStatus.usage, "output"),
      (["ring", "-o", "x", "--only", "critic"], .usage, "critic"),
      (["ring", "-o", "x", "--layout", "torch"], .usage, "torch"),
      (["ring", "-o", "x", "--layout", "pytorch"], .invalid, "stored settings"),
      (["ring@best", "-o", "x"], .missing, "checkpoint.best"),
      (["ring@epoch:9", "-o", "x"], .missing, "epoch"),
      (["nobody", "-o", "x"], .missing, "nobody"),
      (["latest", "-o", "x"], .missing, "checkpoint"),
    ])
  func refused(arguments: [String], status: ProcessStatus, words: String) {
    let result = Console.capture(
      isTerminal: false, environment: ["GAN_RUNS_DB": registry.path]
    ) { GanRuns.run(["checkpoints", "export"] + arguments) }
    #expect(result.status == status)
    #expect(result.error.contains(words), "\(result.error)")
    #expect(readBytes("x") == nil)
  }

  @Test("the registry is never written over")
  func registryAsOutput() {
    let before = readBytes(registry.path)
    #expect(export("ring", "-o", registry.path).status == .usage)
    #expect(readBytes(registry.path) == before)
  }
}
