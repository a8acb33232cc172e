package import Foundation

/// A Python interpreter that has a module which tests compare with.
package struct Python: Sendable {
  package let program: URL

  /// The first that can import the module: the one that `GAN_RUNS_PYTHON` names, else the project's own,
  /// else one on the path; `nil` where none can.
  ///
  /// - Parameter own: the project's own, from the root of the repository.
  package init?(importing module: String, own: String) {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let environment = ProcessInfo.processInfo.environment
    let named = environment["GAN_RUNS_PYTHON"].map { [URL(fileURLWithPath: $0)] }
    let others = (environment["PATH"] ?? "").split(separator: ":").map {
      URL(fileURLWithPath: String($0)).appendingPathComponent("python3")
    }
    let candidates = named ?? [repository.appendingPathComponent(own)] + others
    let found = candidates.lazy.filter { FileManager.default.isExecutableFile(atPath: $0.path) }
      .map { Python(program: $0) }
      .first { (try? $0.run(["-c", "import \(module)"]))?.status == 0 }
    guard let found else { return nil }
    self = found
  }

  private init(program: URL) { self.program = program }

  /// Runs it to its end.
  ///
  /// - Returns: its exit status, and what it wrote to standard output and standard error.
  package func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
