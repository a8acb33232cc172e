import RunModel

/// What is wrong with a header, worded to follow a colon.
struct HeaderFault: Error {
  let reason: String
}

/// Reads the text of a safetensors header, a JSON object (RFC 8259) of one form, and takes nothing
/// else.
///
/// The form is known down to the last brace, so nothing recurses and depth can't grow. Names are
/// decoded before they are compared: `"a"` and `"\u0061"` are one name.
struct HeaderParser {
  /// A tensor as its entry describes it; nothing of it has been compared with the file yet.
  struct Entry {
    var name: String
    var dtype: DType
    var shape: [Int]
    var begin: UInt64
    var end: UInt64
  }

  private(set) var entries: [Entry] = []
  private(set) var metadata: [String: String] = [:]
  private let text: UnsafeRawBufferPointer
  private var place = 0

  /// Reads a whole header.
  init(_ text: UnsafeRawBufferPointer) throws(HeaderFault) {
    self.text = text
    guard text.first == UInt8(ascii: "{") else {
      throw HeaderFault(reason: "its header does not begin with {")
    }
    try members { (parser, name) throws(HeaderFault) in
      if name == "__metadata__" {
        try parser.metadataMembers()
      } else {
        try parser.entry(name)
      }
    }
    skipSpace()
    guard place == text.count else { throw unexpected("the end of the header") }
  }

  private mutating func metadataMembers() throws(HeaderFault) {
    try members { (parser, key) throws(HeaderFault) in
      parser.metadata[key] = try parser.string("a text, as all metadata are")
    }
  }

  private mutating func entry(_ name: String) throws(HeaderFault) {
    guard !name.isEmpty else { throw HeaderFault(reason: "a tensor has an empty name") }
    guard !name.utf8.contains(0) else {
      throw HeaderFault(reason: "the name of tensor \(Self.shown(name)) holds a NUL character")
    }
    var dtype: DType?
    var shape: [Int]?
    var range: [UInt64]?
    try members { (parser, member) throws(HeaderFault) in
      switch member {
      case "dtype": dtype = try parser.dtype(of: name)
      case "shape":
        shape = try parser.numbers().map { (extent) throws(HeaderFault) in
          guard let extent = Int(exactly: extent) else {
            throw HeaderFault(reason: "an extent of tensor \(Self.shown(name)) is out of range")
          }
          return extent
        }
      case "data_offsets":
        range = try parser.numbers()
      default:
        throw HeaderFault(
          reason: "tensor \(Self.shown(name)) has the unknown member \(Self.shown(member))")
      }
    }
    guard let dtype, let shape, let range, range.count == 2 else {
      let missing =
        dtype == nil ? "dtype" : shape == nil ? "shape" : "data_offsets of two numbers"
      throw HeaderFault(reason: "tensor \(Self.shown(name)) has no \(missing)")
    }
    entries.append(Entry(name: name, dtype: dtype, shape: shape, begin: range[0], end: range[1]))
  }

  private mutating func dtype(of name: String) throws(HeaderFault) -> DType {
    let word = try string("a text, such as \"F32\"")
    guard let dtype = DType(rawValue: word) else {
      throw HeaderFault(
        reason: "tensor \(Self.shown(name)) is of the unknown type \(Self.shown(word))")
    }
    return dtype
  }

  /// Reads an object; `member` reads each value.
  private mutating func members(
    _ member: (inout HeaderParser, String) throws(HeaderFault) -> Void
  ) throws(HeaderFault) {
    try take("{")
    var seen: Set<String> = []
    while !takes("}") {
      if !seen.isEmpty { try take(",") }
      let name = try string("a name in double quotes")
      guard seen.insert(name).inserted else {
        throw HeaderFault(reason: "the name \(Self.shown(name)) stands there twice")
      }
      try take(":")
      try member(&self, name)
    }
  }

  private mutating func numbers() throws(HeaderFault) -> [UInt64] {
    try take("[")
    var numbers: [UInt64] = []
    while !takes("]") {
      if !numbers.isEmpty { try take(",") }
      numbers.append(try number())
    }
    return numbers
  }

  private mutating func number() throws(HeaderFault) -> UInt64 {
    skipSpace()
    let start = place
    var number: UInt64 = 0
    while place < text.count, case let digit = text[place], (48...57).contains(digit) {
      let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, isLarger) = tens.addingReportingOverflow(UInt64(digit - 48))
      guard !isTooLarge, !isLarger else {
        throw HeaderFault(reason: "the number at byte \(start) of its header is out of range")
      }
      number = sum
      place += 1
    }
    let isWhole = place == text.count || !".eE".utf8.contains(text[place])
    guard place > start, isWhole, place == start + 1 || text[start] != UInt8(ascii: "0") else {
      place = start
      throw unexpected("a whole number from 0 up")
    }
    return number
  }

  /// Reads a string.
  ///
  /// - Parameter expected: what it is, for whoever wrote something else.
  private mutating func string(_ expected: String) throws(HeaderFault) -> String {
    skipSpace()
    guard place < text.count, text[place] == UInt8(ascii: "\"") else { throw unexpected(expected) }
    let start = place
    place += 1
    var bytes: [UInt8] = []
    while true {
      guard place < text.count else { throw unexpected("the end of a text") }
      let byte = text[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: bytes, as: UTF8.self) else {
          throw HeaderFault(reason: "the text at byte \(start) of its header is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): bytes += try escaped()
      case 0..<0x20:
        place -= 1
        throw unexpected("a control character written as \\u00XX")
      default: bytes.append(byte)
      }
    }
  }

  /// The character after a backslash.
  private mutating func escaped() throws(HeaderFault) -> [UInt8] {
    let start = place - 1
    guard place < text.count else { throw unexpected("an escaped character") }
    place += 1
    switch text[place - 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [text[place - 1]]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]), place + 1 < text.count,
        text[place] == UInt8(ascii: "\\"), text[place + 1] == UInt8(ascii: "u")
      {
        place += 2
        units.append(try codeUnit())
      }
      if let character = String(validating: units, as: UTF16.self) { return Array(character.utf8) }
    default: break
    }
    place = start
    throw unexpected("a character that JSON escapes")
  }

  private mutating func codeUnit() throws(HeaderFault) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard place < text.count,
        let digit = Character(UnicodeScalar(text[place])).hexDigitValue, text[place] < 0x80
      else { throw unexpected("four hexadecimal digits") }
      unit = unit << 4 | UInt16(digit)
      place += 1
    }
    return unit
  }

  private mutating func skipSpace() {
    while place < text.count, " \t\n\r".utf8.contains(text[place]) { place += 1 }
  }

  private mutating func takes(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    guard place < text.count, text[place] == UInt8(ascii: mark) else { return false }
    place += 1
    return true
  }

  private mutating func take(_ mark: Unicode.Scalar) throws(HeaderFault) {
    if !takes(mark) { throw unexpected("\(mark)") }
  }

  private func unexpected(_ expected: String) -> HeaderFault {
    HeaderFault(reason: "byte \(place) of its header should be \(expected)")
  }

  /// A name as a message shows it.
  static func shown(_ name: String) -> String { "\"\(printable(name, limit: 100))\"" }
}
