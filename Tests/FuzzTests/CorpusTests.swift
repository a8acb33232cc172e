import Foundation
import Fuzzing
import Testing

/// Inputs that a fuzzer begins with, and those that it found a fault with; `make fuzz` adds to them.
@Suite("Strangers' bytes")
struct CorpusTests {
  /// Inputs by their names: of seeds what they are, of finds libFuzzer's own.
  static func inputs(_ target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
    let folder =
      "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
      + "/Corpus/\(target)"
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
      (name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))))
    }
  }

  @Test("each input of the corpus is read or refused, as it must", arguments: FuzzTarget.allCases)
  func replayed(target: FuzzTarget) throws {
    let inputs = try Self.inputs(target)
    #expect(inputs.count > 5)
    for (name, bytes) in inputs {
      #expect(throws: Never.self, "\(target)/\(name)") { try target.check(bytes) }
    }
  }

  @Test("nothing is found damaged in the registry that is edited")
  func base() throws {
    if getenv("RECORD_FUZZ_BASE") != nil { try RegistryBase.make(at: RegistryBase.path) }
    #expect(RegistryBase.isClean)
  }
}
