extension Retention.Best.Direction {
  /// The direction in which a metric gets better, by its name with or without brackets; `nil` where
  /// neither is.
  ///
  /// A GAN's losses and accuracies have none: each network's say how the game stands, not how good the
  /// samples are. What measures time is better small, and large where it counts things a second.
  public init?(ofMetric name: String) {
    switch name.prefix(while: { $0 != "[" }) {
    case "modes", "high_quality": self = .max
    case "reverse_kl", "swd": self = .min
    default:
      guard measuresTime(metric: name) else { return nil }
      self = name.hasSuffix("_per_second") ? .max : .min
    }
  }

  /// Whether the first of two values is the better one; no value is worse than NaN.
  public func prefers(_ first: Double, to second: Double) -> Bool {
    if first.isNaN || second.isNaN { return !first.isNaN && second.isNaN }
    return self == .min ? first < second : first > second
  }
}
