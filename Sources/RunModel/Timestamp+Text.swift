extension Timestamp {
  /// Microseconds before and after 1970 that a registry keeps, 285 years either way.
  public static let storable =
    Timestamp(
      microseconds: -(1 << 53))...Timestamp(
      microseconds: 1 << 53)

  /// A moment from its RFC 3339 text, such as `2026-11-24T15:30:13.25+01:00`; digits beyond the microsecond are
  /// dropped.
  ///
  /// - Returns: `nil` where the text is not one, or no registry could keep the moment.
  public init?(rfc3339 text: String) {
    var text = text
    guard let time = text.withUTF8(Self.parse), Self.storable.contains(time) else { return nil }
    self = time
  }

  private static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
    var place = 0
    func peek() -> UInt8? { place < text.count ? text[place] : nil }
    func take(_ choices: StaticString) -> Bool {
      guard let byte = peek(), choices.withUTF8Buffer({ $0.contains(byte) }) else { return false }
      place += 1
      return true
    }
    func number(_ width: Int, _ range: ClosedRange<Int64>) -> Int64? {
      var value: Int64 = 0
      for _ in 0..<width {
        guard let byte = peek(), (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 0x30)
        place += 1
      }
      return range.contains(value) ? value : nil
    }
    guard let year = number(4, 0...9999), take("-"), let month = number(2, 1...12), take("-"),
      let day = number(2, 1...31), take("Tt "), let hour = number(2, 0...23), take(":"),
      let minute = number(2, 0...59), take(":"),
      // A leap second is the next minute's first.
      let second = number(2, 0...60)
    else { return nil }
    var fraction: Int64 = 0
    if take(".") {
      var scale: Int64 = 100_000
      let start = place
      while let byte = peek(), (0x30...0x39).contains(byte) {
        fraction += Int64(byte - 0x30) * scale
        scale /= 10
        place += 1
      }
      guard place > start else { return nil }
    }
    var offset: Int64 = 0
    if !take("Zz") {
      let isWest = peek() == UInt8(ascii: "-")
      guard take("+-"), let hours = number(2, 0...23), take(":"), let minutes = number(2, 0...59)
      else { return nil }
      offset = (hours * 60 + minutes) * (isWest ? -60 : 60)
    }
    let days = dayNumber(year: year, month: month, day: day)
    guard place == text.count, civil(days: days) == (year, month, day) else { return nil }
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    return Timestamp(microseconds: seconds * 1_000_000 + fraction)
  }

  /// The day number of a proleptic Gregorian date; day 0 is 1970-01-01.
  ///
  /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
  private static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted.flooredQuotient(400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
