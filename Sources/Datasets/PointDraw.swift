import Tensors

/// The random numbers of one example in the plane: one block of random words.
struct PointDraw {
  /// Uniform over all 32 bits.
  let choice: UInt32
  /// `radius` times `direction` are two independent standard normal numbers, by Box and Muller's
  /// transform.
  let radius: Float
  /// Of length 1.
  let direction: SIMD2<Float>

  init(index: Int, stream: UInt32, seed: UInt64) {
    let block = Philox.block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), 0, stream
      ), key: seed)
    choice = block[0]
    // 24 bits fill a float's significand; half a step keeps the logarithm's argument above 0.
    radius = (-2 * exactLog((Float(block[1] >> 8) + 0.5) * 0x1p-24)).squareRoot()
    let angle = Float(block[2] >> 8) * 0x1p-24 * (2 * Float.pi)
    direction = SIMD2(exactCos(angle), exactSin(angle))
  }

  /// Writes a point for each index as a row.
  ///
  /// Data are called through existentials, where nobody else specialises this: a twentieth of a
  /// ring's step.
  @specialized(where Indices == Range<Int>)
  static func write<Indices: Sequence<Int>>(
    _ indices: Indices, stream: UInt32, seed: UInt64, to rows: UnsafeMutablePointer<Float>,
    _ point: (PointDraw) -> SIMD2<Float>
  ) {
    for (row, index) in indices.enumerated() {
      let point = point(PointDraw(index: index, stream: stream, seed: seed))
      rows[2 * row] = point.x
      rows[2 * row + 1] = point.y
    }
  }
}
