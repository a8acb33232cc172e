import Foundation
import RunModel
import Synchronization

/// The sessions whose attempts show a sign of life every few seconds, and when the next is due.
final class Heartbeats: Sendable {
  private struct State {
    var sessions: [ObjectIdentifier: RunSession] = [:]
    var dueAt = Date.distantFuture
  }
  private let state = Mutex(State())
  private let every: TimeInterval

  /// - Parameter every: the time between two.
  init(every: Duration) {
    self.every = Double(every.components.seconds) + Double(every.components.attoseconds) * 1e-18
  }

  /// When the next is due; `nil` while nobody is watched.
  var due: Date? { state.withLock { $0.sessions.isEmpty ? nil : $0.dueAt } }

  /// Those that are watched.
  var sessions: [RunSession] { state.withLock { Array($0.sessions.values) } }

  /// Renews the heartbeat of a session's attempt until it is dropped.
  func watch(_ session: RunSession) {
    state.withLock { state in
      // The attempt's row itself is the first sign of life.
      if state.sessions.isEmpty { state.dueAt = next() }
      state.sessions[ObjectIdentifier(session)] = session
    }
  }

  /// Ends the heartbeat of a session's attempt.
  func drop(_ session: RunSession) {
    state.withLock { $0.sessions[ObjectIdentifier(session)] = nil }
  }

  /// Ends the heartbeats of all sessions.
  func dropAll() { state.withLock { $0.sessions = [:] } }

  /// Writes the heartbeats, where they are due.
  func beat(_ connection: WriterConnection) {
    let watched: [RunSession] = state.withLock { state in
      guard !state.sessions.isEmpty, state.dueAt <= Date() else { return [] }
      return Array(state.sessions.values)
    }
    guard !watched.isEmpty else { return }
    // A heartbeat that can't be written is renewed with the next; only its absence is read.
    try? connection.transaction { transaction in
      for session in watched { try transaction.beat(session.key) }
    }
    // Counted from its end: one that takes longer than the time between two would always be due, and keep
    // all else waiting.
    state.withLock { $0.dueAt = next() }
  }

  private func next() -> Date { Date(timeIntervalSinceNow: every) }
}
