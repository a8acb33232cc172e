import RunModel
import Synchronization

/// A clock that moves when it is told to.
final class Clock: Sendable {
  private let microseconds = Mutex<Int64>(1_700_000_000_000_000)

  /// What it shows.
  var now: Timestamp { Timestamp(microseconds: microseconds.withLock { $0 }) }

  /// Moves it.
  func advance(by step: Int64) { microseconds.withLock { $0 += step } }
}
