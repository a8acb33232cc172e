/// Reads JSON (RFC 8259) strictly out of bytes, value after value, without building a tree.
///
/// Of what a standard leaves open it takes the narrow side: UTF-8 alone, no NUL, no key twice.
/// Half a million numbers a second come through here; Foundation's reader takes longer over one line than
/// SQLite over its points.
struct JSONReader {
  /// Objects and arrays within one another.
  static let deepest = 32

  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0

  /// A reader at the first of some bytes, which must stay as long as it reads.
  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// A fault at the next byte.
  func fault(_ reason: String) -> JSONFault { JSONFault(reason: reason, column: place + 1) }

  // MARK: Structure

  /// The next byte that is no white space, which stays.
  mutating func peek() -> UInt8? {
    while place < bytes.count {
      switch bytes[place] {
      case 0x20, 0x09, 0x0A, 0x0D: place += 1
      case let byte: return byte
      }
    }
    return nil
  }

  /// Passes over a byte, and white space before it, where that is the next.
  mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    place += 1
    return true
  }

  /// Passes over a byte that must be next.
  mutating func expect(_ byte: UInt8, _ reason: String) throws(JSONFault) {
    guard take(byte) else { throw fault(reason) }
  }

  /// Makes sure that nothing follows.
  mutating func expectEnd() throws(JSONFault) {
    guard peek() == nil else { throw fault("something follows the value") }
  }

  /// Goes on to the next member of an object whose bracket has been passed.
  ///
  /// - Parameter isFirst: whether none has been read yet; false from then on.
  /// - Returns: whether there is one; where not, the object's end is passed.
  mutating func nextMember(_ isFirst: inout Bool) throws(JSONFault) -> Bool {
    try next(&isFirst, end: UInt8(ascii: "}"), "a comma or } is missing")
  }

  private mutating func next(
    _ isFirst: inout Bool, end: UInt8, _ reason: String
  ) throws(JSONFault) -> Bool {
    if take(end) {
      return false
    }
    if !isFirst {
      try expect(UInt8(ascii: ","), reason)
    }
    isFirst = false
    return true
  }

  /// The name of a member and the colon behind it.
  mutating func key() throws(JSONFault) -> String {
    guard peek() == UInt8(ascii: "\"") else { throw fault("a member's name is missing") }
    let name = try string()
    try expect(UInt8(ascii: ":"), "a colon is missing")
    return name
  }

  /// Hands over each member's name, the reader at its value.
  mutating func forEachMember(
    _ body: (inout JSONReader, String) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    try expect(UInt8(ascii: "{"), "an object is missing")
    var names: Set<String> = []
    var isFirst = true
    while try nextMember(&isFirst) {
      let start = place
      let name = try key()
      guard names.insert(name).inserted else {
        throw JSONFault(reason: "the name '\(name)' stands twice", column: start + 1)
      }
      try body(&self, name)
    }
  }

  /// Calls `body` at each element, with its number from 0.
  mutating func forEachElement(
    _ body: (inout JSONReader, Int) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    try expect(UInt8(ascii: "["), "an array is missing")
    var isFirst = true
    var count = 0
    while try next(&isFirst, end: UInt8(ascii: "]"), "a comma or ] is missing") {
      try body(&self, count)
      count += 1
    }
  }

  // MARK: Texts

  /// Whether the next bytes are a member's name as another one was written, and passes over it and its
  /// colon: metrics come in the same order line after line.
  mutating func take(name: [UInt8]) -> Bool {
    guard peek() == UInt8(ascii: "\""), place + name.count + 2 < bytes.count,
      bytes[place + name.count + 1] == UInt8(ascii: "\"")
    else { return false }
    for index in name.indices where bytes[place + 1 + index] != name[index] { return false }
    let start = place
    place += name.count + 2
    guard take(UInt8(ascii: ":")) else {
      place = start
      return false
    }
    return true
  }

  /// A string.
  mutating func string() throws(JSONFault) -> String {
    try expect(UInt8(ascii: "\""), "a string is missing")
    let start = place
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "\""):
        let text = String(validating: bytes[start..<place], as: UTF8.self)
        guard let text else { throw fault("a string is not UTF-8") }
        place += 1
        return text
      case UInt8(ascii: "\\"): return try escapedString(from: start)
      case 0..<0x20: throw fault("a string holds a control character that is not escaped")
      default: place += 1
      }
    }
    throw fault("a string has no end")
  }

  /// A string that holds escapes, from its first byte.
  private mutating func escapedString(from start: Int) throws(JSONFault) -> String {
    var text = Array(bytes[start..<place])
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: text, as: UTF8.self) else {
          throw fault("a string is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): text.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20: throw fault("a string holds a control character that is not escaped")
      default: text.append(byte)
      }
    }
    throw fault("a string has no end")
  }

  private mutating func escape() throws(JSONFault) -> Unicode.Scalar {
    guard place < bytes.count else { throw fault("a string has no end") }
    let byte = bytes[place]
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var unit = try hexDigits()
      if (0xD800..<0xDC00).contains(unit), place + 1 < bytes.count,
        bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u")
      {
        place += 2
        let low = try hexDigits()
        guard (0xDC00..<0xE000).contains(low) else { throw fault("half a surrogate pair") }
        unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
      }
      guard unit != 0 else { throw fault("a string holds a NUL") }
      guard let scalar = Unicode.Scalar(unit) else { throw fault("half a surrogate pair") }
      return scalar
    default: throw fault("an escape that JSON does not know")
    }
  }

  private mutating func hexDigits() throws(JSONFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard place < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue
      else { throw fault("four hexadecimal digits are missing") }
      value = value << 4 | UInt32(digit)
      place += 1
    }
    return value
  }

  // MARK: Numbers and words

  /// Passes over a word such as `true` where it is next.
  mutating func take(word: StaticString) -> Bool {
    _ = peek()
    let isNext = word.withUTF8Buffer { word in
      place + word.count <= bytes.count
        && bytes[place..<place + word.count].elementsEqual(word)
    }
    if isNext { place += word.utf8CodeUnitCount }
    return isNext
  }

  /// A number.
  mutating func number() throws(JSONFault) -> DecimalNumber {
    _ = peek()
    guard let number = DecimalNumber(in: bytes, at: &place) else {
      throw fault("a number is missing, or not one that JSON knows")
    }
    return number
  }
}
