import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Which build of the program a test calls.
enum Build: String, CaseIterable {
  case debug
  case release
  /// The debug build over storage that fails as the environment says: Tests/FaultyProgram.
  case faulty
}

/// What a call left behind.
struct Result {
  var status: Int32
  var output: String
  var error: String

  /// The lines of standard output.
  var lines: [Substring] { output.split(separator: "\n") }
}

/// A folder of its own with a registry, in which a test calls the program as a user would.
final class Workplace {
  let folder: URL
  let build: Build

  init(_ build: Build = .release) throws {
    self.build = build
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("gan-runs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The program: beside the test bundle, or in the release build's folder next to it.
  static func program(_ build: Build) throws -> URL {
    let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let debug =
      bundle.path.contains("/debug/")
      ? bundle.deletingLastPathComponent()
      : URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent(".build/debug")
    let program =
      build == .faulty
      ? debug.appendingPathComponent("faulty-gan-runs")
      : debug.deletingLastPathComponent().appendingPathComponent(build.rawValue)
        .appendingPathComponent("gan-runs")
    try #require(
      FileManager.default.isExecutableFile(atPath: program.path),
      "\(program.path) is missing; 'make test' builds it")
    return program
  }

  /// The tests' own environment, without what the program heeds: `swift test` sets NO_COLOR in a pipe.
  static var surroundings: [String: String] {
    let heeded = [
      "GAN_RUNS_DB", "NO_COLOR", "CLICOLOR_FORCE", "TERM", "TERM_PROGRAM", "COLORTERM",
      "KITTY_WINDOW_ID",
      "KONSOLE_VERSION",
      "COLUMNS", "LINES",
    ]
    return ProcessInfo.processInfo.environment.filter { !heeded.contains($0.key) }
  }

  /// Whether a program is on the path.
  static func hasProgram(_ name: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }

  func path(_ name: String) -> URL { folder.appendingPathComponent(name) }

  func write(_ text: String, to name: String) throws {
    try text.write(to: path(name), atomically: true, encoding: .utf8)
  }

  /// Starts the program in the folder; its output goes to files there.
  ///
  /// - Parameter shell: a command that runs the program as `"$@"`; without one it is run directly.
  func start(
    _ arguments: [String], build: Build? = nil, input: String? = nil,
    environment: [String: String] = [:], shell: String? = nil
  ) throws -> RunningProgram {
    let process = Process()
    let program = try Self.program(build ?? self.build)
    process.executableURL = shell == nil ? program : URL(fileURLWithPath: "/bin/bash")
    process.arguments = (shell.map { ["-c", $0, "bash", program.path] } ?? []) + arguments
    process.currentDirectoryURL = folder
    process.environment = Self.surroundings.merging(environment) { $1 }
    let name = UUID().uuidString
    let output = path("\(name).out")
    let error = path("\(name).err")
    for file in [output, error] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: error)
    if let input {
      try write(input, to: "\(name).in")
      process.standardInput = try FileHandle(forReadingFrom: path("\(name).in"))
    } else {
      process.standardInput = FileHandle.nullDevice
    }
    try process.run()
    return RunningProgram(process: process, output: output, error: error)
  }

  /// Calls the program and waits for its end.
  @discardableResult
  func run(
    _ arguments: String..., build: Build? = nil, input: String? = nil,
    environment: [String: String] = [:]
  ) throws -> Result {
    try start(arguments, build: build, input: input, environment: environment).wait()
  }

  /// Calls the program, which must succeed.
  @discardableResult
  func expect(_ arguments: String..., build: Build? = nil) throws -> Result {
    try expect(arguments, build: build)
  }

  /// Calls the program, which must succeed.
  @discardableResult
  func expect(_ arguments: [String], build: Build? = nil) throws -> Result {
    let result = try start(arguments, build: build).wait()
    try #require(result.status == 0, "\(arguments): \(result.status)\n\(result.error)")
    return result
  }
}

/// A call that may still go on.
struct RunningProgram {
  let process: Process
  fileprivate let output: URL
  fileprivate let error: URL

  func wait() throws -> Result {
    process.waitUntilExit()
    let status =
      process.terminationReason == .uncaughtSignal
      ? 128 + process.terminationStatus : process.terminationStatus
    return Result(
      status: status, output: try String(contentsOf: output, encoding: .utf8),
      error: try String(contentsOf: error, encoding: .utf8))
  }

  /// What it has written to standard output by now.
  func outputSoFar() throws -> String { try String(contentsOf: output, encoding: .utf8) }

  /// What it has written to standard error by now.
  func errorSoFar() throws -> String { try String(contentsOf: error, encoding: .utf8) }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }
}
