import Foundation
import RunModel
import Synchronization

/// The sessions whose attempts, and the leases whose jobs, show a sign of life every few seconds, and when
/// the next is due.
final class Heartbeats: Sendable {
  private struct State {
    var sessions: [ObjectIdentifier: RunSession] = [:]
    var leases: Set<JobLease> = []
    var dueAt = Date.distantFuture

    var isEmpty: Bool { sessions.isEmpty && leases.isEmpty }
  }
  private let state = Mutex(State())
  private let every: TimeInterval

  /// - Parameter every: the time between two.
  init(every: Duration) {
    self.every = Double(every.components.seconds) + Double(every.components.attoseconds) * 1e-18
  }

  /// When the next is due; `nil` while nobody is watched.
  var due: Date? { state.withLock { $0.isEmpty ? nil : $0.dueAt } }

  /// The sessions that are watched.
  var sessions: [RunSession] { state.withLock { Array($0.sessions.values) } }

  /// Renews the heartbeat of a session's attempt until it is dropped.
  func watch(_ session: RunSession) {
    state.withLock { state in
      // The attempt's row itself is the first sign of life.
      if state.isEmpty { state.dueAt = next() }
      state.sessions[ObjectIdentifier(session)] = session
    }
  }

  /// Renews the heartbeat of a job until its lease is dropped.
  func watch(_ lease: JobLease) {
    state.withLock { state in
      if state.isEmpty { state.dueAt = next() }
      state.leases.insert(lease)
    }
  }

  /// Ends the heartbeat of a job.
  func drop(_ lease: JobLease) { state.withLock { _ = $0.leases.remove(lease) } }

  /// Ends the heartbeat of a session's attempt.
  func drop(_ session: RunSession) {
    state.withLock { $0.sessions[ObjectIdentifier(session)] = nil }
  }

  /// Ends all heartbeats.
  func dropAll() { state.withLock { ($0.sessions, $0.leases) = ([:], []) } }

  /// Writes the heartbeats, where they are due.
  func beat(_ connection: WriterConnection) {
    let watched: (sessions: [RunSession], leases: Set<JobLease>)? = state.withLock { state in
      guard !state.isEmpty, state.dueAt <= Date() else { return nil }
      return (Array(state.sessions.values), state.leases)
    }
    guard let watched else { return }
    // A heartbeat that can't be written is renewed with the next; only its absence is read.
    try? connection.transaction { transaction in
      for session in watched.sessions { try transaction.beat(session.key) }
      for lease in watched.leases { try transaction.beat(lease) }
    }
    // Counted from its end: one that takes longer than the time between two would always be due, and keep
    // all else waiting.
    state.withLock { $0.dueAt = next() }
  }

  private func next() -> Date { Date(timeIntervalSinceNow: every) }
}
