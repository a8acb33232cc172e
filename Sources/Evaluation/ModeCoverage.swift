package import Datasets
import Tensors

/// Which of a mixture's modes some points reach, and how evenly.
///
/// Z. Lin, A. Khetan, G. Fanti, S. Oh, "PacGAN: the power of two samples in generative adversarial
/// networks", 2018, section 4.1: a point belongs to the nearest mode, and counts where it lies less than
/// three standard deviations from it (its Mahalanobis distance; all spreads are round and equal here).
/// A perfect generator's points count with probability 1 − e^(−9/2) = 98.89 %.
package struct ModeCoverage: Sendable, Equatable {
  /// Distance from the centre, in standard deviations, below which a point counts.
  static let reach = 3.0

  /// Points that count, by mode.
  package let captured: [Int]
  /// All points.
  package let points: Int

  /// Counts points.
  ///
  /// - Parameters:
  ///   - points: x and y of each, one after the other; one that is not finite counts for no mode.
  ///   - mixture: the modes; its `stddev` is above 0.
  package init(of points: some Collection<Float>, in mixture: GaussianMixture) {
    let centres = mixture.centres.map { SIMD2<Double>($0) }
    let limit = Self.reach * Double(mixture.stddev)
    var captured = [Int](repeating: 0, count: centres.count)
    var coordinates = points.makeIterator()
    while let x = coordinates.next(), let y = coordinates.next() {
      let point = SIMD2(Double(x), Double(y))
      var nearest = (mode: 0, squared: Double.infinity)
      for (mode, centre) in centres.enumerated() {
        let offset = point - centre
        let squared = (offset * offset).sum()
        if squared < nearest.squared { nearest = (mode, squared) }
      }
      if nearest.squared.squareRoot() < limit { captured[nearest.mode] += 1 }
    }
    self.captured = captured
    self.points = points.count / 2
  }

  /// Modes with at least one point that counts.
  package var modes: Int { captured.count { $0 > 0 } }

  /// The part of the points that count, 0 to 1.
  package var highQuality: Double { Double(captured.reduce(0, +)) / Double(points) }

  /// The Kullback–Leibler divergence, in nats, of the captured points' histogram over the modes from
  /// the uniform one, to 1e-6: 0 where they are even, log K where all lie in one of K modes, NaN
  /// without any.
  package var reverseKL: Double {
    let total = Double(captured.reduce(0, +))
    guard total > 0 else { return .nan }
    let count = Double(captured.count)
    let divergence = captured.reduce(0.0) { sum, points in
      let part = Double(points) / total
      return points > 0 ? sum + part * Double(exactLog(Float(part * count))) : sum
    }
    // In single precision the sum may miss 0 from below.
    return max(0, divergence)
  }
}

/// One of the three numbers of a mode coverage.
package struct ModeMeasure: QualityMeasure {
  package enum Kind: Sendable {
    /// How many modes are captured, 0 to K.
    case modes
    /// The part of the samples within three deviations of a mode.
    case highQuality
    /// How unevenly the captured samples lie over the modes.
    case reverseKL
  }

  /// The samples of PacGAN's experiments.
  package let sampleCount = 2500
  private let kind: Kind
  private let mixture: GaussianMixture

  /// A measure against a mixture whose `stddev` is above 0.
  package init(_ kind: Kind, of mixture: GaussianMixture) {
    self.kind = kind
    self.mixture = mixture
  }

  package var name: String {
    switch kind {
    case .modes: "modes[\(mixture.centres.count)]"
    case .highQuality: "high_quality"
    case .reverseKL: "reverse_kl"
    }
  }

  package func value(of samples: ArraySlice<Float>) -> Double {
    guard samples.allSatisfy(\.isFinite) else { return .nan }
    let coverage = ModeCoverage(of: samples, in: mixture)
    return switch kind {
    case .modes: Double(coverage.modes)
    case .highQuality: coverage.highQuality
    case .reverseKL: coverage.reverseKL
    }
  }
}
