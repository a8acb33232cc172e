import Tensors

/// The order in which finite data is seen: one permutation after another.
///
/// Each permutation is a function of (seed, number) alone, so a position is all there is to save.
package struct DataOrder: Sendable {
  package let seed: UInt64
  package let count: Int
  private var number = -1
  private var permutation: [UInt32] = []

  /// The order of some data.
  ///
  /// - Parameters:
  ///   - count: examples, from 1 to 2³² − 1.
  package init(seed: UInt64, count: Int) {
    precondition(count >= 1 && count < Int(UInt32.max), "an order needs 1 to 2³² − 1 examples")
    self.seed = seed
    self.count = count
  }

  /// The example at a position of the endless order: position `n · count` begins permutation `n`.
  package mutating func index(at position: Int) -> Int {
    let (wanted, place) = position.quotientAndRemainder(dividingBy: count)
    if wanted != number {
      permutation = Self.permutation(
        number: wanted, seed: seed, count: count, stream: DataStream.order)
      number = wanted
    }
    return Int(permutation[place])
  }

  /// The examples at successive positions.
  package mutating func indices(at positions: Range<Int>) -> [Int] {
    positions.map { index(at: $0) }
  }

  /// A permutation by Fisher and Yates (Durstenfeld's form), its choices unbiased.
  ///
  /// Choice `i` takes the two 32-bit halves of a Philox block as one 64-bit number times `i + 1`
  /// (Lemire, "Fast random integer generation in an interval", 2019); the second pair of the block
  /// serves the about one in 2³² cases that would be biased.
  static func permutation(
    number: Int, seed: UInt64, count: Int, stream: UInt32
  ) -> [UInt32] {
    var permutation = Array(0..<UInt32(count))
    for i in stride(from: count - 1, to: 0, by: -1) {
      let block = Philox.block(
        counter: SIMD4(
          UInt32(i), UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32),
          stream
        ), key: seed)
      let choices = UInt64(i + 1)
      var product = (UInt64(block[1]) << 32 | UInt64(block[0])).multipliedFullWidth(by: choices)
      if product.low < (0 &- choices) % choices {
        product = (UInt64(block[3]) << 32 | UInt64(block[2])).multipliedFullWidth(by: choices)
      }
      permutation.swapAt(i, Int(product.high))
    }
    return permutation
  }
}
