package import Foundation

/// A folder of its own for one test, gone with everything in it.
package final class TemporaryFolder: Sendable {
  package let path: String

  /// Makes the folder.
  package init() throws {
    path = NSTemporaryDirectory() + "gan-runs-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in the folder.
  package func file(_ name: String = "runs.db") -> String { path + "/" + name }

  /// The address of a file in the folder.
  package func url(_ name: String) -> URL { URL(fileURLWithPath: file(name)) }

  /// The names in the folder, sorted.
  package var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}
