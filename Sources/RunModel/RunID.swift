/// A run's identity: `r` and 13 lower-case base-32 characters.
///
/// The characters hold 65 bits: 42 bits of Unix milliseconds, then 23 random bits, so that ids sort
/// by time and runs of several files can be brought together.
public struct RunID: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The 14 characters.
  public let rawValue: String

  /// Crockford's alphabet without the letters that are read for digits; its order is ASCII's.
  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  /// Whether a byte is a character of the alphabet: a list asks it of every id.
  private static func isDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "i"), UInt8(ascii: "l"), UInt8(ascii: "o"), UInt8(ascii: "u"): false
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
    default: false
    }
  }

  /// An id from its text, `nil` where the text is not one.
  public init?(rawValue: String) {
    guard rawValue.utf8.count == 14, Self.isPrefix(rawValue) else { return nil }
    self.rawValue = rawValue
  }

  /// An id made at a time.
  ///
  /// - Parameters:
  ///   - time: when the run was created; milliseconds are kept.
  ///   - random: the source of the 23 random bits.
  public init(at time: Timestamp, using random: inout some RandomNumberGenerator) {
    self.init(at: time, bits: UInt64.random(in: 0..<(1 << 23), using: &random))
  }

  /// An id made of a time and 23 bits that tell runs of one millisecond apart.
  package init(at time: Timestamp, bits noise: UInt64) {
    let milliseconds = UInt64(max(0, time.microseconds / 1000)) & (1 << 42 - 1)
    let noise = noise & (1 << 23 - 1)
    // 65 bits: the top character holds the five highest.
    var characters = [UInt8](repeating: 0, count: 13)
    var high = milliseconds
    var low = noise
    for place in (0..<13).reversed() {
      characters[place] = Self.alphabet[Int(low & 31)]
      low = (low >> 5) | ((high & 31) << 18)
      high >>= 5
    }
    rawValue = "r" + String(decoding: characters, as: UTF8.self)
  }

  /// The millisecond that it was made at.
  package var time: Timestamp {
    let digits = rawValue.utf8.dropFirst().compactMap { Self.alphabet.firstIndex(of: $0) }
    // The upper 42 of 65 bits: eight characters, and two bits of the next.
    let milliseconds = digits.prefix(8).reduce(0) { $0 << 5 | $1 } << 2 | digits[8] >> 3
    return Timestamp(microseconds: Int64(milliseconds) * 1000)
  }

  /// Whether a text could begin an id.
  public static func isPrefix(_ text: String) -> Bool {
    text.utf8.first == UInt8(ascii: "r") && text.utf8.count <= 14
      && text.utf8.dropFirst().allSatisfy(isDigit)
  }

  /// The 14 characters.
  public var description: String { rawValue }

  /// Orders ids by their time, then by their random bits.
  public static func < (first: RunID, second: RunID) -> Bool { first.rawValue < second.rawValue }
}
