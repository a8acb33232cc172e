import Datasets
import Foundation
import Testing

@Suite("Files of pictures that are not as they should be")
struct DamagedFileTests {
  /// A folder of four small files, some of them replaced.
  private static func folder(
    _ name: String, replacing replacements: [String: [UInt8]?] = [:]
  ) throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "gan-runs-datasets-\(name)-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var files: [String: [UInt8]] = [
      "train-images-idx3-ubyte.gz": packed(pictures(3)),
      "train-labels-idx1-ubyte.gz": packed(labels(3)),
      "t10k-images-idx3-ubyte.gz": packed(pictures(2)),
      "t10k-labels-idx1-ubyte.gz": packed(labels(2)),
    ]
    for (name, content) in replacements { files[name] = content }
    for (name, content) in files {
      try Data(content).write(to: folder.appending(path: name))
    }
    return folder
  }

  private static func pictures(_ count: UInt8) -> [UInt8] {
    [0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 28, 0, 0, 0, 28]
      + (0..<Int(count) * 784).map { UInt8(truncatingIfNeeded: $0) }
  }

  private static func labels(_ count: UInt8) -> [UInt8] {
    [0, 0, 8, 1, 0, 0, 0, count] + (0..<count)
  }

  @Test("a small folder of the same form reads, packed or not")
  func whole() throws {
    let folder = try Self.folder(
      "whole", replacing: ["t10k-labels-idx1-ubyte.gz": Self.labels(2)])
    defer { try? FileManager.default.removeItem(at: folder) }
    let data = try FashionMNIST(folder: folder.path(), range: 0...1)
    #expect(data.count == 3 && data.heldOutCount == 2)
    #expect(data.heldOutLabels == [0, 1])
  }

  static let damages: [(name: String, content: [UInt8], says: String)] = [
    ("empty", [], "ends too early"),
    ("garbage", Array("this is no picture".utf8), "IDX"),
    ("cut", Array(packed(pictures(3)).dropLast(20)), "ends too early"),
    ("flipped", packed(pictures(3)).enumerated().map { $0 == 60 ? ~$1 : $1 }, "damaged"),
    ("short", packed(Array(pictures(3).dropLast())), "ends too early"),
    ("long", packed(pictures(3) + [0]), "holds more"),
    ("type", packed([0, 0, 13] + pictures(3).dropFirst(3)), "IDX type 13"),
    ("labels", packed(labels(3)), "dimensions"),
    ("size", packed([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 27, 0, 0, 0, 28]), "27 × 28"),
    ("none", packed(pictures(0)), "no examples"),
    ("huge", packed([0, 0, 8, 3, 255, 255, 255, 255, 0, 0, 0, 28, 0, 0, 0, 28]), "too many"),
    ("fewer", packed(pictures(2)), "3 labels"),
  ]

  @Test("a damaged file is refused with a sentence that names it", arguments: damages.indices)
  func damaged(index: Int) throws {
    let damage = Self.damages[index]
    let file = "train-images-idx3-ubyte.gz"
    let folder = try Self.folder(damage.name, replacing: [file: damage.content])
    defer { try? FileManager.default.removeItem(at: folder) }
    let error = try #require(throws: DatasetError.self) {
      try FashionMNIST(folder: folder.path(), range: 0...1)
    }
    #expect(error.kind == .invalid)
    #expect(error.description.contains(folder.appending(path: file).path()), "\(error)")
    #expect(error.description.contains(damage.says), "\(error)")
  }

  @Test("a missing file names the package and the key that mend it")
  func missing() throws {
    let folder = try Self.folder(
      "missing", replacing: ["t10k-images-idx3-ubyte.gz": nil as [UInt8]?])
    defer { try? FileManager.default.removeItem(at: folder) }
    for place in [folder.path(), "/nowhere/at/all"] {
      let error = try #require(throws: DatasetError.self) {
        try FashionMNIST(folder: place, range: 0...1)
      }
      #expect(error.kind == .missing)
      #expect(error.description.contains("dataset-fashion-mnist"), "\(error)")
      #expect(error.description.contains("data.path"), "\(error)")
    }
  }
}
