import Foundation
import RunModel
import TestSupport
import Testing

/// One way in which a system call fails.
struct CallFault: CustomTestStringConvertible, Sendable {
  /// Calls that are told together: gr_faults.h.
  var group: String
  /// The errno, `short` or `torn`; with `+` all later ones fail too.
  var what: String

  var testDescription: String { "\(group) \(what)" }

  static let all: [CallFault] =
    ["EIO", "ENOSPC", "EIO+", "ENOSPC+", "short", "torn"].map {
      CallFault(group: "write", what: $0)
    }
    + ["EIO", "EIO+", "short"].map { CallFault(group: "read", what: $0) }
    + [
      CallFault(group: "ftruncate", what: "EIO"), CallFault(group: "unlink", what: "EIO"),
      CallFault(group: "fcntl", what: "ENOLCK"), CallFault(group: "fcntl", what: "EIO"),
      CallFault(group: "open", what: "EMFILE"), CallFault(group: "fstat", what: "EIO"),
      CallFault(group: "mmap", what: "ENOMEM"),
    ]
}

@Suite("Where a call of the system fails")
struct SystemCallTests {
  /// What a program may end with where the disk fails: done in spite of it, damage seen in what was
  /// read, a disk error, a lock that can't be taken.
  private static let statuses: Set<Int32> = [0, 65, 74, 75]

  /// Ends as the contract says: a status of its list, with one sentence of the program's own.
  private static func expectContract(_ result: Result, _ fault: CallFault, _ what: String) {
    if fault.what == "torn", result.status == 128 + SIGKILL { return }
    #expect(statuses.contains(result.status), "\(what): \(result.status) \(result.error)")
    let sentences = result.error.split(separator: "\n").filter { $0.hasPrefix("gan-runs: ") }
    #expect(result.status == 0 || !sentences.isEmpty, "\(what): \(result.error)")
    #expect(!result.error.contains("SQLite error"), "\(what): \(result.error)")
  }

  /// Trains, then carries on, with the n-th call of one of both failing; looks; carries on to the end.
  ///
  /// - Returns: whether the call came.
  private static func fail(
    _ fault: CallFault, at number: Int, resuming: Bool, _ straight: Evidence
  ) throws -> Bool {
    let what = "\(fault.group) \(fault.what) at \(number)\(resuming ? " of a resume" : "")"
    let place = try Workplace(.faulty)
    try place.write(Examples.least, to: "run.yaml")
    if resuming {
      try place.expect("train", "--config", "run.yaml", "--epochs", "1", "--threads", "1")
    }
    let arguments =
      resuming
      ? ["resume", "latest", "--epochs", "2"] : ["train", "--config", "run.yaml"]
    let result = try place.start(
      arguments + ["--threads", "1"],
      environment: place.faults(
        "haste=100", "call=\(fault.group):\(number):\(fault.what)",
        "report=\(place.path("calls").path)")
    ).wait()
    expectContract(result, fault, what)
    let broken = try place.brokenPromises(acknowledged: place.acknowledged())
    #expect(broken == [], "\(what)")
    let hasRun = try !place.runs().isEmpty
    if result.status == 0 {
      #expect(try place.run(object: "latest")["status"] as? String == "finished", "\(what)")
    }
    let last = try place.start(
      hasRun ? ["resume", "latest", "--epochs", "2"] : ["train", "--config", "run.yaml"]
    ).wait()
    #expect(last.status == 0, "\(what): \(last.error)")
    #expect(try place.evidence() == straight, "\(what)")
    let met = try? String(contentsOf: place.path("calls"), encoding: .utf8)
    return result.status == 128 + SIGKILL || (met.flatMap { Int($0.dropLast()) } ?? 0) >= number
  }

  /// Lists with the n-th call failing; whether the call came.
  private static func failListing(
    _ fault: CallFault, at number: Int, in place: Workplace
  ) throws -> Bool {
    let what = "\(fault.group) \(fault.what) at \(number) of a listing"
    let report = place.path("calls")
    let result = try place.run(
      "checkpoints", "list", "latest",
      environment: place.faults(
        "haste=100", "call=\(fault.group):\(number):\(fault.what)", "report=\(report.path)"))
    expectContract(result, fault, what)
    let met = try String(contentsOf: report, encoding: .utf8)
    return Int(met.dropLast()) ?? 0 >= number
  }

  private static func straight() throws -> (Workplace, Evidence) {
    let place = try Workplace(.faulty)
    try place.write(Examples.least, to: "run.yaml")
    try place.expect("train", "--config", "run.yaml")
    return (place, try place.evidence())
  }

  /// Fails every `stride`-th call from the `start`-th on until there is none; how often one failed.
  private static func sweep(_ fault: CallFault, from start: Int, by stride: Int) throws -> Int {
    let (place, straight) = try straight()
    var failures = 0
    for resuming in [false, true] {
      var number = start
      while try fail(fault, at: number, resuming: resuming, straight) {
        failures += 1
        number += stride
      }
    }
    var number = start
    while try failListing(fault, at: number, in: place) {
      failures += 1
      number += stride
    }
    return failures
  }

  @Test(
    "a failing call ends a training by the contract, and costs nothing that was stored",
    arguments: CallFault.all)
  func sample(fault: CallFault) throws {
    var numbers = SeededNumbers(seed: .random(in: 0..<1000))
    let stride = ["read": 60, "write": 90, "fcntl": 90, "fstat": 20][fault.group] ?? 3
    _ = try Self.sweep(fault, from: .random(in: 1...stride, using: &numbers), by: stride)
  }

  @Test(
    "Torture: each call of a small training, a resume and a listing fails in each way",
    .enabled(if: isTorture), arguments: CallFault.all)
  func torture(fault: CallFault) throws {
    let failures = try Self.sweep(fault, from: 1, by: tortureStride ?? 1)
    print("\(fault.testDescription): \(failures) failures")
  }
}
