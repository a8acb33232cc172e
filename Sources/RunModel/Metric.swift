/// What was measured at one step of a run.
public struct StepMeasurement: Sendable {
  /// Steps done, counted from the run's start.
  public var step: Int
  /// The epoch the step belongs to, from 1.
  public var epoch: Int?
  /// Real examples seen.
  public var images: Int?
  /// When it was measured.
  public var time: Timestamp
  /// Metric name to value; NaN and infinities are values.
  public var values: [String: Double]

  /// A measurement of several metrics at one step.
  public init(step: Int, epoch: Int?, images: Int?, time: Timestamp, values: [String: Double]) {
    self.step = step
    self.epoch = epoch
    self.images = images
    self.time = time
    self.values = values
  }
}

/// What one metric of a run came to, over its visible points.
public struct MetricSummary: Sendable, Hashable {
  /// The value at the highest step.
  public var last: Double
  /// The highest step.
  public var lastStep: Int
  /// The smallest value that is not NaN, and the first step where it stands.
  public var min: Double?
  /// The first step where the smallest value stands.
  public var minStep: Int?
  /// The largest value that is not NaN, and the first step where it stands.
  public var max: Double?
  /// The first step where the largest value stands.
  public var maxStep: Int?
  /// All points, NaN among them.
  public var count: Int
  /// How many points are NaN.
  public var nanCount: Int
  /// The lowest step whose value is NaN.
  public var firstNaNStep: Int?

  /// The summary of a series that holds one point.
  public init(step: Int, value: Double) {
    last = value
    lastStep = step
    count = 0
    nanCount = 0
    add(step: step, value: value)
  }

  /// A summary as it was stored.
  public init(
    last: Double, lastStep: Int, min: Double?, minStep: Int?, max: Double?, maxStep: Int?,
    count: Int, nanCount: Int, firstNaNStep: Int?
  ) {
    self.last = last
    self.lastStep = lastStep
    self.min = min
    self.minStep = minStep
    self.max = max
    self.maxStep = maxStep
    self.count = count
    self.nanCount = nanCount
    self.firstNaNStep = firstNaNStep
  }

  /// Takes one more point, at any step, into the summary.
  public mutating func add(step: Int, value: Double) {
    count += 1
    if step >= lastStep { (last, lastStep) = (value, step) }
    if value.isNaN {
      nanCount += 1
      firstNaNStep = Swift.min(step, firstNaNStep ?? step)
      return
    }
    if let min, let minStep, min < value || (min == value && minStep <= step) {
    } else {
      (min, minStep) = (value, step)
    }
    if let max, let maxStep, max > value || (max == value && maxStep <= step) {
    } else {
      (max, maxStep) = (value, step)
    }
  }
}

/// Whether a metric measures time: such metrics alone may differ between equal runs.
public func measuresTime(metric name: String) -> Bool {
  name.hasSuffix("seconds") || name.hasSuffix("_ms") || name.hasSuffix("_per_second")
}
