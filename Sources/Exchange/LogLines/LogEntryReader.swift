package import RunModel

/// Reads lines of `gan-runs log`, one JSON object each.
package struct LogEntryReader {
  /// The names of the last line's metrics in their order, which is most often the next line's too.
  private var names: [(bytes: [UInt8], text: String)] = []

  /// A reader that has seen no line.
  package init() {}

  /// What a line says.
  ///
  /// - Parameters:
  ///   - line: without its end.
  ///   - now: when it was read, which is its time unless it tells one.
  /// - Throws: `JSONFault`.
  package mutating func read(
    _ line: UnsafeBufferPointer<UInt8>, at now: Timestamp
  ) throws(JSONFault) -> LogEntry {
    var json = JSONReader(line)
    var fields = Fields()
    var isFirst = true
    var seen = FieldSet()
    try json.expect(UInt8(ascii: "{"), "a line is one object in braces, and { is missing")
    while try json.nextMember(&isFirst) {
      let before = json
      let name = try json.key()
      guard let field = Field.named[name] else {
        throw before.fault("'\(name)' is none of \(Field.list)")
      }
      guard seen.insert(field) else { throw before.fault("'\(name)' stands twice") }
      try read(field, &json, &fields)
    }
    try json.expectEnd()
    return try fields.entry(seen, at: now)
  }

  private mutating func read(
    _ field: Field, _ json: inout JSONReader, _ fields: inout Fields
  ) throws(JSONFault) {
    switch field {
    case .metrics: fields.metrics = try metrics(&json)
    case .step: fields.step = try json.count()
    case .epoch: fields.epoch = try json.count()
    case .images: fields.images = try json.count()
    case .time: fields.time = try json.time()
    case .run: fields.header = try json.header()
    case .params: fields.parameters = try json.parameters()
    case .tags: fields.tags = try json.tags()
    case .checkpoint: fields.checkpoint = try json.string()
    case .image: fields.image = try json.string()
    case .name: fields.name = try json.string()
    case .message: fields.message = try json.string()
    case .status: fields.status = try json.status()
    case .failure: fields.failure = try json.string()
    }
  }

  private mutating func metrics(_ json: inout JSONReader) throws(JSONFault) -> [String: Double] {
    try json.expect(UInt8(ascii: "{"), "metrics are an object of names and numbers")
    var values = [String: Double](minimumCapacity: names.count)
    var isFirst = true
    var count = 0
    while try json.nextMember(&isFirst) {
      let before = json
      let name: String
      if count < names.count, json.take(name: names[count].bytes) {
        name = names[count].text
      } else {
        name = try json.key()
        guard !name.isEmpty else { throw before.fault("a metric's name is empty") }
        names.removeSubrange(min(count, names.count)...)
        names.append((Array(name.utf8), name))
      }
      guard values.updateValue(try json.metric(), forKey: name) == nil else {
        throw before.fault("the metric '\(name)' stands twice")
      }
      count += 1
    }
    return values
  }
}

/// The members that a line may have.
private enum Field: UInt16, CaseIterable {
  case run, step, epoch, images, time, metrics, params, tags, checkpoint, image, name, message
  case status, failure

  static let named = Dictionary(uniqueKeysWithValues: allCases.map { ("\($0)", $0) })
  static let list = allCases.map { "\($0)" }.joined(separator: ", ")
}

/// Some of them, one bit each: a set of Swift's would cost more than reading the line.
private struct FieldSet {
  private var bits: UInt16 = 0

  init(_ fields: [Field] = []) { for field in fields { _ = insert(field) } }

  /// Takes one in, and tells whether it is new.
  mutating func insert(_ field: Field) -> Bool {
    defer { bits |= 1 << field.rawValue }
    return bits & 1 << field.rawValue == 0
  }

  func isDisjoint(with other: FieldSet) -> Bool { bits & other.bits == 0 }
}

/// The members of one line, before it is known whether they belong together.
private struct Fields {
  var header: LogEntry.Header?
  var metrics: [String: Double]?
  var step: Int?
  var epoch: Int?
  var images: Int?
  var time: Timestamp?
  var parameters: [String: ParameterValue] = [:]
  var tags: [String: String] = [:]
  var checkpoint: String?
  var image: String?
  var name: String?
  var message: String?
  var status: RunStatus?
  var failure: String?

  /// What a line can say; the others go with one of these.
  private static let kinds = FieldSet([
    .run, .metrics, .params, .tags, .checkpoint, .image, .message, .status,
  ])

  /// - Parameter seen: which members the line has.
  func entry(_ seen: FieldSet, at now: Timestamp) throws(JSONFault) -> LogEntry {
    func refuse(_ reason: String) -> JSONFault { JSONFault(reason: reason, column: 1) }
    guard !seen.isDisjoint(with: Self.kinds) else {
      throw refuse(
        "it holds none of run, metrics, params, tags, checkpoint, image, message and status")
    }
    func file(_ path: String?, _ kind: Field) throws(JSONFault) -> LogEntry.File? {
      guard let path else { return nil }
      guard let step else { throw refuse("a line with \(kind) needs a step") }
      return LogEntry.File(path: path, name: name, step: step, epoch: epoch)
    }
    if failure != nil, status != .failed && status != .diverged {
      throw refuse("failure belongs beside the status failed or diverged")
    }
    var entry = LogEntry(
      header: header, parameters: parameters, tags: tags,
      checkpoint: try file(checkpoint, .checkpoint), image: try file(image, .image),
      message: message, end: status.map { LogEntry.End(status: $0, failure: failure) },
      time: time ?? now)
    if let metrics {
      guard let step else { throw refuse("a line with metrics needs a step") }
      entry.measurement = StepMeasurement(
        step: step, epoch: epoch, images: images, time: time ?? now, values: metrics)
    }
    return entry
  }
}
