/// Numbers told by bytes, one after the other; zero where they end.
struct ByteScript {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// Whether all bytes were taken.
  var isAtEnd: Bool { rest.isEmpty }

  /// The next number, little-endian.
  mutating func next<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number {
    var number: Number = 0
    for place in 0..<Number.bitWidth / 8 {
      number |= Number(truncatingIfNeeded: rest.popFirst() ?? 0) &<< (8 * place)
    }
    return number
  }

  /// The next number as one below `count`, which is at least 1.
  mutating func next(below count: Int) -> Int { Int(next(UInt32.self)) % count }

  /// Some bytes, fewer where they end.
  mutating func take(_ count: Int) -> [UInt8] {
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }
}
