/// One value of one metric of one run; which, what holds the point knows.
public struct SeriesPoint: Sendable, Hashable {
  /// Steps done, counted from the run's start.
  public var step: Int
  /// The epoch the step belongs to, from 1.
  public var epoch: Int?
  /// Real examples seen.
  public var images: Int?
  /// NaN and infinities are values.
  public var value: Double
  /// When it was measured.
  public var time: Timestamp
  /// The attempt that recorded it, from 1.
  public var attempt: Int

  /// The columns of points as CSV in the long layout.
  package static let columns = [
    "run_id", "run_name", "metric", "step", "epoch", "images", "value", "time",
  ]

  /// A point with all that is known of its step.
  public init(
    step: Int, epoch: Int?, images: Int?, value: Double, time: Timestamp, attempt: Int
  ) {
    self.step = step
    self.epoch = epoch
    self.images = images
    self.value = value
    self.time = time
    self.attempt = attempt
  }
}
