import Foundation
package import RunModel

/// TensorBoard's event files: one, or a folder of them, each folder in it a run.
///
/// TensorBoard itself hides what a later file of a folder overlaps; here a file that begins at or below a step
/// that was reached already is the run's next attempt. So is a folder `attempt-N`, as `gan-runs export` names
/// them.
package struct EventFolder: ForeignRuns {
  package let kind = "TensorBoard's event files"
  package private(set) var runs: [ForeignRun] = []
  /// For each run its files, each with the stretch it belongs to.
  private var files: [[(path: String, stretch: Int)]] = []

  /// Files that are looked at.
  private static let mostFiles = 100_000

  /// Whether a path is a folder, or a file that begins as an event file does.
  package static func isOne(_ path: String) throws -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return false }
    return try isFolder.boolValue || EventFileReader.isOne(path)
  }

  /// Reads all files through once: their checksums, what runs they are of, how far each goes.
  ///
  /// - Throws: `ExchangeError`: `.invalid` where a file is not sound, or none is there.
  package init(path: String) throws {
    let folders = try Self.folders(path)
    guard !folders.isEmpty else {
      throw ExchangeError(
        .invalid, "\(path) holds no event files of TensorBoard. Name a folder that does.")
    }
    var found: [(run: ForeignRun, files: [(path: String, stretch: Int)])] = []
    for (name, paths) in folders {
      if let run = try Self.run(named: name, paths) { found.append(run) }
    }
    found.sort { ($0.run.createdAt, $0.run.name) < ($1.run.createdAt, $1.run.name) }
    runs = found.map(\.run)
    files = found.map(\.files)
  }

  /// The event files beneath a path, by the run that they are of; each run's in the order of their writing.
  private static func folders(_ path: String) throws -> [(name: String, files: [String])] {
    let root = URL(fileURLWithPath: path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ExchangeError(.missing, "There is no file or folder \(path). Name another.")
    }
    guard isFolder.boolValue else {
      return [(root.deletingLastPathComponent().lastPathComponent, [path])]
    }
    var names: [String: [String]] = [:]
    var count = 0
    let all = FileManager.default.enumerator(atPath: path)
    while let file = all?.nextObject() as? String {
      guard file.split(separator: "/").last?.contains("tfevents") == true else { continue }
      count += 1
      guard count <= mostFiles else {
        throw ExchangeError(
          .invalid,
          "\(path) holds more than \(mostFiles) event files. Import its folders one by one.")
      }
      var folder = file.split(separator: "/").dropLast().map(String.init)
      if let last = folder.last, last.hasPrefix("attempt-"), Int(last.dropFirst(8)) != nil {
        folder.removeLast()
      }
      let name =
        folder.isEmpty ? root.standardizedFileURL.lastPathComponent : folder.joined(separator: "/")
      names[name, default: []].append("\(path)/\(file)")
    }
    return names.sorted { $0.key < $1.key }.map { name, files in
      // `attempt-10` comes after `attempt-9`; file names begin with their time.
      (name, files.sorted { $0.compare($1, options: .numeric) == .orderedAscending })
    }
  }

  /// What a pass over a file finds.
  private struct Survey {
    var firstTime: Double?
    var lastTime = 0.0
    var lowestStep: Int?
    var highestStep = 0
    var others = 0
    var points = 0
    var isCut = false

    init(_ path: String) throws {
      var survey = (first: Double?.none, last: 0.0, low: Int?.none, high: 0, others: 0, points: 0)
      isCut = try EventFolder.forEachEvent(of: path) { event, step in
        survey.first = survey.first ?? event.time
        survey.last = max(survey.last, event.time)
        survey.others += event.others
        survey.points += event.scalars.count
        guard !event.scalars.isEmpty else { return }
        survey.low = min(survey.low ?? step, step)
        survey.high = max(survey.high, step)
      }
      (firstTime, lastTime, lowestStep, highestStep, others, points) =
        (survey.first, survey.last, survey.low, survey.high, survey.others, survey.points)
    }
  }

  private static func run(
    named name: String, _ paths: [String]
  ) throws -> (run: ForeignRun, files: [(path: String, stretch: Int)])? {
    var stretches: [ForeignRun.Stretch] = []
    var files: [(path: String, stretch: Int)] = []
    var identity = ""
    var highest = -1
    var others = 0
    var cut: [String] = []
    for path in paths {
      let survey = try Survey(path)
      others += survey.others
      if survey.isCut { cut.append(path) }
      guard let first = survey.firstTime else { continue }
      if identity.isEmpty {
        let file = path.split(separator: "/").last ?? ""
        identity = "tensorboard \(file) \(first.bitPattern)"
      }
      let ended = time(survey.lastTime)
      guard let low = survey.lowestStep else { continue }
      if stretches.isEmpty || low <= highest {
        stretches.append(
          .init(
            startStep: max(low - 1, stretches.isEmpty ? 0 : -1), startedAt: time(first),
            endedAt: ended))
      } else {
        stretches[stretches.count - 1].endedAt = max(ended, stretches[stretches.count - 1].endedAt)
      }
      highest =
        stretches.count > 1 && low <= highest
        ? survey.highestStep : max(highest, survey.highestStep)
      files.append((path, stretches.count))
    }
    guard let first = stretches.first else { return nil }
    var notices: [String] = []
    if others > 0 {
      notices.append(
        "left out \(others) values that are neither scalars nor PNG pictures, such as histograms")
    }
    notices += cut.map { "\($0) ends within a record: what follows was not written" }
    let run = ForeignRun(
      identity: identity, name: name, experiment: "tensorboard", status: .interrupted,
      createdAt: first.startedAt, stretches: stretches, notices: notices)
    return (run, files)
  }

  /// Hands over a run's scalars, file by file.
  package func forEachPoint(
    ofRun index: Int, _ body: (String, SeriesPoint) throws -> Void
  ) throws {
    for (path, stretch) in files[index] {
      _ = try Self.forEachEvent(of: path) { event, step in
        for scalar in event.scalars {
          try body(
            scalar.tag,
            SeriesPoint(
              step: step, epoch: nil, images: nil, value: scalar.value, time: Self.time(event.time),
              attempt: stretch))
        }
      }
    }
  }

  /// Hands over a run's pictures, file by file.
  package func forEachPicture(
    ofRun index: Int, _ body: (SamplePicture, _ stretch: Int) throws -> Void
  ) throws {
    for (path, stretch) in files[index] {
      _ = try Self.forEachEvent(of: path) { event, step in
        for picture in event.pictures {
          let time = Self.time(event.time)
          try body(
            SamplePicture(name: picture.tag, step: step, epoch: 0, png: picture.bytes, time: time),
            stretch)
        }
      }
    }
  }

  /// - Returns: whether the file ends within a record.
  private static func forEachEvent(
    of path: String, _ body: (EventMessage, _ step: Int) throws -> Void
  ) throws -> Bool {
    var reader = try EventFileReader(path: path)
    var goesOn = true
    while goesOn {
      goesOn = try reader.next { bytes in
        guard let event = EventMessage(bytes), event.time.isFinite, abs(event.time) < 9e9,
          (0...1 << 53).contains(event.step)
        else {
          throw ExchangeError(
            .invalid, "\(path) holds a record that is no event of TensorBoard. Leave it out.")
        }
        try body(event, Int(event.step))
      }
    }
    return reader.isCut
  }

  private static func time(_ seconds: Double) -> Timestamp {
    Timestamp(microseconds: Int64((seconds * 1e6).rounded()))
  }
}
