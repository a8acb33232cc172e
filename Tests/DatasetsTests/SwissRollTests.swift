import Datasets
import Testing

@Suite("The swiss roll")
struct SwissRollTests {
  @Test("without noise every point lies on the curve, from its inner to its outer end")
  func curve() {
    let roll = SwissRoll(stddev: 0, seed: 3)
    #expect(roll.shape == [2] && roll.count == nil && roll.dataDigest == nil)
    var lengths: [Float] = []
    let rows = roll.rows(0..<5000)
    for point in stride(from: 0, to: rows.count, by: 2) {
      let (x, y) = (rows[point] * 7.5 + 2, rows[point + 1] * 7.5 + 2 / (3 * .pi))
      // At the distance t from its centre the curve has the angle t.
      let t = (x * x + y * y).squareRoot()
      lengths.append(t)
      #expect(abs(x - t * cosine(t)) < 2e-4 && abs(y - t * cosine(t - .pi / 2)) < 2e-4)
    }
    #expect(abs((lengths.min() ?? 0) - 1.5 * .pi) < 0.02)
    #expect(abs((lengths.max() ?? 0) - 4.5 * .pi) < 0.02)
  }

  /// A cosine by its Taylor series, apart from the program's own.
  private func cosine(_ angle: Float) -> Float {
    var x = Double(angle)
    while x > .pi { x -= 2 * .pi }
    var (term, sum) = (1.0, 1.0)
    for k in 1...15 {
      term *= -x * x / Double((2 * k - 1) * (2 * k))
      sum += term
    }
    return Float(sum)
  }

  @Test("points are centred, spread over about one unit, and inside the range", arguments: [1, 2])
  func moments(seed: UInt64) {
    let n = 40_000
    let roll = SwissRoll(stddev: 0.05, seed: seed)
    let rows = roll.rows(0..<n)
    let mean = rows.reduce(0) { $0 + Double($1) } / Double(2 * n)
    let square = rows.reduce(0) { $0 + Double($1) * Double($1) } / Double(2 * n)
    #expect(abs(mean) < 0.02, "seed \(seed)")
    // E[t²] = 9.75 π², less the mean's square; two coordinates, scaled by 1 / 7.5; and the noise.
    let expected = (9.75 * Double.pi * .pi - 4 - 4 / (9 * Double.pi * .pi)) / 112.5 + 0.0025
    #expect(abs(square - expected) < 0.02, "seed \(seed)")
    #expect(rows.allSatisfy(roll.range.contains))
  }

  @Test("an example depends on the seed and its index alone, held-out ones on a stream of theirs")
  func positions() {
    let roll = SwissRoll(stddev: 0.1, seed: 5)
    let rows = roll.rows(0..<100)
    #expect(roll.rows(50..<60) == Array(rows[100..<120]))
    #expect(roll.heldOutRows(0..<100) != rows)
    #expect(SwissRoll(stddev: 0.1, seed: 6).rows(0..<100) != rows)
  }
}
