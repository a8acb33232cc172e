import Datasets
import Foundation

/// The commit of the repository around the working directory.
enum CodeVersion {
  /// Asks git for `git_commit` and `git_dirty` while data and networks are made ready: two processes take
  /// as long as half of what else comes before a small run's first step.
  ///
  /// Empty where there is no git or no repository.
  static func asking() -> Concurrently<[String: String], Never> { Concurrently { ask() } }

  private static func ask() -> [String: String] {
    guard let commit = git(["rev-parse", "HEAD"]) else { return [:] }
    var facts = ["git_commit": commit]
    facts["git_dirty"] =
      git(["status", "--porcelain", "--untracked-files=no"]).map { String(!$0.isEmpty) }
    return facts
  }

  /// What git prints, `nil` where it fails.
  private static func git(_ arguments: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
