import Foundation

/// A folder of files that goes when its test ends.
final class TemporaryFolder {
  let url: URL
  var path: String { url.path() }

  /// A folder of files by their paths within it.
  init(_ files: [String: [UInt8]] = [:]) throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "gan-runs-datasets-\(UUID().uuidString)", directoryHint: .notDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, content) in files { try write(content, to: name) }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file, and the folders around it.
  @discardableResult
  func write(_ content: [UInt8], to name: String) throws -> String {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(content).write(to: file)
    return file.path(percentEncoded: false)
  }
}
