import RunModel

/// One row as its seal sees it: the table's name, then its values, without keys that only this file has.
enum SealedRow {
  case run(
    id: String, name: String, experiment: String, status: String, createdAt: Int64,
    endedAt: Int64?, failure: String?, parent: String?, parentDigest: [UInt8]?,
    deletedAt: Int64?)
  case setting(key: String, ParameterValue)
  case attempt(
    number: Int, startStep: Int, visibleTo: Int?, startedAt: Int64, endedAt: Int64?,
    status: String, ProcessIdentity)
  case environment(attempt: Int, name: String, value: String)
  case tag(key: String, value: String)
  case note(String)
  case line(number: Int, attempt: Int, time: Int64, text: String)
  case step(step: Int, attempt: Int, epoch: Int?, images: Int?, time: Int64)
  case point(metric: String, step: Int, attempt: Int, value: Double)
  case picture(
    name: String, step: Int, attempt: Int, epoch: Int, time: Int64, png: SHA256Digest)
  case checkpoint(
    attempt: Int, step: Int, epoch: Int, isEpochEnd: Bool, createdAt: Int64, digest: [UInt8],
    sizes: [Int], clocks: [String: Double])
  case pin(name: String, step: Int, digest: [UInt8])
  /// How far a run has come: columns of its row that each batch changes.
  case progress(epoch: Int, step: Int, images: Int, checkpoints: Int)
  /// The last sign of life of an attempt that has not ended.
  case heartbeat(attempt: Int, time: Int64)

  /// What the row adds to the sum.
  var seal: Seal { encoding.seal }

  /// The row's bytes as they are hashed.
  var encoding: RowHash {
    var row = RowHash()
    switch self {
    case .run(
      let id, let name, let experiment, let status, let createdAt, let endedAt, let failure,
      let parent, let parentDigest, let deletedAt):
      row.add("run", id, name, experiment, status)
      row.add(createdAt)
      row.add(endedAt)
      row.add(failure)
      row.add(parent)
      row.add(parentDigest)
      // Seals of runs that were never deleted are those of the schema's first version.
      if let deletedAt { row.add(deletedAt) }
    case .setting(let key, let value):
      row.add("setting", key)
      row.add(value)
    case .attempt(
      let number, let startStep, let visibleTo, let startedAt, let endedAt, let status,
      let process):
      row.add("attempt")
      row.add(Int64(number), Int64(startStep))
      row.add(visibleTo.map(Int64.init))
      row.add(startedAt)
      row.add(endedAt)
      row.add(status, process.host, process.pidNamespace, process.bootID)
      row.add(Int64(process.pid), process.startTicks)
    case .environment(let attempt, let name, let value):
      row.add("environment")
      row.add(Int64(attempt))
      row.add(name, value)
    case .tag(let key, let value): row.add("tag", key, value)
    case .note(let text): row.add("note", text)
    case .line(let number, let attempt, let time, let text):
      row.add("line", text)
      row.add(Int64(number), Int64(attempt), time)
    case .step(let step, let attempt, let epoch, let images, let time):
      row.addStep(step: step, attempt: attempt, epoch: epoch, images: images, time: time)
    case .point(let metric, let step, let attempt, let value):
      row.addPoint(metric: metric, step: step, attempt: attempt, value: value)
    case .picture(let name, let step, let attempt, let epoch, let time, let png):
      row.add("picture", name)
      row.add(Int64(step), Int64(attempt), Int64(epoch), time)
      row.add(png.bytes)
    case .checkpoint(
      let attempt, let step, let epoch, let isEpochEnd, let createdAt, let digest, let sizes,
      let clocks):
      row.add("checkpoint")
      row.add(Int64(attempt), Int64(step), Int64(epoch), isEpochEnd ? 1 : 0, createdAt)
      row.add(digest)
      for size in sizes { row.add(Int64(size)) }
      for (name, seconds) in clocks.sorted(by: { $0.key < $1.key }) {
        row.add(name)
        row.add(seconds)
      }
    case .pin(let name, let step, let digest):
      row.add("pin", name)
      row.add(Int64(step))
      row.add(digest)
    case .progress(let epoch, let step, let images, let checkpoints):
      row.add("progress")
      row.add(Int64(epoch), Int64(step), Int64(images), Int64(checkpoints))
    case .heartbeat(let attempt, let time):
      row.add("heartbeat")
      row.add(Int64(attempt), time)
    }
    return row
  }
}

/// Values put one after the other so that no two rows share an encoding: kind, then length or value.
struct RowHash {
  var bytes: [UInt8] = []
  private let hash = SHA256()

  init() { bytes.reserveCapacity(128) }

  mutating func add(_ texts: String...) {
    for text in texts { add(Optional(text)) }
  }

  mutating func add(_ text: String?) {
    guard let text else { return bytes.append(0) }
    bytes.append(1)
    append(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func add(_ numbers: Int64...) {
    for number in numbers { add(Optional(number)) }
  }

  mutating func add(_ number: Int64?) {
    guard let number else { return bytes.append(0) }
    bytes.append(2)
    append(UInt64(bitPattern: number))
  }

  /// One pattern for every NaN and one for both zeros, as SQLite gives them back.
  mutating func add(_ value: Double) {
    bytes.append(3)
    append(Self.pattern(of: value))
  }

  /// A number's bits: of every NaN the same, and of both zeros.
  static func pattern(of value: Double) -> UInt64 {
    value.isNaN ? Double.nan.bitPattern : value == 0 ? 0 : value.bitPattern
  }

  mutating func add(_ blob: [UInt8]?) {
    guard let blob else { return bytes.append(0) }
    bytes.append(4)
    append(UInt64(blob.count))
    bytes.append(contentsOf: blob)
  }

  mutating func add(_ value: ParameterValue) {
    switch value {
    case .boolean(let value):
      bytes.append(5)
      add(value ? 1 : 0)
    case .integer(let value): add(value)
    case .number(let value): add(value)
    case .text(let value): add(value)
    }
  }

  private mutating func append(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// The values of a row of `step`.
  mutating func addStep(step: Int, attempt: Int, epoch: Int?, images: Int?, time: Int64) {
    add(Optional("step"))
    add(Optional(Int64(step)))
    add(Optional(Int64(attempt)))
    add(Optional(time))
    add(epoch.map(Int64.init))
    add(images.map(Int64.init))
  }

  /// The values of a row of `point`.
  mutating func addPoint(metric: String, step: Int, attempt: Int, value: Double) {
    add(Optional("point"))
    add(Optional(metric))
    add(Optional(Int64(step)))
    add(Optional(Int64(attempt)))
    add(value)
  }

  /// How far before a point's end the eight bytes of its step and of its value begin: step, attempt and
  /// value have a byte of their kind each.
  static let (stepBeforeEnd, valueBeforeEnd) = (26, 8)

  /// The digest of the values.
  var seal: Seal {
    bytes.withUnsafeBytes(hash.update)
    return withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { digest in
      hash.finish(into: digest)
      return Seal(digest: UnsafeRawBufferPointer(digest))
    }
  }

  /// The digest of one row after another, in memory that is used again.
  mutating func seal(of values: (inout RowHash) -> Void) -> Seal {
    bytes.removeAll(keepingCapacity: true)
    values(&self)
    return seal
  }
}
