import Datasets
import Testing

@Suite("Points around centres")
struct GaussianMixtureTests {
  /// Rows as points.
  static func points(
    _ data: GaussianMixture, _ indices: some Sequence<Int>
  ) -> [SIMD2<Float>] {
    let indices = Array(indices)
    var rows = [Float](repeating: .nan, count: 2 * indices.count)
    rows.withUnsafeMutableBufferPointer { rows in
      if let start = rows.baseAddress { data.write(indices, to: start) }
    }
    return indices.indices.map { SIMD2(rows[2 * $0], rows[2 * $0 + 1]) }
  }

  @Test("a ring's centres lie evenly on its circle")
  func ring() {
    let ring = GaussianMixture.ring(modes: 8, radius: 2, stddev: 0.02, seed: 1)
    #expect(ring.shape == [2] && ring.count == nil && ring.dataDigest == nil)
    #expect(ring.centres.count == 8)
    #expect(ring.centres[0] == SIMD2(2, 0))
    for (first, second) in zip(ring.centres, ring.centres.dropFirst()) {
      #expect(abs((first * first).sum() - 4) < 1e-5)
      #expect(abs(((first - second) * (first - second)).sum().squareRoot() - 1.530_734) < 1e-5)
    }
  }

  @Test("a grid's centres lie around 0, row by row", arguments: [1, 2, 5])
  func grid(side: Int) {
    let grid = GaussianMixture.grid(side: side, spacing: 2, stddev: 0.05, seed: 1)
    #expect(grid.centres.count == side * side)
    #expect(grid.centres.reduce(SIMD2(), +) == SIMD2(0, 0))
    #expect(grid.centres[0] == SIMD2(repeating: -Float(side - 1)))
    if side > 1 { #expect(grid.centres[1] - grid.centres[0] == SIMD2(2, 0)) }
  }

  @Test("an example depends on the seed and its index alone")
  func positions() {
    let ring = GaussianMixture.ring(modes: 8, radius: 2, stddev: 0.02, seed: 7)
    let inOrder = Self.points(ring, 0..<100)
    let backwards = Self.points(ring, (0..<100).reversed())
    #expect(inOrder == backwards.reversed())
    #expect(Self.points(ring, [1 << 40]) == Self.points(ring, [1 << 40]))
    let other = GaussianMixture.ring(modes: 8, radius: 2, stddev: 0.02, seed: 8)
    #expect(Self.points(other, 0..<100) != inOrder)
  }

  @Test("held-out examples come from a stream of their own")
  func heldOut() {
    let ring = GaussianMixture.ring(modes: 8, radius: 2, stddev: 0.02, seed: 7)
    var rows = [Float](repeating: 0, count: 200)
    rows.withUnsafeMutableBufferPointer { rows in
      if let start = rows.baseAddress { ring.writeHeldOut(0..<100, to: start) }
    }
    let training = Self.points(ring, 0..<100)
    #expect((0..<100).allSatisfy { SIMD2(rows[2 * $0], rows[2 * $0 + 1]) != training[$0] })
  }

  @Test(
    "all modes are equally likely, and points spread as normal numbers do", arguments: [1, 2, 3])
  func distribution(seed: UInt64) {
    let n = 40_000
    let ring = GaussianMixture.ring(modes: 8, radius: 2, stddev: 0.1, seed: seed)
    var counts = [Int](repeating: 0, count: 8)
    var (sum, squares, fourths, product) = (0.0, 0.0, 0.0, 0.0)
    for point in Self.points(ring, 0..<n) {
      let distances = ring.centres.map { (($0 - point) * ($0 - point)).sum() }
      let mode = distances.indices.min { distances[$0] < distances[$1] } ?? 0
      counts[mode] += 1
      let (x, y) = (
        Double((point - ring.centres[mode]).x) * 10, Double((point - ring.centres[mode]).y) * 10
      )
      sum += x + y
      squares += x * x + y * y
      fourths += x * x * x * x + y * y * y * y
      product += x * y
    }
    // Five standard errors of each moment of 2n (n for the product) standard normal numbers.
    let numbers = Double(2 * n)
    #expect(
      counts.allSatisfy { abs(Double($0) - Double(n) / 8) < 5 * (Double(n) * 7 / 64).squareRoot() })
    #expect(abs(sum / numbers) < 5 / numbers.squareRoot(), "seed \(seed)")
    #expect(abs(squares / numbers - 1) < 5 * (2 / numbers).squareRoot(), "seed \(seed)")
    #expect(abs(fourths / numbers - 3) < 5 * (96 / numbers).squareRoot(), "seed \(seed)")
    #expect(abs(product / Double(n)) < 5 / Double(n).squareRoot(), "seed \(seed)")
  }

  @Test("the range shows every mode with its spread")
  func range() {
    let grid = GaussianMixture.grid(side: 5, spacing: 2, stddev: 0.05, seed: 1)
    #expect(grid.range.contains(4.2) && grid.range.upperBound < 6)
    let point = GaussianMixture.grid(side: 1, spacing: 2, stddev: 0, seed: 1)
    #expect(point.range == -1...1)
  }
}
