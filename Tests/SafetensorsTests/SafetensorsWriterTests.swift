import Foundation
import RunModel
import Safetensors
import TestSupport
import Testing

@Suite("Writing safetensors")
struct SafetensorsWriterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var path: String { folder.file("x.safetensors") }

  /// A file taken apart as the format says: the header's JSON, and the bytes after it.
  private func read() throws -> (text: String, header: [String: Any], data: Data) {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let length = bytes.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    #expect(length.isMultiple(of: 8))
    let text = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    let header = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return (text, try #require(header), bytes[(8 + length)...])
  }

  @Test("tensors stand in the order of their names, without holes, and metadata sorted")
  func canonical() throws {
    let tensors = [
      SafetensorsWriter.Tensor(name: "b", shape: [], values: [3]),
      SafetensorsWriter.Tensor(name: "a", shape: [2, 1], values: [1, 2]),
      SafetensorsWriter.Tensor(name: "empty", shape: [0, 7], values: []),
    ]
    try SafetensorsWriter.write(
      tensors: tensors, metadata: ["z": "1", "k": "quote \" \\ \n \u{1} é"], to: path)
    let (text, header, data) = try read()
    #expect(
      text.hasPrefix(
        #"{"__metadata__":{"k":"quote \" \\ \n \u0001 é","z":"1"},"a":{"dtype":"F32","#
          + #""shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[],"#
          + #""data_offsets":[8,12]},"empty":{"dtype":"F32","shape":[0,7],"data_offsets":[12,12]}}"#
      ))
    let metadata = try #require(header["__metadata__"] as? [String: String])
    #expect(metadata["k"] == "quote \" \\ \n \u{1} é")
    #expect(data.count == 12)
    #expect(
      Array(data)
        == [1, 2, 3].flatMap { (value: Float) in
          (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
        })
    let first = try Data(contentsOf: URL(fileURLWithPath: path))
    try SafetensorsWriter.write(
      tensors: tensors.reversed(), metadata: ["k": "quote \" \\ \n \u{1} é", "z": "1"], to: path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
    #expect(folder.names == ["x.safetensors"])
  }

  @Test(
    "what the format can't hold is refused and leaves the old file as it was",
    arguments: [
      [("a", [1]), ("a", [1])], [("__metadata__", [1])], [("", [1])], [("a", [2])], [("a", [-1])],
      [("a", [Int.max, 3])],
    ])
  func refused(tensors: [(String, [Int])]) throws {
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    let error = try #require(throws: SafetensorsError.self) {
      try SafetensorsWriter.write(
        tensors: tensors.map { SafetensorsWriter.Tensor(name: $0.0, shape: $0.1, values: [1]) },
        metadata: [:], to: path)
    }
    #expect(error.kind == .invalid)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("old".utf8))
    #expect(folder.names == ["x.safetensors"])
  }

  @Test("a place that can't be written is said")
  func nowhere() throws {
    let error = try #require(throws: SafetensorsError.self) {
      try SafetensorsWriter.write(
        tensors: [], metadata: [:], to: folder.path + "/none/x.safetensors")
    }
    #expect(error.kind == .missing && error.description.contains("none/x.safetensors"))
  }

  @Test("metadata hold counters, seed and settings to the bit, and are read again")
  func export() throws {
    let metadata = CheckpointMetadata(
      counters: ["step": .integer(-3), "sum": .real(0.1), "nan": .real(.nan)], seed: .max,
      settings: [
        "loss": .text("minimax"), "lr": .number(1e-5), "epochs": .integer(3),
        "fresh": .boolean(true), "mark": .text("\u{301}"),
      ])
    try SafetensorsWriter.write(
      tensors: [.init(name: "w", shape: [1], values: [2.5])], metadata: metadata.texts, to: path)
    #expect(
      metadata.texts == [
        "format": "gan-runs 1", "seed": "18446744073709551615", "counter.step": "i:-3",
        "counter.sum": "r:3fb999999999999a", "counter.nan": "r:7ff8000000000000",
        "settings.loss": "t:minimax", "settings.lr": "r:3ee4f8b588e368f1",
        "settings.epochs": "i:3", "settings.fresh": "b:true", "settings.mark": "t:\u{301}",
      ])
    let read = try #require(try SafetensorsReader(path: path).checkpointMetadata())
    #expect(read.texts == metadata.texts && read.seed == .max && read.settings == metadata.settings)
  }
}
