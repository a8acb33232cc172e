/// One line of a run's log.
public struct LogLine: Sendable, Hashable {
  /// The attempt that recorded it, from 1.
  public var attempt: Int
  /// When it was recorded.
  public var time: Timestamp
  /// The line, without its end.
  public var text: String

  /// A line of an attempt.
  public init(attempt: Int, time: Timestamp, text: String) {
    self.attempt = attempt
    self.time = time
    self.text = text
  }
}
