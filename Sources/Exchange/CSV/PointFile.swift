package import RunModel

/// Points as `gan-runs export` writes them: CSV, one line a point.
package struct PointFile: ForeignRuns {
  package let kind = "points as CSV"
  package let runs: [ForeignRun]
  /// For each run the lines that are of it.
  private let stretches: [[Stretch]]
  private let path: String

  /// Lines of one run that follow one another.
  private struct Stretch {
    var offset: Int
    var line: Int
    var count: Int
  }

  /// Whether a file begins with the header of such points.
  package static func isOne(_ path: String) throws -> Bool {
    let header = SeriesPoint.columns
    let reader = try RecordReader(path: path)
    // What is no CSV at all is no such file, whatever is wrong with it.
    guard (try? reader.next(limit: header.count)) == true else { return false }
    return reader.count == header.count
      && header.indices.allSatisfy { reader.text($0) == header[$0] }
  }

  /// Reads the file through once, to find its runs.
  ///
  /// - Throws: `ExchangeError`, `.invalid` with the line that is no point.
  package init(path: String) throws {
    self.path = path
    var found: [RunID: (run: ForeignRun, stretches: [Stretch])] = [:]
    var last: RunID?
    let reader = PointReader(try RecordReader(path: path), header: SeriesPoint.columns)
    _ = try reader.records.next(limit: SeriesPoint.columns.count)
    while true {
      let (offset, line) = (reader.records.offset, reader.records.upcomingLine)
      guard let (id, point) = try reader.next() else { break }
      var (run, stretches) =
        try found.removeValue(forKey: id) ?? (
          ForeignRun(
            identity: "csv \(id)", id: id, name: try reader.text(1), experiment: "default",
            status: .finished, createdAt: id.time,
            stretches: [.init(startStep: 0, startedAt: point.time, endedAt: point.time)]),
          []
        )
      run.stretches[0].startedAt = min(point.time, run.stretches[0].startedAt)
      run.stretches[0].endedAt = max(point.time, run.stretches[0].endedAt)
      if id != last { stretches.append(Stretch(offset: offset, line: line, count: 0)) }
      stretches[stretches.count - 1].count += 1
      found[id] = (run, stretches)
      last = id
    }
    let all = found.values.sorted {
      ($0.run.createdAt, $0.run.identity) < ($1.run.createdAt, $1.run.identity)
    }
    runs = all.map(\.run)
    stretches = all.map(\.stretches)
  }

  /// Hands over the points of a run, in the file's order.
  package func forEachPoint(
    ofRun index: Int, _ body: (String, SeriesPoint) throws -> Void
  ) throws {
    let reader = PointReader(try RecordReader(path: path), header: SeriesPoint.columns)
    for stretch in stretches[index] {
      try reader.records.seek(to: stretch.offset, line: stretch.line)
      for _ in 0..<stretch.count {
        guard let (id, point) = try reader.next(), id == runs[index].id else {
          throw ExchangeError(.invalid, "\(path) changed while it was read. Import it again.")
        }
        try body(try reader.text(2), point)
      }
    }
  }
}

/// Reads one point after the other.
private final class PointReader {
  let records: RecordReader
  private let header: [String]
  private var last: (bytes: [UInt8], id: RunID)?

  init(_ records: RecordReader, header: [String]) {
    self.records = records
    self.header = header
  }

  /// The next point and its run; `nil` at the file's end.
  func next() throws(ExchangeError) -> (RunID, SeriesPoint)? {
    guard try records.next(limit: header.count) else { return nil }
    guard records.count == header.count else {
      throw records.fault("it has \(records.count) of \(header.count) fields")
    }
    guard let step = try count(3) else { throw records.fault("its step is empty") }
    guard let time = Timestamp(rfc3339: try text(7)) else {
      throw records.fault("its time is not RFC 3339")
    }
    _ = try (text(1), text(2))
    let point = SeriesPoint(
      step: step, epoch: try count(4), images: try count(5), value: try value(6), time: time,
      attempt: 1)
    return (try id(), point)
  }

  /// A field's text, which must not be empty.
  func text(_ index: Int) throws(ExchangeError) -> String {
    guard let text = records.text(index), !text.isEmpty, !text.utf8.contains(0) else {
      throw records.fault("its \(header[index]) is empty or not UTF-8")
    }
    return text
  }

  private func id() throws(ExchangeError) -> RunID {
    if let last, records.withField(0, { $0.elementsEqual(last.bytes) }) { return last.id }
    let text = try text(0)
    guard let id = RunID(rawValue: text) else { throw records.fault("'\(text)' is no run's id") }
    last = (Array(text.utf8), id)
    return id
  }

  /// A whole number; `nil` where the field is empty.
  private func count(_ index: Int) throws(ExchangeError) -> Int? {
    let (isEmpty, whole) = records.withField(index) { field -> (Bool, Int64?) in
      var place = 0
      let number = DecimalNumber(in: field, at: &place)
      return (field.isEmpty, place == field.count ? number?.integer : nil)
    }
    if isEmpty { return nil }
    guard let whole, (0...1 << 53).contains(whole) else {
      throw records.fault("its \(header[index]) is no whole number from 0 to 2^53")
    }
    return Int(whole)
  }

  private func value(_ index: Int) throws(ExchangeError) -> Double {
    let value: Double? = records.withField(index) { field in
      var place = 0
      if let number = DecimalNumber(in: field, at: &place), place == field.count {
        return number.double.isFinite ? number.double : nil
      }
      switch String(decoding: field, as: UTF8.self) {
      case "NaN": return .nan
      case "inf": return .infinity
      case "-inf": return -.infinity
      default: return nil
      }
    }
    guard let value else { throw records.fault("its value is no number, NaN, inf or -inf") }
    return value
  }
}
