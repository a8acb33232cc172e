import RunModel

/// Values as a run has them.
extension JSONReader {
  /// A whole number that a registry can keep: 0 to 2^53.
  mutating func count() throws(JSONFault) -> Int {
    let before = self
    guard let value = try number().integer, (0...1 << 53).contains(value) else {
      throw before.fault("a whole number from 0 to 2^53 is missing")
    }
    return Int(value)
  }

  /// A metric's value: a number, or one that is not finite, as a word or as a string.
  mutating func metric() throws(JSONFault) -> Double {
    let before = self
    switch peek() {
    case UInt8(ascii: "\""):
      switch try string() {
      case "NaN": return .nan
      case "Infinity": return .infinity
      case "-Infinity": return -.infinity
      default: throw before.fault("a number is missing, or \"NaN\", \"Infinity\", \"-Infinity\"")
      }
    case UInt8(ascii: "N"):
      if take(word: "NaN") { return .nan }
    case UInt8(ascii: "I"):
      if take(word: "Infinity") { return .infinity }
    default:
      if take(word: "-Infinity") { return -.infinity }
    }
    let value = try number().double
    guard value.isFinite else { throw before.fault("a number is beyond the largest double") }
    return value
  }

  /// A moment: RFC 3339, or seconds since 1970 as Python's `time.time()` tells them.
  mutating func time() throws(JSONFault) -> Timestamp {
    let before = self
    if peek() == UInt8(ascii: "\"") {
      guard let time = Timestamp(rfc3339: try string()) else {
        throw before.fault("a time is not RFC 3339, such as 2026-11-24T15:30:13Z")
      }
      return time
    }
    let seconds = try number().double
    guard abs(seconds) <= 9e9 else { throw before.fault("a time is beyond all years") }
    return Timestamp(microseconds: Int64((seconds * 1e6).rounded()))
  }

  /// How a run ended.
  mutating func status() throws(JSONFault) -> RunStatus {
    let before = self
    let ends: [RunStatus] = [.finished, .interrupted, .failed, .diverged]
    guard let status = RunStatus(rawValue: try string()), ends.contains(status) else {
      throw before.fault("the status is none of finished, interrupted, failed and diverged")
    }
    return status
  }

  /// What a run begins with.
  mutating func header() throws(JSONFault) -> LogEntry.Header {
    var header = LogEntry.Header()
    try forEachMember { (json, name) throws(JSONFault) in
      switch name {
      case "name": header.name = try json.string()
      case "experiment": header.experiment = try json.string()
      case "params": header.parameters = try json.parameters()
      case "tags": header.tags = try json.tags()
      default: throw json.fault("'\(name)' is none of name, experiment, params and tags")
      }
    }
    return header
  }

  /// A user's keys and values; numbers and truth values become text.
  mutating func tags() throws(JSONFault) -> [String: String] {
    var tags: [String: String] = [:]
    try forEachMember { (json, name) throws(JSONFault) in
      let before = json
      guard !name.isEmpty else { throw before.fault("a tag's key is empty") }
      guard let value = try json.scalar() else {
        throw before.fault("a tag's value is a text, a number, true or false")
      }
      tags[name] = value.description
    }
    return tags
  }

  /// Settings by dotted key; those within objects and arrays are named by their place.
  mutating func parameters() throws(JSONFault) -> [String: ParameterValue] {
    guard peek() == UInt8(ascii: "{") else { throw fault("params are an object") }
    var values: [String: ParameterValue] = [:]
    try addParameters("", depth: 0, to: &values)
    return values
  }

  private mutating func addParameters(
    _ key: String, depth: Int, to values: inout [String: ParameterValue]
  ) throws(JSONFault) {
    let before = self
    guard depth < Self.deepest else {
      throw fault("more than \(Self.deepest) objects and arrays within one another")
    }
    var isEmpty = true
    switch peek() {
    case UInt8(ascii: "{"):
      try forEachMember { (json, name) throws(JSONFault) in
        isEmpty = false
        guard !name.isEmpty else { throw json.fault("a setting's key is empty") }
        let inner = depth == 0 ? name : "\(key).\(name)"
        try json.addParameters(inner, depth: depth + 1, to: &values)
      }
      if isEmpty, depth > 0 { values[key] = .text("{}") }
    case UInt8(ascii: "["):
      try forEachElement { (json, index) throws(JSONFault) in
        isEmpty = false
        try json.addParameters("\(key).\(index)", depth: depth + 1, to: &values)
      }
      if isEmpty { values[key] = .text("[]") }
    default:
      let value = try scalar() ?? .text("null")
      guard values.updateValue(value, forKey: key) == nil else {
        throw before.fault("the setting '\(key)' stands twice")
      }
    }
  }

  /// A truth value, a number or a text; `nil` for null.
  private mutating func scalar() throws(JSONFault) -> ParameterValue? {
    let before = self
    switch peek() {
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"):
      if take(word: "true") { return .boolean(true) }
    case UInt8(ascii: "f"):
      if take(word: "false") { return .boolean(false) }
    case UInt8(ascii: "n"):
      if take(word: "null") { return nil }
    case UInt8(ascii: "N"):
      if take(word: "NaN") { return .number(.nan) }
    case UInt8(ascii: "I"):
      if take(word: "Infinity") { return .number(.infinity) }
    default:
      if take(word: "-Infinity") { return .number(-.infinity) }
    }
    let number = try number()
    if number.isWrittenWhole, let whole = number.integer { return .integer(whole) }
    guard number.double.isFinite else {
      throw before.fault("a number is beyond the largest double")
    }
    return .number(number.double)
  }
}
