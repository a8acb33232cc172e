import RunModel
import Tensors

/// Random numbers of one point's suggestion, each by what it is for: none depends on another.
struct CounterDraw {
  let seed: UInt64
  let point: Int
  let draw: Int

  /// What a number is for: the last word of its counter.
  struct Purpose {
    let word: UInt32

    /// `RAND`: a parameter's value.
    static let value = Purpose(word: 0x5241_4E44)
    /// `TPC` and the candidate's number: a parameter's value in it.
    static func candidate(_ number: Int) -> Purpose { Purpose(word: 0x5450_4300 | byte(number)) }
    /// `TPK` and the candidate's number: the kernel that it comes from.
    static func kernel(_ number: Int) -> Purpose { Purpose(word: 0x5450_4B00 | byte(number)) }

    private static func byte(_ number: Int) -> UInt32 { UInt32(truncatingIfNeeded: number & 255) }
  }

  /// A number of 53 bits, from 0 to under 1.
  ///
  /// - Parameter name: `nameWord` of a parameter.
  func uniform(_ name: UInt32, _ purpose: Purpose) -> Double {
    let words = Philox.block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: point), UInt32(truncatingIfNeeded: draw), name, purpose.word),
      key: seed)
    return Double((UInt64(words[0]) << 32 | UInt64(words[1])) >> 11) * 0x1p-53
  }
}

extension Parameter {
  /// Stands for the parameter's key in counters, so that another parameter moves none of its draws: the
  /// first 32 bits of the key's SHA-256.
  var nameWord: UInt32 {
    let hash = SHA256()
    hash.update(key.utf8)
    return hash.finish().bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }
}
