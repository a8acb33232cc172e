import Foundation
import RunModel
import TestSupport
import Testing

@testable import RunRegistry

/// Bits turned and bytes cut off: each is reported by `verify --data`, or changes nothing that a reader
/// can get.
@Suite("Damaged files")
struct DamageTests {
  /// A registry's file whose bytes are changed in place, and what a reader gets of it when it is whole.
  private struct Patient {
    let folder: TemporaryFolder
    let bytes: [UInt8]
    let whole: String

    init() throws {
      let registry = try FullRegistry()
      folder = registry.folder
      bytes = try Array(Data(contentsOf: URL(fileURLWithPath: folder.file())))
      whole = try Self.everything(folder.file())
    }

    /// All that any verb can print, in order.
    static func everything(_ path: String) throws -> String {
      let reader = try RegistryReader(path: path, choice: .all)
      var text = ""
      for run in try reader.runs().runs {
        // Dictionaries differ in their order from one to the next.
        var plain = run
        (plain.parameters, plain.metrics, plain.tags) = ([:], [:], [:])
        dump(plain, to: &text)
        for (key, value) in run.parameters.sorted(by: { $0.key < $1.key }) {
          text += "\(key)=\(value)\n"
        }
        for (key, value) in run.metrics.sorted(by: { $0.key < $1.key }) {
          text += "\(key)=\(value)\n"
        }
        for (key, value) in run.tags.sorted(by: { $0.key < $1.key }) { text += "\(key)=\(value)\n" }
        for attempt in try reader.attempts(of: run.id) {
          text += "\(attempt.number) \(attempt.startStep) \(attempt.startedAt) \(attempt.status)\n"
          text +=
            "\(String(describing: attempt.endedAt)) \(attempt.environment.facts.sorted { $0.key < $1.key })\n"
        }
        text += "\(try reader.lines(of: run.id))\n"
        for entry in try reader.pictures(of: run.id) {
          text += "\(try reader.picture(of: run.id, named: entry.name, step: entry.step))\n"
        }
        for checkpoint in try reader.checkpoints(of: run.id) {
          let snapshot = try reader.snapshot(of: checkpoint)
          text += "\(checkpoint) \(snapshot.digest) \(snapshot.clocks)\n"
        }
      }
      try reader.forEachPoint(attempts: .all) { text += "\($0) \($1) \($2)\n" }
      return text
    }

    /// Writes a changed file, and says what is silent about it.
    ///
    /// - Returns: `nil` where the damage is reported or harmless.
    func silence(_ changed: [UInt8]) throws -> String? {
      try Data(changed).write(to: URL(fileURLWithPath: folder.file()))
      do {
        guard try RegistryReader(path: folder.file()).verify(data: .all).isClean else { return nil }
      } catch let error as RegistryError where [.invalid, .missing].contains(error.kind) {
        return nil
      }
      do {
        let now = try Self.everything(folder.file())
        return now == whole ? nil : "a reader gets something else"
      } catch { return "a reader fails: \(error)" }
    }
  }

  /// Turns one bit at each place.
  private func turn(_ places: some Sequence<Int>, of patient: Patient, seed: UInt64) throws -> Int {
    var random = SeededNumbers(seed: seed)
    var count = 0
    for place in places {
      let bit = UInt8(random.next() & 7)
      var changed = patient.bytes
      changed[place] ^= 1 << bit
      let silence = try patient.silence(changed)
      #expect(silence == nil, "byte \(place), bit \(bit), seed \(seed)")
      count += 1
    }
    return count
  }

  @Test("a turned bit is reported or harmless", arguments: [UInt64(1), 2])
  func sample(seed: UInt64) throws {
    let patient = try Patient()
    var random = SeededNumbers(seed: seed)
    // Most of a page is empty: half of the bits are taken where something stands.
    let every = tortureStride ?? 1
    let used = patient.bytes.indices.filter { patient.bytes[$0] != 0 }.enumerated()
      .filter { $0.offset.isMultiple(of: every) }.map(\.element)
    let places = (0..<60).map { number in
      number.isMultiple(of: 3)
        ? Int(random.next() % UInt64(patient.bytes.count))
        : used[Int(random.next() % UInt64(used.count))]
    }
    #expect(try turn(places, of: patient, seed: seed) == 60)
  }

  @Test("a file that was cut off is reported")
  func truncation() throws {
    let patient = try Patient()
    var random = SeededNumbers(seed: 5)
    let page = Connection.pageSize
    let edges = [0, 1, 15, 16, 99, 100, 101, page - 1, page, page + 1, patient.bytes.count - 1]
    let chance = (0..<20).map { _ in Int(random.next() % UInt64(patient.bytes.count)) }
    for length in edges + chance {
      #expect(try patient.silence(Array(patient.bytes[..<length])) == nil, "\(length) bytes")
      #expect(throws: RegistryError.self, "\(length) bytes") {
        guard try RegistryReader(path: patient.folder.file()).verify(data: .all).isClean else {
          throw RegistryError(.invalid, "reported")
        }
      }
    }
  }

  @Test("a WAL of another time, put beside a registry by hand, is reported or harmless")
  func strangeWAL() throws {
    let folder = try TemporaryFolder()
    let writer = try RegistryWriter(path: folder.file())
    let session = try writer.begin()
    try session.record(measure(1, ["d_loss": 1]))
    try session.flush()
    let early = try Data(contentsOf: URL(fileURLWithPath: folder.file() + "-wal"))
    try session.record(measure(2, ["d_loss": 2]))
    try session.save(makeSnapshot(), step: 2, epoch: 1, isEpochEnd: true)
    try session.finish(.finished)
    try writer.close()
    try early.write(to: URL(fileURLWithPath: folder.file() + "-wal"))
    do {
      #expect(try !RegistryReader(path: folder.file()).verify(data: .all).isClean)
    } catch let error as RegistryError { #expect(error.kind == .invalid) }
  }

  @Test(
    "Torture: a bit turned in every byte that holds something, and in thousands of others, is reported or harmless",
    .enabled(if: isTorture))
  func torture() throws {
    let patient = try Patient()
    let seed = UInt64.random(in: .min ... .max)
    var random = SeededNumbers(seed: seed)
    let every = tortureStride ?? 1
    let used = patient.bytes.indices.filter { patient.bytes[$0] != 0 }.enumerated()
      .filter { $0.offset.isMultiple(of: every) }.map(\.element)
    let empty = (0..<5000 / every).map { _ in Int(random.next() % UInt64(patient.bytes.count)) }
    let count = try turn(used + empty, of: patient, seed: seed)
    print("\(count) bits of \(patient.bytes.count) bytes turned, seed \(seed)")
  }
}
