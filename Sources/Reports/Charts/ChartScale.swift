#if canImport(Glibc)
  import Glibc
#endif

/// Where numbers stand between the smallest and the largest of those drawn: 0 to 1.
struct ChartScale: Sendable {
  let low: Double
  let high: Double
  /// Whether equal distances are equal ratios.
  let isLogarithmic: Bool

  /// A scale over the finite ones of some numbers, `nil` where there are none.
  ///
  /// - Parameter mayBeLogarithmic: whether it becomes logarithmic where all numbers are positive and the
  ///   largest is more than a thousand times the smallest: then a straight scale would show the largest
  ///   alone (docs/decisions/0021-curves-in-text.md).
  init?(_ numbers: some Sequence<Double>, mayBeLogarithmic: Bool) {
    var low = Double.infinity
    var high = -Double.infinity
    for number in numbers where number.isFinite {
      low = min(low, number)
      high = max(high, number)
    }
    guard low <= high else { return nil }
    self.low = low
    self.high = high
    isLogarithmic = mayBeLogarithmic && low > 0 && high / 1000 > low
  }

  /// How far up a number stands; 1/2 where all are equal.
  func fraction(_ number: Double) -> Double {
    let fraction =
      isLogarithmic
      ? (log(number) - log(low)) / (log(high) - log(low))
      // Halved, so that the distance of the two ends is finite.
      : (number / 2 - low / 2) / (high / 2 - low / 2)
    return fraction.isFinite ? min(max(fraction, 0), 1) : 0.5
  }

  /// The number that stands so far up.
  func number(at fraction: Double) -> Double {
    if fraction <= 0 { return low }
    if fraction >= 1 { return high }
    guard isLogarithmic else { return low * (1 - fraction) + high * fraction }
    return exp(log(low) * (1 - fraction) + log(high) * fraction)
  }
}
