package import RunModel
import Tensors

/// Points on a rolled-up line in the plane with noise around them: an endless stream.
///
/// (t cos t, t sin t) for t uniform from 1.5 π to 4.5 π is the side view of the swiss roll of
/// scikit-learn (S. Marsland, "Machine learning: an algorithmic perspective", 2009, chapter 6), divided
/// by 7.5 as in the toy figures of Gulrajani et al., "Improved training of Wasserstein GANs", 2017, and
/// moved so that its mean is 0. Example `k` is a function of (seed, k) alone.
package struct SwissRoll: Dataset {
  /// Standard deviation of the noise of each coordinate, in the scaled units.
  package let stddev: Float
  package let seed: UInt64

  /// A roll with its noise.
  package init(stddev: Double, seed: UInt64) {
    self.stddev = Float(stddev)
    self.seed = seed
  }

  private static let scale: Float = 1 / 7.5
  /// The mean of (t cos t, t sin t): the integrals 6 π and 2 over t's 3 π.
  private static let mean = SIMD2<Float>(2, 2 / (3 * .pi))

  package var shape: [Int] { [2] }
  package var count: Int? { nil }
  package var heldOutCount: Int? { nil }
  package var dataDigest: SHA256Digest? { nil }

  package var range: ClosedRange<Float> {
    // The farthest coordinate is the outer end's, at t = 4.5 π.
    let reach = (4.5 * Float.pi - Self.mean.y) * Self.scale + 4 * stddev
    return -reach * 1.1...reach * 1.1
  }

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
      // 24 bits fill a float's significand.
      let t = 1.5 * Float.pi + 3 * .pi * (Float(draw.choice >> 8) + 0.5) * 0x1p-24
      let point = (t * SIMD2(exactCos(t), exactSin(t)) - Self.mean) * Self.scale
      return point + stddev * draw.radius * draw.direction
    }
  }
}
