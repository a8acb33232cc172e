import TestSupport
import Testing

@testable import Evaluation

@Suite("Sorting by bits")
struct SortingTests {
  @Test("numbers of either sign and any size come out in order", arguments: [1, 2, 3000])
  func order(count: Int) {
    // SplitMix64, seed 5: bit patterns, so that every exponent occurs.
    var random = SeededNumbers(seed: 5)
    var numbers = (0..<count).map { _ in
      Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
    }.map { $0.isNaN ? -0 : $0 }
    let expected = numbers.sorted()
    var sorting = FloatSorting(count: count)
    // Twice, since room is used again.
    for _ in 0..<2 {
      numbers.reverse()
      numbers.withUnsafeMutableBufferPointer { sorting.sort($0) }
      #expect(numbers == expected)
    }
  }
}
