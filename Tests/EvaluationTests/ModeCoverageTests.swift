import Datasets
import Foundation
import Testing

@testable import Evaluation

@Suite("Mode coverage")
struct ModeCoverageTests {
  /// The first held-out points of a mixture: what a perfect generator makes.
  static func points(of mixture: GaussianMixture, count: Int) -> [Float] {
    var values = [Float](repeating: 0, count: 2 * count)
    values.withUnsafeMutableBufferPointer { values in
      if let start = values.baseAddress { mixture.writeHeldOut(0..<count, to: start) }
    }
    return values
  }

  static let ring = GaussianMixture.ring(modes: 8, radius: 1, stddev: 0.01, seed: 1)

  @Test(
    "a perfect generator reaches every mode, evenly, with 98.89 % of its points",
    arguments: [
      ring, .ring(modes: 8, radius: 2, stddev: 0.02, seed: 9),
      .grid(side: 5, spacing: 2, stddev: 0.05, seed: 3),
    ])
  func perfect(mixture: GaussianMixture) {
    let count = 100_000
    let coverage = ModeCoverage(of: Self.points(of: mixture, count: count), in: mixture)
    #expect(coverage.modes == mixture.centres.count)
    // 1 − e^(−9/2); four standard errors of a part of 100,000 points are 0.0013.
    #expect(abs(coverage.highQuality - (1 - exp(-4.5))) < 0.0013, "\(coverage.highQuality)")
    // In expectation (K − 1) / 2n, which is 0.0001 here.
    #expect(coverage.reverseKL >= 0 && coverage.reverseKL < 0.0005, "\(coverage.reverseKL)")
  }

  @Test("a point counts for the nearest mode, below three deviations and not at them")
  func border() {
    let grid = GaussianMixture.grid(side: 2, spacing: 2, stddev: 0.25, seed: 1)
    // The mode of (−1, −1): at its centre, 2.96 deviations off, exactly 3, then far from all.
    let coverage = ModeCoverage(
      of: [-1, -1, -1, -0.26, -1, -0.25, 0, 0, 1, 1] as [Float], in: grid)
    #expect(coverage.captured == [2, 0, 0, 1])
    #expect(coverage.points == 5 && coverage.modes == 2)
    #expect(coverage.highQuality == 0.6)
  }

  @Test(
    "reverse KL is the divergence of the captured points from an even spread",
    arguments: [
      ([4, 4], 0), ([8, 0], log(2.0)),
      ([3, 1], 0.75 * log(1.5) + 0.25 * log(0.5)), ([0, 0], Double.nan),
    ] as [([Int], Double)])
  func divergence(captured: [Int], expected: Double) {
    let pair = GaussianMixture.ring(modes: 2, radius: 1, stddev: 0.1, seed: 1)
    var points: [Float] = [50, 50]
    for (mode, count) in captured.enumerated() {
      for _ in 0..<count { points += [pair.centres[mode].x, pair.centres[mode].y] }
    }
    let divergence = ModeCoverage(of: points, in: pair).reverseKL
    #expect(expected.isNaN ? divergence.isNaN : abs(divergence - expected) < 1e-6)
  }

  @Test("the three measures carry their names, and a sample that is not finite makes them NaN")
  func measures() {
    let kinds: [(ModeMeasure.Kind, String)] = [
      (.modes, "modes[8]"), (.highQuality, "high_quality"), (.reverseKL, "reverse_kl"),
    ]
    for (kind, name) in kinds {
      let measure = ModeMeasure(kind, of: Self.ring)
      #expect(measure.name == name)
      var points = Self.points(of: Self.ring, count: measure.sampleCount)
      #expect(measure.value(of: points[...]).isFinite)
      points[77] = .infinity
      #expect(measure.value(of: points[...]).isNaN)
    }
  }
}
