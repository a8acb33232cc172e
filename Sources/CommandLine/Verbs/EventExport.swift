import Exchange
import Files
import RunModel
import RunRegistry

#if canImport(Glibc)
  import Glibc
#endif

/// Writes runs as TensorBoard's event files: a folder a run, in it one an attempt, since TensorBoard hides
/// what a file that begins at a lower step overlaps.
struct EventExport {
  var reader: RegistryReader
  /// Oldest first.
  var runs: [Run]
  var selection: PointSelection

  /// What was written.
  struct Counts {
    var files = 0
    var points = 0
    var pictures = 0
    /// Points whose value is another in float32.
    var rounded = 0
  }

  /// Writes all files beneath a folder, each whole or not at all.
  func write(to folder: String) throws -> Counts {
    var counts = Counts()
    try makeFolder(folder)
    for run in runs {
      let place = "\(folder)/\(Self.fileName(run.name))-\(run.id)"
      let attempts = try reader.attempts(of: run.id)
      let pictures = try chosenPictures(of: run)
      for attempt in attempts {
        let path = "\(place)/attempt-\(attempt.number)"
        let own = pictures.filter { picture in
          (attempts.last { $0.startStep < picture.step } ?? attempt).number == attempt.number
        }
        try write(attempt, of: run, own, in: path, &counts) {
          try makeFolder(place)
          try makeFolder(path)
        }
      }
    }
    return counts
  }

  /// The run's pictures, unless metrics are chosen, which they are not.
  private func chosenPictures(of run: Run) throws -> [PictureEntry] {
    guard selection.metrics == nil else { return [] }
    return try reader.pictures(of: run.id).filter { $0.time >= selection.since ?? $0.time }
  }

  private func write(
    _ attempt: Attempt, of run: Run, _ pictures: [PictureEntry], in folder: String,
    _ counts: inout Counts, make: () throws -> Void
  ) throws {
    var events = EventFileWriter()
    var file: OutputFile?
    func write(_ record: [UInt8]) throws {
      if file == nil {
        try make()
        file = try OutputFile(path: "\(folder)/\(EventFileWriter.name(at: attempt.startedAt))")
        var first = EventFileWriter()
        try file?.write(first.start(at: attempt.startedAt))
      }
      try file?.write(record)
    }
    var chosen = selection
    chosen.runs = [run.id]
    var buffer: [UInt8] = []
    try reader.forEachBlock(chosen) { _, metric, points in
      for point in points where point.attempt == attempt.number {
        buffer += events.scalar(metric, point.value, step: point.step, at: point.time)
        counts.points += 1
        if !point.value.isNaN, Double(Float(point.value)) != point.value { counts.rounded += 1 }
      }
      guard !buffer.isEmpty else { return }
      try write(buffer)
      buffer.removeAll(keepingCapacity: true)
    }
    for entry in pictures {
      let picture = try reader.picture(of: run.id, named: entry.name, step: entry.step)
      if let record = events.picture(
        picture.name, png: picture.png, step: picture.step, at: picture.time)
      {
        try write(record)
        counts.pictures += 1
      }
    }
    guard let file else { return }
    try file.finish()
    counts.files += 1
  }

  private func makeFolder(_ path: String) throws {
    guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
    throw FileError(place: path)
  }

  /// A run's name as a folder's: without what would make another folder, and no longer than file systems take.
  private static func fileName(_ name: String) -> String {
    var text = String.UnicodeScalarView()
    for scalar in name.unicodeScalars where String(text).utf8.count < 200 {
      let isOdd = scalar == "/" || scalar.properties.generalCategory == .control
      text.append(isOdd || scalar == "." && text.isEmpty ? "_" : scalar)
    }
    return String(text)
  }
}
