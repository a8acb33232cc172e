import RunModel
import Synchronization

/// Whether a progress line stands on the terminal, and since when.
final class ProgressLine: Sendable {
  private struct State {
    var shownAt: Timestamp?
    var isStanding = false
  }

  private let state = Mutex(State())
  /// Ten times a second: faster than an eye reads, slower than a terminal is slowed down by.
  private static let interval: Int64 = 100_000

  /// Whether a line may be shown now; notes that it was.
  func mayShow(at now: Timestamp) -> Bool {
    state.withLock { state in
      if let shown = state.shownAt {
        let elapsed = now.microseconds - shown.microseconds
        // A clock that was put back must not hold the line for hours.
        if elapsed >= 0 && elapsed < Self.interval { return false }
      }
      state = State(shownAt: now, isStanding: true)
      return true
    }
  }

  /// Notes that the line is gone; whether there was one.
  func clear() -> Bool {
    state.withLock { state in
      defer { state.isStanding = false }
      return state.isStanding
    }
  }
}
