import RunModel

/// A sum modulo 2^256 of SHA-256 digests, one a row: the check over what a reader can see of a run.
///
/// The order of rows does not matter, so that inserting adds, deleting subtracts and updating does both,
/// without reading anything else (Bellare and Micciancio, "A New Paradigm for Collision-Free Hashing",
/// 1997: against accidents, not against forgery).
package struct Seal: Hashable, Sendable {
  /// Four 64-bit digits, the lowest first.
  private var digits: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  /// The seal of no rows.
  package init() {}

  /// A seal from its 32 bytes, the highest first; `nil` where there are not 32.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    var values = [UInt64](repeating: 0, count: 4)
    for (place, byte) in bytes.enumerated() {
      values[3 - place / 8] = values[3 - place / 8] << 8 | UInt64(byte)
    }
    digits = (values[0], values[1], values[2], values[3])
  }

  /// A seal from a digest's 32 bytes in memory.
  init(digest: UnsafeRawBufferPointer) {
    func digit(_ place: Int) -> UInt64 {
      UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8 * place, as: UInt64.self))
    }
    digits = (digit(3), digit(2), digit(1), digit(0))
  }

  /// The 32 bytes, the highest first.
  package var bytes: [UInt8] {
    [digits.3, digits.2, digits.1, digits.0].flatMap { digit in
      (0..<8).map { UInt8(truncatingIfNeeded: digit >> (56 - 8 * $0)) }
    }
  }

  package static func += (sum: inout Seal, other: Seal) {
    var carry: UInt64 = 0
    func add(_ first: UInt64, _ second: UInt64) -> UInt64 {
      let (part, early) = first.addingReportingOverflow(second)
      let (whole, late) = part.addingReportingOverflow(carry)
      carry = early || late ? 1 : 0
      return whole
    }
    sum.digits.0 = add(sum.digits.0, other.digits.0)
    sum.digits.1 = add(sum.digits.1, other.digits.1)
    sum.digits.2 = add(sum.digits.2, other.digits.2)
    sum.digits.3 = add(sum.digits.3, other.digits.3)
  }

  package static func - (sum: Seal, other: Seal) -> Seal {
    var difference = sum
    difference -= other
    return difference
  }

  package static func -= (sum: inout Seal, other: Seal) { sum += -other }

  /// What brings a seal back to that of no rows.
  package static prefix func - (seal: Seal) -> Seal {
    // Two's complement: all bits turned, plus one.
    var turned = Seal()
    turned.digits = (~seal.digits.0, ~seal.digits.1, ~seal.digits.2, ~seal.digits.3)
    var one = Seal()
    one.digits.0 = 1
    turned += one
    return turned
  }

  package static func == (first: Seal, second: Seal) -> Bool { first.digits == second.digits }

  package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
