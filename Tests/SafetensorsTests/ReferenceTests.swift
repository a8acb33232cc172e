import Foundation
import RunModel
import Safetensors
import TestSupport
import Testing

/// One that has PyPI's safetensors, such as `make test` sets up.
private let python = Python(importing: "safetensors", own: ".build/python/bin/python")

@Suite(
  "Reading safetensors beside the reference",
  .enabled(if: python != nil, "no python3 with safetensors: files are not compared"))
struct ReferenceTests {
  /// What the reference, safetensors 0.8.0 of PyPI, takes and this reader refuses; docs/checkpoints.md has
  /// the list with its reasons.
  private static let stricter = [
    "stands there twice", "does not begin with {", "an empty name", "a NUL character",
    "the unknown member", "an extent of tensor", "its header should be {",
    "its header should be a text", "comes to no whole number of bytes that could be counted",
  ]

  private struct Judgement: Decodable {
    var error: String?
    var tensors: [String: Tensor]?
  }

  private struct Tensor: Decodable, Equatable {
    var dtype: String
    var shape: [UInt64]
    var digest: String

    init(dtype: String, shape: [UInt64], digest: String) {
      (self.dtype, self.shape, self.digest) = (dtype, shape, digest)
    }

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      dtype = try list.decode(String.self)
      shape = try list.decode([UInt64].self)
      digest = try list.decode(String.self)
    }
  }

  @Test("500 files, sound and hostile, are taken or refused as by the reference, with equal bytes")
  func files() throws { try compare(500, seed: 1) }

  @Test(
    "Torture: 10,000 files are taken or refused as by the reference, with equal bytes",
    .enabled(if: isTorture))
  func tortureFiles() throws { try compare(10_000, seed: 2) }

  private func compare(_ count: Int, seed: UInt64) throws {
    let folder = try TemporaryFolder()
    var files = HostileFiles(seed: seed)
    let paths = (0..<count).map { folder.url(String($0 + 100_000)) }
    for path in paths { try files.next().write(to: path) }
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/judge.py")
    let result = try #require(python).run([page.path, folder.path])
    let lines = result.output.split(separator: "\n")
    try #require(result.status == 0 && lines.count == count)
    var tally = (both: 0, neither: 0, stricter: 0)
    for (path, line) in zip(paths, lines) {
      let judgement = try JSONDecoder().decode(Judgement.self, from: Data(line.utf8))
      let ours = Result { try Self.read(path.path) }
      let name = "seed \(seed), file \(path.lastPathComponent)"
      switch (ours, judgement.tensors) {
      case (.success(let tensors), let expected?):
        #expect(tensors == expected, "\(name)")
        tally.both += 1
      case (.failure, nil): tally.neither += 1
      case (.failure(let error), .some):
        #expect(Self.stricter.contains { "\(error)".contains($0) }, "\(name): \(error)")
        tally.stricter += 1
      case (.success, nil):
        Issue.record("\(name) was taken; the reference says: \(judgement.error ?? "")")
      }
    }
    // Each outcome often enough to tell something.
    #expect(tally.both > count / 10 && tally.neither > count / 4 && tally.stricter > count / 50)
    print(
      "\(count) files: \(tally.both) taken, \(tally.neither) refused, \(tally.stricter) stricter")
  }

  private static func read(_ path: String) throws -> [String: Tensor] {
    let file = try SafetensorsReader(path: path)
    return try Dictionary(
      uniqueKeysWithValues: file.tensors.map { tensor in
        var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
        try bytes.withUnsafeMutableBytes { try file.read(tensor, into: $0) }
        return (
          tensor.name,
          Tensor(
            dtype: tensor.dtype.rawValue, shape: tensor.shape.map(UInt64.init),
            digest: "\(SHA256.digest(bytes))")
        )
      })
  }
}
