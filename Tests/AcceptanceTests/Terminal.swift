import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// A folder of its own, in which commands are typed on a pseudo-terminal of 100 columns without colour.
///
/// The terminal is made by `script` of util-linux, which every Debian has.
final class Terminal {
  private let place: Workplace
  private let programs: String

  init() throws {
    place = try Workplace()
    programs = try Workplace.program(.release).deletingLastPathComponent().path
  }

  /// The lines that stand on the terminal when a command line of bash has ended.
  ///
  /// - Parameter isInterrupted: whether Ctrl-C is typed once the newest run has done an epoch.
  func type(_ command: String, isInterrupted: Bool = false) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
    process.arguments = ["-qefc", "stty cols 100 rows 50; \(command)", "/dev/null"]
    process.currentDirectoryURL = place.folder
    var variables = Workplace.surroundings
    variables["PATH"] = "\(programs):\(variables["PATH"] ?? "/usr/bin:/bin")"
    process.environment = variables.merging([
      "NO_COLOR": "1", "TERM": "xterm", "SHELL": "/bin/bash",
    ]) {
      $1
    }
    let file = place.path("typed-\(UUID().uuidString)")
    try Data().write(to: file)
    let keyboard = Pipe()
    process.standardInput = keyboard
    process.standardOutput = try FileHandle(forWritingTo: file)
    process.standardError = FileHandle.nullDevice
    let before = isInterrupted ? try newestRun()?.id : nil
    try process.run()
    if isInterrupted {
      // The next of the newest run's epochs: its first checkpoint is there, and it is still at work.
      while process.isRunning {
        if let run = try newestRun(), run.id != before, run.epoch > 0 { break }
        usleep(20_000)
      }
      try keyboard.fileHandleForWriting.write(contentsOf: Data([3]))
    }
    process.waitUntilExit()
    try keyboard.fileHandleForWriting.close()
    let text = try String(decoding: Data(contentsOf: file), as: UTF8.self)
    try FileManager.default.removeItem(at: file)
    return Self.lines(text)
  }

  private func newestRun() throws -> (id: String, epoch: Int)? {
    let listed = try place.run("list", "--json", "--limit", "1")
    guard listed.status == 0 else { return nil }
    let runs = try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [[String: Any]]
    guard let run = runs?.first, let id = run["id"] as? String, let epoch = run["epoch"] as? Int
    else { return nil }
    return (id, epoch)
  }

  /// What a terminal shows of a text in the end: a line that is written again shows its last words.
  static func lines(_ text: String) -> [String] {
    var shown = text.replacingOccurrences(of: "\r\n", with: "\n")
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { line -> String in
        let last = line.split(separator: "\r", omittingEmptySubsequences: false).last ?? ""
        return String(last).replacing(/\u{1B}\[[0-9;?]*[A-Za-z]/, with: "")
      }
    // `^C` is the terminal's echo of the key.
    shown = shown.map { $0.hasPrefix("^C") ? String($0.dropFirst(2)) : $0 }
    while let last = shown.last, last.allSatisfy(\.isWhitespace) { shown.removeLast() }
    return shown
  }
}
