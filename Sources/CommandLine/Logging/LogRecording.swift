import Exchange
import Pictures
import RunModel
import RunRegistry
import Safetensors

/// Takes the lines of `gan-runs log` into a run, to the end of input.
///
/// Whatever the disk's pace, no point is lost: the registry's queue is bounded, and while it is full no more
/// is read, so that the program that writes the lines waits.
final class LogRecording {
  /// Bad lines that are reported one by one; further ones are counted.
  private static let mostReports = 1000
  /// Bytes that are still taken after Ctrl-C: as much as a pipe may hold on Linux.
  private static let mostAfterStop = 1 << 20

  private let session: RunSession
  /// The run as it was, where an earlier one goes on.
  private let old: Run?
  private let console: Console
  private var reader = LogEntryReader()
  private var waiting: [StepMeasurement] = []
  private var hasStep = false
  private var epoch: Int?
  /// What the lines say of the run's end; the last word counts.
  private var end: LogEntry.End?
  private var points = 0
  /// Lines that were passed over.
  private(set) var badLines = 0

  init(_ session: RunSession, continues old: Run?, _ console: Console) {
    self.session = session
    self.old = old
    self.console = console
  }

  /// Takes all lines, and ends the run.
  ///
  /// - Throws: what ended the run as `failed`: a full disk, a busy registry.
  func takeLines(until shouldStop: @escaping () -> Bool) throws {
    do {
      var left = Self.mostAfterStop
      let lines = LineReader { [console] memory in
        if shouldStop(), left <= 0 { return 0 }
        let count = try console.input.read(memory) { !shouldStop() }
        if shouldStop() { left -= count }
        return count
      }
      var goesOn = true
      while goesOn {
        goesOn = try lines.read { try take($0, number: lines.count) }
        try handOver()
      }
      try session.finish(status, failure: end?.failure)
    } catch {
      try? session.finish(.failed, failure: Failure(reporting: error).sentence)
      throw error
    }
  }

  /// Says what was stored, beside the result.
  func report() {
    if badLines > Self.mostReports {
      console.say(
        "gan-runs: \(badLines) lines were bad, the first \(Self.mostReports) are reported")
    }
    console.note(
      "stored \(points) point\(points == 1 ? "" : "s"); run \(session.runID) is \(status.rawValue)"
        + (badLines == 0
          ? "" : "; \(badLines) bad line\(badLines == 1 ? " was" : "s were") passed over"))
  }

  /// Input that ends without a word on the run's end was interrupted.
  private var status: RunStatus { end?.status ?? .interrupted }

  private func take(_ line: LineReader.Line, number: Int) throws {
    do {
      switch line {
      case .tooLong:
        throw BadLine("it is longer than \(LineReader.longestLine >> 10) KiB")
      case .whole(let bytes):
        // An empty line, as some writers end their output with, says nothing.
        guard bytes.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return }
        try take(try reader.read(bytes, at: console.now()))
      }
    } catch let fault as JSONFault {
      report(number, "\(fault.reason), at byte \(fault.column)")
    } catch let bad as BadLine {
      report(number, bad.reason)
    }
  }

  private func report(_ number: Int, _ reason: String) {
    badLines += 1
    guard badLines <= Self.mostReports else { return }
    console.say("gan-runs: line \(number) is passed over: \(printable(reason, limit: 500))")
  }

  private func take(_ entry: LogEntry) throws {
    if let measurement = entry.measurement {
      try begin(at: measurement.step)
      waiting.append(measurement)
      points += measurement.values.count
      epoch = measurement.epoch ?? epoch
    }
    if let header = entry.header { try take(header) }
    if !entry.parameters.isEmpty { try add(entry.parameters) }
    if !entry.tags.isEmpty { try session.set(tags: entry.tags) }
    if let file = entry.checkpoint { try store(checkpoint: file) }
    if let file = entry.image { try store(image: file, at: entry.time) }
    if let message = entry.message {
      try handOver()
      try session.record(line: message, at: entry.time)
    }
    if let end = entry.end { self.end = end }
  }

  /// Hands over the points that wait.
  private func handOver() throws {
    guard !waiting.isEmpty else { return }
    try session.record(waiting)
    waiting.removeAll(keepingCapacity: true)
  }

  /// A run that goes on does so before the first step that it is told of.
  private func begin(at step: Int) throws {
    guard !hasStep else { return }
    hasStep = true
    if old != nil { try session.goOn(after: step - 1) }
  }

  private func take(_ header: LogEntry.Header) throws {
    // A run that goes on has its names; the program that writes the lines says them each time.
    if old == nil, header.name != nil || header.experiment != nil {
      try refusing(.usage) {
        try session.describe(name: header.name, experiment: header.experiment)
      }
    }
    if !header.parameters.isEmpty { try add(header.parameters) }
    if !header.tags.isEmpty { try session.set(tags: header.tags) }
  }

  private func add(_ parameters: [String: ParameterValue]) throws {
    try refusing(.refused) { try session.add(parameters: parameters) }
  }

  private func store(checkpoint file: LogEntry.File) throws {
    do {
      let weights = try LoggedWeights(SafetensorsReader(path: file.path), step: file.step)
      try begin(at: file.step)
      try handOver()
      try session.save(
        weights, step: file.step, epoch: file.epoch ?? epoch ?? 0, isEpochEnd: file.epoch != nil)
      // Before the next line is read: the program may write the file anew.
      try session.flush()
      for notice in weights.notices { console.note("\(file.path): \(notice)") }
    } catch let error as SafetensorsError {
      throw BadLine(error.description)
    }
  }

  private func store(image file: LogEntry.File, at time: Timestamp) throws {
    let png: [UInt8]
    do {
      png = try readFile(file.path, limit: 15 << 20)
      guard png.starts(with: [0x89, 0x50, 0x4E, 0x47]) else {
        throw BadLine("\(file.path) is no PNG file")
      }
      _ = try Picture(decoding: png)
    } catch let error as PictureError {
      throw BadLine("\(file.path) can't be read as a PNG file: \(error.description)")
    }
    try begin(at: file.step)
    try handOver()
    try session.record(
      SamplePicture(
        name: file.name ?? "samples", step: file.step, epoch: file.epoch ?? epoch ?? 0, png: png,
        time: time))
  }

  /// What the registry refuses to take is the line's fault; all else ends the recording.
  private func refusing(_ kind: RegistryError.Kind, _ body: () throws -> Void) throws {
    do { try body() } catch let error as RegistryError where error.kind == kind {
      throw BadLine(error.description)
    }
  }
}

/// A line that can't be taken, and why.
struct BadLine: Error {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}
