import Tensors

/// Points spread evenly: Sobol's sequence in an Owen scramble of the sweep's seed.
///
/// The first 2^m points hit each of 2^m equal parts of a parameter's domain once. A parameter's
/// dimension is its place in the file.
package struct SobolSampler: Sampler {
  /// What it searches.
  package let space: Space
  private let axes: [Axis]

  /// A sampler of a space.
  ///
  /// - Throws: `SpaceError` for more parameters than the sequence has dimensions.
  package init(_ space: Space) throws(SpaceError) {
    guard space.parameters.count <= SobolSequence.dimensions else {
      throw SpaceError(
        description: "the sobol sampler takes \(SobolSequence.dimensions) parameters at most, not "
          + "\(space.parameters.count); take random")
    }
    self.space = space
    axes = space.parameters.map { Axis($0.domain) }
  }

  /// It looks at no history.
  package var learns: Bool { false }

  /// The parameters of a point; another draw gives the same.
  package func suggest(point: Int, draw: Int, seed: UInt64, history: [Observation]) -> Assignment {
    let number = UInt32(truncatingIfNeeded: point)
    return space.assignment { dimension in
      let bits = SobolSequence.scrambled(number, dimension: dimension, seed: seed)
      return axes[dimension].value(at: (Double(bits) + 0.5) * 0x1p-32)
    }
  }
}

/// Sobol's low-discrepancy sequence, with the direction numbers new-joe-kuo-6 of Joe and Kuo, "Constructing
/// Sobol sequences with better two-dimensional projections" (2008).
package enum SobolSequence {
  /// How many dimensions it has.
  package static let dimensions = 12

  /// The 32 bits after the point of a point's coordinate, in the order of Gray codes.
  package static func plain(_ point: UInt32, dimension: Int) -> UInt32 {
    let gray = point ^ (point >> 1)
    var bits: UInt32 = 0
    for place in 0..<32 where gray >> UInt32(place) & 1 == 1 {
      bits ^= directions[dimension][place]
    }
    return bits
  }

  /// The same, scrambled: each bit is flipped or not by the bits above it.
  ///
  /// Owen, "Randomly permuted (t, m, s)-nets and (t, s)-sequences" (1995).
  package static func scrambled(_ point: UInt32, dimension: Int, seed: UInt64) -> UInt32 {
    let plain = plain(point, dimension: dimension)
    var flips: UInt32 = 0
    for bit in 0..<UInt32(32) {
      let above = bit == 0 ? 0 : plain >> (32 - bit)
      let words = Philox.block(
        counter: SIMD4(above, bit, UInt32(dimension), 0x534F_424C), key: seed)  // SOBL
      flips |= (words[0] & 1) << (31 - bit)
    }
    return plain ^ flips
  }

  /// A primitive polynomial, both ends included, and the first numbers m of its dimension.
  private static let seeds: [(polynomial: UInt32, m: [UInt32])] = [
    (3, [1]), (7, [1, 3]), (11, [1, 3, 1]), (13, [1, 1, 1]), (19, [1, 1, 3, 3]),
    (25, [1, 3, 5, 13]), (37, [1, 1, 5, 5, 17]), (41, [1, 1, 5, 5, 5]), (47, [1, 1, 7, 11, 19]),
    (55, [1, 1, 5, 1, 1]), (59, [1, 1, 1, 3, 11]),
  ]

  private static let directions: [[UInt32]] =
    [(0..<32).map { 1 << (31 - UInt32($0)) }] + seeds.map { directions($0.polynomial, $0.m) }

  private static func directions(_ polynomial: UInt32, _ first: [UInt32]) -> [UInt32] {
    let degree = first.count
    var m = first
    for index in degree..<32 {
      let last = m[index - degree]
      var next = last ^ (last << UInt32(degree))
      for k in 1..<max(degree, 1) where polynomial >> UInt32(degree - k) & 1 == 1 {
        next ^= m[index - k] << UInt32(k)
      }
      m.append(next)
    }
    return m.enumerated().map { $1 << (31 - UInt32($0)) }
  }
}
