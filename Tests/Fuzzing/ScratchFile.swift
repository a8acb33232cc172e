import Foundation

/// A file in memory for one reading, in a folder of its own, gone with it.
final class ScratchFile {
  private let folder: String
  /// The file's path.
  let path: String

  /// A file of some bytes.
  init(_ name: String, _ bytes: [UInt8]) throws {
    let shared = "/dev/shm"
    let base =
      FileManager.default.isWritableFile(atPath: shared) ? shared + "/" : NSTemporaryDirectory()
    folder = base + "gan-runs-fuzzing-" + UUID().uuidString
    path = folder + "/" + name
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false)
    try write(bytes)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// What lies in the folder.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
  }

  /// Replaces the content.
  func write(_ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// The content.
  func read() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
}
