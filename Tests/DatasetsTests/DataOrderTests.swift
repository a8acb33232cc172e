import Datasets
import Testing

@Suite("The order of finite data")
struct DataOrderTests {
  @Test("each pass is a permutation", arguments: [1, 2, 3, 10, 997])
  func permutation(count: Int) {
    var order = DataOrder(seed: 3, count: count)
    for pass in 0..<3 {
      let indices = order.indices(at: pass * count..<(pass + 1) * count)
      #expect(indices.sorted() == Array(0..<count))
    }
  }

  @Test("a position's example does not depend on what was asked before")
  func positions() {
    var forwards = DataOrder(seed: 5, count: 50)
    let all = forwards.indices(at: 0..<150)
    var jumping = DataOrder(seed: 5, count: 50)
    for position in [149, 0, 75, 74, 50, 49, 100] {
      #expect(jumping.index(at: position) == all[position])
    }
    #expect(Array(all[0..<50]) != Array(all[50..<100]))
    var other = DataOrder(seed: 6, count: 50)
    #expect(other.indices(at: 0..<50) != Array(all[0..<50]))
  }

  @Test("every example is equally likely in every place", arguments: [11, 12])
  func uniform(seed: UInt64) {
    let (count, passes) = (5, 4000)
    var order = DataOrder(seed: seed, count: count)
    var seen = [Int](repeating: 0, count: count * count)
    for pass in 0..<passes {
      for place in 0..<count { seen[place * count + order.index(at: pass * count + place)] += 1 }
    }
    let expected = Double(passes) / Double(count)
    let chiSquare = seen.reduce(0) {
      $0 + (Double($1) - expected) * (Double($1) - expected) / expected
    }
    // 16 degrees of freedom: beyond 45 once in 10,000.
    #expect(chiSquare < 45, "seed \(seed)")
  }
}
