import RunModel
import RunRegistry
import TestSupport
import Testing

@testable import CommandLine

/// `checkpoints diff`, as a user calls it.
@Suite("Comparing checkpoints")
struct CheckpointsDiffTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let made = try Program.shell("$GAN_RUNS train --name tiny \(TinyRun.options)", in: folder)
    try #require(made.status == 0, "\(made.error)")
  }

  private func diff(_ arguments: String, before: String = "true") throws -> Program.Result {
    try Program.shell("\(before); $GAN_RUNS checkpoints diff \(arguments)", in: folder)
  }

  /// The norms of a tensor, straight from the two states.
  private func norms(_ name: String, _ references: String...) throws -> [Double] {
    let reader = try RegistryReader(path: folder.file("gan-runs.db"))
    let values = try references.map { reference in
      let snapshot = try reader.snapshot(reference).snapshot
      let tensor = try #require(snapshot.tensor(named: name))
      return snapshot.withBytes(of: tensor) { $0.bindMemory(to: Float.self).map(Double.init) }
    }
    let change = zip(values[0], values[1]).map { $1 - $0 }
    return (values + [change]).map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  }

  @Test("each tensor that training changed is listed with its norms, counters with their values")
  func differs() throws {
    let result = try diff("tiny@epoch:1 tiny@epoch:2")
    #expect(result.status == 0 && result.error == "")
    let rows = result.output.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(rows.allSatisfy { $0.count == 10 })
    #expect(rows[0][..<3] == ["digest", "", "differs"])
    let weight = try #require(rows.first { $0[1] == "generator.0.weight" })
    let norms = try norms("generator.0.weight", "tiny@epoch:1", "tiny@epoch:2")
    #expect([weight[3], weight[4], weight[7]].map(Double.init) == norms)
    #expect(rows.contains { $0[..<5] == ["counter", "step", "differs", "4", "8"] })
    #expect(!rows.contains { $0[1] == "seed" })
  }

  @Test("tensors of several chunks are compared place by place")
  func chunks() throws {
    let path = folder.file("large.db")
    let writer = try RegistryWriter(path: path)
    let session = try writer.beginRun(
      name: "large", experiment: "default", parameters: [:],
      environment: RunEnvironment(facts: [:]), retention: Retention(keepLast: 0, keepEvery: 0))
    let count = 600_000
    // One value differs, in the third chunk of 1 MiB.
    for (step, value) in [(1, Float(1)), (2, Float(3))] {
      let tensor = Snapshot.Tensor(name: "w", shape: [2, count / 2], byteOffset: 0)
      let snapshot = Snapshot(
        tensors: [tensor], counters: [:], clocks: [:], seed: 1, byteCount: 4 * count
      ) { bytes in
        for place in [7, 300_000, 599_998] {
          bytes.storeBytes(of: 2, toByteOffset: 4 * place, as: Float.self)
        }
        bytes.storeBytes(of: value, toByteOffset: 4 * (count - 1), as: Float.self)
      }
      try session.save(snapshot, step: step, epoch: step, isEpochEnd: true)
    }
    try session.finish(.finished)
    try writer.close()
    let result = try diff("large@step:1 large@step:2 --db large.db")
    let norms = "\(13.0.squareRoot())\t\(21.0.squareRoot())"
    #expect(
      result.output.hasSuffix("\ntensor\tw\tdiffers\t\(norms)\t600000\t1\t2\t2\t[1,299999]\n"))
  }

  @Test("a checkpoint and itself are equal, and --all lists what is")
  func equal() throws {
    let result = try diff("tiny tiny@epoch:3")
    #expect(result.status == 0)
    #expect(result.output.split(separator: "\n").count == 1)
    #expect(result.output.hasPrefix("digest\t\tequal\t"))
    let all = try diff("tiny tiny@epoch:3 --all").output
    #expect(all.contains("tensor\tgenerator.0.weight\tequal\t"))
    #expect(try diff("tiny tiny@last --json").output.contains("\"equal\": true"))
  }

  @Test("runs of other layers differ in the tensors that only one has, and in shapes")
  func otherLayers() throws {
    let result = try diff(
      "tiny wide --csv",
      before: """
        $GAN_RUNS train --name wide \(TinyRun.options) --set generator.layers.0.dense=9 \\
          --set 'discriminator.layers=[{dense: 8, bias: false}, {dense: 1}]' --set seed=2
        """)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("tensor,discriminator.0.bias,first_only,[8],,"))
    let weight = result.output.split(separator: "\n").first {
      $0.hasPrefix("tensor,generator.0.weight,other_shape,")
    }
    #expect(weight?.contains(",8]\",") == true && weight?.contains(",9]\",") == true)
    #expect(result.output.contains("counter,seed,differs,1,2,"))
  }

  @Test(
    "what can't be compared is refused by its name",
    arguments: [
      ("tiny@epoch:1 tiny@epoch:2", 65, "tensor generator.0.weight of checkpoint @step:8 of run"),
      ("tiny@epoch:2 tiny@epoch:1", 65, "tensor generator.0.weight of checkpoint @step:8 of run"),
      ("tiny@epoch:1 nobody", 66, "nobody"), ("tiny@epoch:9 tiny", 66, "@epoch:9"),
      ("tiny", 64, "second"),
    ])
  func refused(arguments: String, status: Int32, words: String) throws {
    let result = try diff(arguments, before: TinyRun.damage(step: 8))
    #expect(result.status == status)
    #expect(result.output == "")
    #expect(result.error.contains(words), "\(result.error)")
  }
}
