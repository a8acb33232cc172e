import Foundation
import RunModel
import Testing

@testable import RunRegistry

extension Workplace {
  /// The registry of this place.
  var registry: String { path("gan-runs.db").path }

  /// The digests that a program told of by `acknowledge=` in this place, oldest first.
  func acknowledged() -> [String] {
    let text = try? String(contentsOf: path("acknowledged"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").map(String.init)
  }

  /// The faults with which the program writes down what it acknowledges.
  func faults(_ faults: String...) -> [String: String] {
    let text = (["acknowledge=\(path("acknowledged").path)"] + faults).joined(separator: " ")
    return ["GAN_RUNS_FAULTS": text]
  }

  /// What is broken of the store's promises: an empty list where the file is whole, each checkpoint in
  /// it is what its digest says, each seal holds, and what was acknowledged is there.
  ///
  /// - Parameter keepLast: how many of the newest acknowledged ones must be there, 0 for all.
  func brokenPromises(
    of registry: String? = nil, acknowledged: [String], keepLast: Int = 0
  ) throws -> [String] {
    let path = registry ?? self.registry
    guard FileManager.default.fileExists(atPath: path) else {
      return acknowledged.isEmpty ? [] : ["the registry is gone"]
    }
    var broken: [String] = []
    let check = try Self.sqlite("PRAGMA integrity_check; PRAGMA foreign_key_check", on: path)
    if check != "ok\n" { broken.append("SQLite finds: \(check)") }
    var present: Set<String> = []
    do {
      let reader = try RegistryReader(path: path)
      broken += try reader.verify(data: .all).findings.map { "\($0.place): \($0.detail)" }
      for run in try reader.runs().runs {
        present.formUnion(try reader.checkpoints(of: run.id).map { "\($0.digest)" })
      }
    } catch { broken.append("\(error)") }
    for digest in keepLast == 0 ? acknowledged : acknowledged.suffix(keepLast)
    where !present.contains(digest) {
      broken.append("the acknowledged checkpoint \(digest) is lost")
    }
    return broken
  }

  /// What the sqlite3 shell prints, `nil` where there is no registry yet.
  func sqlite(_ sql: String) throws -> String? {
    guard FileManager.default.fileExists(atPath: registry) else { return nil }
    return try Self.sqlite(sql, on: registry)
  }

  private static func sqlite(_ sql: String, on registry: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sqlite3", "-readonly", registry, sql]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }
}
