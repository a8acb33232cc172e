/// What was measured at one step, in columns.
public struct MeasuredStep: Sendable, Hashable {
  /// Steps done, counted from the run's start.
  public var step: Int
  /// The attempt that recorded it, from 1; the last where several did.
  public var attempt: Int
  /// The epoch the step belongs to, from 1.
  public var epoch: Int?
  /// Real examples seen.
  public var images: Int?
  /// When it was measured.
  public var time: Timestamp
  /// A value a column; `nil` where the metric has no point at this step.
  public var values: [Double?]

  /// A step from all its parts.
  public init(
    step: Int, attempt: Int, epoch: Int?, images: Int?, time: Timestamp, values: [Double?]
  ) {
    self.step = step
    self.attempt = attempt
    self.epoch = epoch
    self.images = images
    self.time = time
    self.values = values
  }
}
