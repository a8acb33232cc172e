import Reports
import RunModel
import RunRegistry

/// Streams the points of runs in a layout and a format; memory holds one block of them.
struct PointExport {
  var reader: RegistryReader
  var runs: [RunID: Run]
  var selection: PointSelection
  var format: OutputOptions.Format

  /// Writes one line, or one JSON object, a point.
  func writeLong(to buffer: OutputBuffer) throws {
    if format == .csv { try buffer.write(PointRows.csvHeader) }
    var records = RecordWriter(format: format, buffer: buffer)
    var text = ByteText()
    try reader.forEachBlock(selection) { id, metric, points in
      guard let run = runs[id] else { return }
      switch format {
      case .csv:
        PointRows.appendCSV(points, of: metric, run, to: &text)
        try buffer.write(&text)
      case .json, .ndjson:
        for point in points { try records.write(PointRows.json(point, of: metric, run)) }
      }
    }
    try records.finish()
  }

  /// Writes one line, or one JSON object, a step.
  func writeWide(to buffer: OutputBuffer) throws {
    let metrics = try metricNames()
    if format == .csv { try buffer.write(WideRows.csvHeader(metrics)) }
    var records = RecordWriter(format: format, buffer: buffer)
    var text = ByteText()
    try reader.forEachStep(selection, metrics: metrics) { id, step in
      guard let run = runs[id] else { return }
      switch format {
      case .csv:
        WideRows.appendCSV(step, of: run, to: &text)
        try buffer.write(&text)
      case .json, .ndjson:
        try records.write(WideRows.json(step, of: run, metrics: metrics))
      }
    }
    try records.finish()
  }

  /// Whether a chosen run has a metric.
  func has(_ metric: String) throws -> Bool { try recorded().contains(metric) }

  /// All metrics that are chosen, sorted.
  private func metricNames() throws -> [String] {
    try recorded().filter { selection.metrics?.contains($0) ?? true }.sorted()
  }

  private func recorded() throws -> Set<String> {
    // A run's summaries do not know a metric that only a shadowed attempt recorded.
    selection.attempts == .all
      ? try reader.metricNames(of: Array(runs.keys)) : Set(runs.values.flatMap(\.metrics.keys))
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
