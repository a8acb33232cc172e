import Foundation
import RunModel
import RunRegistry
import Safetensors
import TestSupport
import Testing

@testable import CommandLine

@Suite("Importing a checkpoint")
struct CheckpointsImportTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A run of two epochs as `a` in runs.db, and its export as whole.st.
  private static let given = """
    set -e; export GAN_RUNS_DB=runs.db
    $GAN_RUNS train \(TinyRun.options) --set generator.ema=0.9 --epochs 2 --name a >/dev/null
    $GAN_RUNS checkpoints export a -q -o whole.st

    """

  private func shell(_ script: String) throws -> Program.Result {
    try Program.shell(Self.given + script, in: folder)
  }

  @Test("what was exported whole is imported to the same digest, and exported to the same bytes")
  func whole() throws {
    let result = try shell(
      """
      $GAN_RUNS checkpoints import whole.st --db other.db --name b --json
      $GAN_RUNS checkpoints export b --db other.db -q -o again.st
      cmp whole.st again.st
      $GAN_RUNS checkpoints list a | cut -f 4 | tail -1 >one
      $GAN_RUNS checkpoints list b --db other.db | cut -f 4 >two
      cmp one two
      $GAN_RUNS verify --data --db other.db
      """)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("\"name\": \"b\"") && result.output.contains("\"epoch\": 2"))
    #expect(result.output.contains("\"status\": \"finished\""))
  }

  @Test("an imported run goes on to the very bits that the original comes to")
  func resumed() throws {
    let result = try shell(
      """
      $GAN_RUNS checkpoints export a@epoch:1 -q -o middle.st
      $GAN_RUNS checkpoints import middle.st --db other.db
      $GAN_RUNS resume latest --db other.db --epochs 3 -q >/dev/null
      $GAN_RUNS resume a --epochs 3 -q >/dev/null
      $GAN_RUNS checkpoints list latest --db other.db | cut -f 4 | tail -1 >one
      $GAN_RUNS checkpoints list a | cut -f 4 | tail -1 >two
      cmp one two
      """)
    #expect(result.status == 0, "\(result.error)")
    // An epoch is left of it.
    #expect(result.output.contains("middle\tinterrupted\t1"), "\(result.output)")
  }

  @Test("weights in PyTorch's layout, and a generator alone, come back to the same samples")
  func weights() throws {
    let result = try shell(
      """
      $GAN_RUNS train \(TinyRun.options) --set generator.ema=0.9 --print-config >tiny.yaml
      $GAN_RUNS checkpoints export a -q --layout pytorch -o torch.st
      $GAN_RUNS checkpoints export a -q --only generator -o alone.st
      $GAN_RUNS checkpoints import torch.st --config tiny.yaml --layout pytorch --name torch
      $GAN_RUNS checkpoints import alone.st --config tiny.yaml --name alone
      for run in a torch alone; do $GAN_RUNS sample $run -q -o $run.safetensors; done
      cmp a.safetensors torch.safetensors
      cmp a.safetensors alone.safetensors
      $GAN_RUNS resume alone -q
      sqlite3 runs.db "SELECT text FROM line JOIN run ON run.id = line.run WHERE name = 'alone'"
      """)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("torch\tinterrupted\t0"))
    #expect(result.output.contains("alone\tfinished\t3"))
    #expect(
      result.output.contains(
        """
        imported the weights of alone.st
        the file has no moving average: it starts at the generator's weights
        the file has no discriminator: it starts with first weights
        """))
  }

  @Test(
    "what can't be imported says why, and leaves no run",
    arguments: [
      ("whole.st --preset ring", ProcessStatus.usage, "drop --config"),
      ("whole.st --layout pytorch", .usage, "drop"),
      ("torch.st --preset ring", .usage, "add --layout pytorch"),
      ("alone.st --preset ring --layout pytorch", .usage, "drop --layout"),
      ("alone.st", .usage, "--config or --preset"),
      ("alone.st --preset ring", .invalid, "generator.0.bias: the file has [8], the layers need"),
      ("nothing.st", .missing, "nothing.st"),
      ("cut.st", .invalid, "beyond the file's end"),
      ("runs.db --preset ring", .invalid, "not a sound safetensors file"),
      ("whole.st --name a@b", .usage, "@"),
    ])
  func refused(arguments: String, status: ProcessStatus, words: String) throws {
    let result = try shell(
      """
      $GAN_RUNS checkpoints export a -q --layout pytorch -o torch.st
      $GAN_RUNS checkpoints export a -q --only generator -o alone.st
      head -c -1 whole.st >cut.st
      set +e
      $GAN_RUNS checkpoints import \(arguments); echo "status $?"
      $GAN_RUNS list | wc -l
      """)
    #expect(result.error.contains(words), "\(result.error)")
    #expect(result.output == "status \(status.rawValue)\n1\n", "\(result.output)")
  }

  @Test(
    "a checkpoint whose parts do not belong together is refused",
    arguments: [
      ("counter.step", "i:9223372036854775807", "counters"), ("counter.step", "i:-1", "counters"),
      ("counter.other", "i:1", "counters"), ("counter.g_updates", "i:9", "counters"),
      ("seed", "8", "seed"), ("seed", "08", "not as gan-runs writes them"),
      ("settings.generator.layers.0.dense", "i:9", "generator.0.bias: the file has [8]"),
      ("settings.loss", "t:none", "loss"), ("settings.lr", "x:1", "not as gan-runs writes them"),
      ("format", "gan-runs 2", "another gan-runs"),
    ])
  func inconsistent(key: String, value: String, words: String) throws {
    #expect(try shell("").status == 0)
    let file = try SafetensorsReader(path: folder.file("whole.st"))
    let tensors = try file.tensors.map { tensor in
      var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
      try bytes.withUnsafeMutableBytes { try file.read(tensor, into: $0) }
      return (tensor.name, tensor.shape, bytes)
    }
    func write(_ metadata: [String: String]) throws {
      try SafetensorsWriter.write(
        tensors: tensors.map { name, shape, bytes in
          .init(name: name, shape: shape) { try bytes.withUnsafeBytes($0) }
        }, metadata: metadata, to: folder.file("changed.st"))
    }
    try write(file.metadata.merging([key: value]) { $1 })
    // By someone who knows how to take the checksum.
    if var metadata = try? SafetensorsReader(path: folder.file("changed.st")).checkpointMetadata() {
      metadata.seal(
        over: Snapshot.digest(
          tensors: tensors.map { ($0, $1, SHA256.digest($2)) }, counters: metadata.counters,
          seed: metadata.seed))
      try write(metadata.texts)
    }
    let result = ganRuns(
      "checkpoints", "import", folder.file("changed.st"), "--db", folder.file("other.db"))
    #expect(result.status == .invalid && result.error.contains(words), "\(result)")
    #expect(readBytes(folder.file("other.db")) == nil)
  }

  @Test("half floats are widened, counts of batches left out, other types refused by name")
  func types() throws {
    func file(_ dtype: String, _ bytes: [UInt8]) throws {
      let name = "generator.0.bias"
      let header =
        "{\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":[2],\"data_offsets\":[8,\(8 + bytes.count)]},"
        + "\"g.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}"
      var content = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
      content += Array(header.utf8) + [UInt8](repeating: 0, count: 8) + bytes
      try Data(content).write(to: URL(fileURLWithPath: folder.file("half.st")))
    }
    // 1.5 and -2 in each.
    for (dtype, bytes): (String, [UInt8]) in [
      ("F16", [0x00, 0x3E, 0x00, 0xC0]), ("BF16", [0xC0, 0x3F, 0x00, 0xC0]),
      ("F32", [0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0]),
    ] {
      try file(dtype, bytes)
      let weights = try WeightFile(SafetensorsReader(path: folder.file("half.st")))
      #expect(try weights.values(of: "generator.0.bias") == [1.5, -2], "\(dtype)")
      #expect(weights.layout.count == 1 && weights.notices.count == 1)
    }
    try file("F64", [UInt8](repeating: 0, count: 16))
    let failure = try #require(throws: Failure.self) {
      try WeightFile(SafetensorsReader(path: folder.file("half.st")))
    }
    #expect(
      failure.status == .invalid && failure.description.contains("generator.0.bias is of F64"))
  }
}
