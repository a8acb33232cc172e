package import RunModel
import Tensors

/// Points in the plane around equally likely centres, of equal spread: an endless stream.
///
/// Example `k` is a function of (seed, k) alone.
package struct GaussianMixture: Dataset {
  /// The centres, x and y.
  package let centres: [SIMD2<Float>]
  /// Standard deviation of each coordinate around its centre.
  package let stddev: Float
  package let seed: UInt64
  /// From the smallest to the largest coordinate that is likely: four deviations beyond the centres,
  /// and a tenth of the span.
  package let range: ClosedRange<Float>

  /// `modes` centres on a circle around 0, the first at angle 0.
  package static func ring(
    modes: Int, radius: Double, stddev: Double, seed: UInt64
  ) -> GaussianMixture {
    let centres = (0..<modes).map { mode in
      let angle = Float(2 * Double.pi * Double(mode) / Double(modes))
      return SIMD2(exactCos(angle), exactSin(angle)) * Float(radius)
    }
    return GaussianMixture(centres: centres, stddev: Float(stddev), seed: seed)
  }

  /// `side`² centres on a square grid around 0, row by row.
  package static func grid(
    side: Int, spacing: Double, stddev: Double, seed: UInt64
  ) -> GaussianMixture {
    let offset = Double(side - 1) / 2
    let places = (0..<side).map { Float((Double($0) - offset) * spacing) }
    let centres = places.flatMap { y in places.map { x in SIMD2(x, y) } }
    return GaussianMixture(centres: centres, stddev: Float(stddev), seed: seed)
  }

  private init(centres: [SIMD2<Float>], stddev: Float, seed: UInt64) {
    self.centres = centres
    self.stddev = stddev
    self.seed = seed
    let reach = centres.reduce(Float(0)) { max($0, abs($1.x), abs($1.y)) } + 4 * stddev
    range = reach > 0 ? -reach * 1.2...reach * 1.2 : -1...1
  }

  package var shape: [Int] { [2] }
  package var count: Int? { nil }
  package var heldOutCount: Int? { nil }
  package var dataDigest: SHA256Digest? { nil }

  package func write(_ indices: some Sequence<Int>, to rows: UnsafeMutablePointer<Float>) {
    write(indices, stream: DataStream.examples, to: rows)
  }

  package func writeHeldOut(_ indices: Range<Int>, to rows: UnsafeMutablePointer<Float>) {
    write(indices, stream: DataStream.heldOut, to: rows)
  }

  private func write(
    _ indices: some Sequence<Int>, stream: UInt32, to rows: UnsafeMutablePointer<Float>
  ) {
    PointDraw.write(indices, stream: stream, seed: seed, to: rows) { draw in
      let mode = Int((UInt64(draw.choice) * UInt64(centres.count)) >> 32)
      return centres[mode] + stddev * draw.radius * draw.direction
    }
  }
}
