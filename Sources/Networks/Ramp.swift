/// A number of an optimiser that training changes: a learning rate or a momentum.
///
/// A function of counters alone, so that a resumed run goes on with the same bits.
package enum Ramp: Sendable, Hashable {
  case constant(Double)
  /// From `start` in a straight line to `end` over the run's first epochs, then `end`.
  case linear(start: Double, end: Double, epochs: Double)
  /// `start` times `factor` for each update done, at least `floor`.
  case geometric(start: Double, factor: Double, floor: Double)

  /// The value at an update.
  ///
  /// - Parameters:
  ///   - epochs: epochs done, with the part that is done of the present one.
  ///   - updates: the network's updates done.
  package func value(epochs: Double, updates: Int) -> Double {
    switch self {
    case .constant(let value): return value
    case .linear(let start, let end, let length):
      guard epochs < length else { return end }
      return start + (end - start) * (epochs / length)
    case .geometric(let start, let factor, let floor):
      return max(floor, start * power(factor, updates))
    }
  }

  /// Whether it is 0 throughout: a momentum that keeps nothing.
  package var isZero: Bool {
    switch self {
    case .constant(let value): value == 0
    case .linear(let start, let end, _): start == 0 && end == 0
    case .geometric(let start, _, let floor): start == 0 && floor == 0
    }
  }
}

extension Ramp: ExpressibleByFloatLiteral {
  /// A number written out is constant.
  package init(floatLiteral value: Double) { self = .constant(value) }
}

/// base to a whole power, by squaring: a fixed order of products for each exponent.
func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, rest) = (1.0, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
