import Reports
import RunModel
import RunRegistry

/// Streams the points of runs in a layout and a format; memory holds one run's at a time.
struct PointExport {
  var reader: RegistryReader
  /// Oldest first.
  var runs: [Run]
  var attempts: AttemptChoice
  var format: OutputOptions.Format

  /// Writes one line, or one JSON object, a point.
  func writeLong(to buffer: OutputBuffer) throws {
    if format == .csv { try buffer.write(PointRows.csvHeader) }
    var records = RecordWriter(format: format, buffer: buffer)
    for run in runs {
      try reader.forEachPoint(of: [run.id], attempts: attempts, metrics: nil) { _, point in
        switch format {
        case .csv: try buffer.write(PointRows.csv(point, of: run))
        case .json, .ndjson: try records.write(PointRows.json(point, of: run))
        }
      }
    }
    try records.finish()
  }

  /// Writes one line, or one JSON object, a step.
  func writeWide(to buffer: OutputBuffer) throws {
    let metrics = try metricNames()
    if format == .csv { try buffer.write(WideRows.csvHeader(metrics)) }
    var records = RecordWriter(format: format, buffer: buffer)
    for run in runs {
      var rows = WideRows(of: run, metrics: metrics, keepsAttempts: attempts == .all)
      try reader.forEachPoint(of: [run.id], attempts: attempts, metrics: nil) { _, point in
        rows.add(point)
      }
      switch format {
      case .csv: for line in rows.csv { try buffer.write(line) }
      case .json, .ndjson: for row in rows.json { try records.write(row) }
      }
    }
    try records.finish()
  }

  /// All metrics of the runs, sorted.
  private func metricNames() throws -> [String] {
    var names = Set(runs.flatMap { $0.metrics.keys })
    if attempts == .all {
      // A run's summaries do not know a metric that only a shadowed attempt recorded.
      try reader.forEachPoint(of: runs.map(\.id), attempts: .all, metrics: nil) { _, point in
        names.insert(point.metric)
      }
    }
    return names.sorted()
  }
}

/// Writes JSON objects one a line, between brackets where they are one array.
private struct RecordWriter {
  var format: OutputOptions.Format
  var buffer: OutputBuffer
  private var count = 0

  init(format: OutputOptions.Format, buffer: OutputBuffer) {
    self.format = format
    self.buffer = buffer
  }

  mutating func write(_ record: JSONValue) throws {
    if format == .json { try buffer.write(count == 0 ? "[\n" : ",\n") }
    try buffer.write(record.line)
    if format == .ndjson { try buffer.write("\n") }
    count += 1
  }

  func finish() throws {
    if format == .json { try buffer.write(count == 0 ? "[]\n" : "\n]\n") }
  }
}
