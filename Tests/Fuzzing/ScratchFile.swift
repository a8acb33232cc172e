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
    let file = try opened("w")
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw failure }
  }

  /// The content.
  func read() throws -> [UInt8] {
    let file = try opened("r")
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let count = ftell(file)
    rewind(file)
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = fread(buffer.baseAddress, 1, count, file)
      guard filled == count else { throw failure }
    }
  }

  private func opened(_ mode: String) throws -> UnsafeMutablePointer<FILE> {
    guard let file = fopen(path, mode) else { throw failure }
    return file
  }

  private var failure: Violation { Violation("\(path): \(String(cString: strerror(errno)))") }
}
