package import RunModel

/// Writes an event file as TensorBoard reads it: records of protocol buffers, framed by checksums.
///
/// Scalars are float32 there (`Summary.Value.simple_value`): a double comes back as another number.
package struct EventFileWriter {
  /// The name of an event file: TensorBoard reads files whose name holds `tfevents`, in the order of their
  /// names.
  package static func name(at time: Timestamp) -> String {
    let seconds = String(max(0, time.microseconds / 1_000_000))
    let padding = String(repeating: "0", count: max(0, 10 - seconds.count))
    return "events.out.tfevents.\(padding)\(seconds).gan-runs.0.0"
  }

  private var record: [UInt8] = []
  private var event: [UInt8] = []
  private var value: [UInt8] = []

  /// A writer of one file.
  package init() {}

  /// The first record, which says what kind of file it is.
  package mutating func start(at time: Timestamp) -> [UInt8] {
    beginEvent(at: time)
    event.append(text: "brain.Event:2", field: 3)
    return framed()
  }

  /// The record of one scalar.
  package mutating func scalar(
    _ name: String, _ number: Double, step: Int, at time: Timestamp
  ) -> [UInt8] {
    value.removeAll(keepingCapacity: true)
    value.append(text: name, field: 1)
    value.append(float: Float(number), field: 2)
    return summary(step: step, at: time)
  }

  /// The record of one picture, `nil` where the bytes do not begin as a PNG file does.
  package mutating func picture(
    _ name: String, png: [UInt8], step: Int, at time: Timestamp
  ) -> [UInt8]? {
    // Behind the signature: length and name of the first chunk, width, height, depth and colour type (PNG § 11.2.2).
    guard png.count >= 26, isPNG(png) else { return nil }
    let channels = [0: 1, 4: 2, 6: 4][png[25]] ?? 3
    func number(at place: Int) -> UInt64 {
      png[place..<place + 4].reduce(0) { $0 << 8 | UInt64($1) }
    }
    var image: [UInt8] = []
    image.append(number: number(at: 20), field: 1)
    image.append(number: number(at: 16), field: 2)
    image.append(number: UInt64(channels), field: 3)
    image.append(bytes: png, field: 4)
    value.removeAll(keepingCapacity: true)
    value.append(text: name, field: 1)
    value.append(bytes: image, field: 4)
    return summary(step: step, at: time)
  }

  private mutating func summary(step: Int, at time: Timestamp) -> [UInt8] {
    beginEvent(at: time)
    event.append(number: UInt64(step), field: 2)
    // A summary that holds the value as its field 1.
    var summary: [UInt8] = []
    summary.append(bytes: value, field: 1)
    event.append(bytes: summary, field: 5)
    return framed()
  }

  private mutating func beginEvent(at time: Timestamp) {
    event.removeAll(keepingCapacity: true)
    event.append(double: Double(time.microseconds) / 1e6, field: 1)
  }

  /// The event between its length and checksums.
  private mutating func framed() -> [UInt8] {
    record.removeAll(keepingCapacity: true)
    let length = UInt64(event.count).littleEndian
    withUnsafeBytes(of: length) {
      record.append(contentsOf: $0)
      record.append(fixed: CRC32C.masked($0))
    }
    record.append(contentsOf: event)
    event.withUnsafeBytes { record.append(fixed: CRC32C.masked($0)) }
    return record
  }
}

/// Protocol buffers' encoding (protobuf.dev/programming-guides/encoding), as far as events need it.
extension [UInt8] {
  fileprivate mutating func append(number: UInt64, field: UInt8) {
    append(field << 3)
    append(varint: number)
  }

  fileprivate mutating func append(double: Double, field: UInt8) {
    append(field << 3 | 1)
    append(fixed: double.bitPattern)
  }

  fileprivate mutating func append(float: Float, field: UInt8) {
    append(field << 3 | 5)
    append(fixed: float.bitPattern)
  }

  fileprivate mutating func append(text: String, field: UInt8) {
    append(bytes: Array(text.utf8), field: field)
  }

  fileprivate mutating func append(bytes: [UInt8], field: UInt8) {
    append(field << 3 | 2)
    append(varint: UInt64(bytes.count))
    append(contentsOf: bytes)
  }

  fileprivate mutating func append(fixed value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
