import CKernels

/// What random numbers are drawn from.
package enum Distribution: Sendable, Hashable {
  /// Mean 0, variance 1.
  case normal
  /// From low up to high, in steps of (high − low) / 2²⁴.
  case uniform(low: Float, high: Float)
  /// 0 with a probability, else `scale`: the mask of dropout.
  case keep(dropping: Float, scale: Float)

  var kernel: (function: Kernel, p: Float, q: Float) {
    switch self {
    case .normal: (gr_random_normal, 0, 0)
    case .uniform(let low, let high): (gr_random_uniform, low, high)
    case .keep(let probability, let scale): (gr_random_keep, probability, scale)
    }
  }
}

extension Graph {
  /// Random numbers `[perUnit a unit, columns]`, a function of the plan's seed, the stream, the
  /// counter's value and the element's place alone.
  package func random(
    _ distribution: Distribution, perUnit: Int, columns: Int, stream: UInt32, counter: Counter
  ) -> Tensor {
    append(
      .random(distribution, stream: stream, counter: counter), [],
      rows: .batch(perUnit: perUnit), columns: columns)
  }
}
