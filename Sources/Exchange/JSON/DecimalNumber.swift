#if canImport(Glibc)
  import Glibc
#endif

/// A number as JSON writes it (RFC 8259 §6), in decimal digits.
struct DecimalNumber {
  /// Where it stands.
  private let text: UnsafeBufferPointer<UInt8>
  /// Its digits without the point, as far as 64 bits hold them; `nil` where they hold them not.
  private let digits: UInt64?
  /// What ten is raised to, to be multiplied with the digits.
  private let exponent: Int
  private let isNegative: Bool
  /// Whether it is written without a point and an exponent.
  private let isWhole: Bool

  /// More than any number needs, and little enough for the stack.
  private static let longest = 1024

  /// The number at a place, which is moved behind it; `nil` where there is none.
  init?(in bytes: UnsafeBufferPointer<UInt8>, at place: inout Int) {
    let start = place
    var end = place
    let count = bytes.count
    isNegative = end < count && bytes[end] == UInt8(ascii: "-")
    if isNegative { end += 1 }
    var value: UInt64 = 0
    var fits = true
    var shift = 0
    func digit() -> UInt64? {
      guard end < count else { return nil }
      let digit = bytes[end] &- 0x30
      return digit < 10 ? UInt64(digit) : nil
    }
    func takeDigits() -> Int {
      let first = end
      while let next = digit() {
        // 19 digits always fit.
        if value < 1_000_000_000_000_000_000 { value = value &* 10 &+ next } else { fits = false }
        end += 1
      }
      return end - first
    }
    let leading = digit()
    let whole = takeDigits()
    guard whole == 1 || whole > 1 && leading != 0 else { return nil }
    var isWhole = true
    if end < count, bytes[end] == UInt8(ascii: ".") {
      end += 1
      shift = takeDigits()
      guard shift > 0 else { return nil }
      isWhole = false
    }
    var power = 0
    if end < count, bytes[end] | 0x20 == UInt8(ascii: "e") {
      end += 1
      var isSmall = false
      if end < count, bytes[end] == UInt8(ascii: "-") || bytes[end] == UInt8(ascii: "+") {
        isSmall = bytes[end] == UInt8(ascii: "-")
        end += 1
      }
      guard digit() != nil else { return nil }
      while let next = digit() {
        if power < 100_000 { power = power * 10 + Int(next) }
        end += 1
      }
      if isSmall { power = -power }
      isWhole = false
    }
    guard end - start <= Self.longest else { return nil }
    self.isWhole = isWhole
    digits = fits ? value : nil
    exponent = power - shift
    text = UnsafeBufferPointer(rebasing: bytes[start..<end])
    place = end
  }

  /// The number as a whole one; `nil` where it has a fraction or does not fit.
  var integer: Int64? {
    if isWhole {
      guard let value = digits.flatMap(Int64.init(exactly:)) else { return nil }
      return isNegative ? -value : value
    }
    return Int64(exactly: double)
  }

  /// Whether it is written as a whole number, without a point and an exponent.
  var isWrittenWhole: Bool { isWhole }

  /// The nearest double; infinite beyond the largest.
  var double: Double {
    // Both are exact doubles, so one rounding gives the nearest (W. D. Clinger, "How to Read Floating
    // Point Numbers Accurately", 1990).
    if let digits, digits <= 1 << 53, (-22...22).contains(exponent) {
      let value = Double(digits)
      let scaled =
        exponent < 0 ? value / Self.powersOfTen[-exponent] : value * Self.powersOfTen[exponent]
      return isNegative ? -scaled : scaled
    }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { copy in
      for index in text.indices { copy[index] = CChar(bitPattern: text[index]) }
      copy[text.count] = 0
      // In the C locale, which this program never leaves.
      return copy.baseAddress.map { strtod($0, nil) } ?? .nan
    }
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
